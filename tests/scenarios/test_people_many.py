"""/people in a chat that knows hundreds: pages that survive a restart, and an answer at once."""

from __future__ import annotations

from pathlib import Path

from benchmarks import people_list
from tests.scenarios.talking import meet, text_of
from tests.support.glance import running_glance
from tests.support.sandbox import Json, SandboxClient, buttons

# Other tests run meanwhile.
NOISE = 2.0


def labels(message: Json) -> list[str]:
    return [label for label, _ in buttons(message)]


async def test_pages_are_turned_in_one_message_also_after_a_restart(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    dora = await meet(sandbox, "Dora")
    await people_list.fill(tmp_path / "data", dora.chat_id, people=45, photos=0)
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        await dora.says("/people")
        first = await dora.hears("45 people", "Person 020", "Page 1 of 3")
        assert labels(first) == ["▶", "Change…"]
        assert "Person 021" not in text_of(first)
        await dora.presses(first, "▶")
        second = await dora.hears("Person 021", "Person 040", "Page 2 of 3")
        assert (second["message_id"], labels(second)) == (first["message_id"], ["◀", "▶", "Change…"])
        await glance.kill()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        await dora.presses(second, "▶")
        third = await dora.hears("Person 045", "Page 3 of 3")
        assert labels(third) == ["◀", "Change…"]


async def test_somebody_on_another_page_is_merged_into(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    dora = await meet(sandbox, "Dora")
    await people_list.fill(tmp_path / "data", dora.chat_id, people=25, photos=0)
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        await dora.says("/people")
        await dora.presses(await dora.hears("25 people"), "Change")
        await dora.presses(await dora.hears("Whom do you mean"), "Person 003")
        await dora.presses(await dora.hears("Person 003", "5 photos", "1 face"), "same as")
        await dora.presses(await dora.hears("Who is the same person as Person 003"), "▶")
        await dora.presses(await dora.hears("Who is the same person as Person 003"), "Person 024")
        merged = await dora.hears("Person 003 is Person 024 now", "10 photos")
        await dora.presses(merged, "Undo")
        await dora.hears("Undone", "Person 003")


async def test_five_hundred_people_are_listed_at_once(prepared_starter: Path, tmp_path: Path) -> None:
    times = await people_list.measure(tmp_path / "data", prepared_starter, rounds=5)
    print(times)
    assert times.list_s < people_list.LIMIT_S * NOISE
