"""/settings: what can be set, who may, and that it has an effect."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.talking import Person, gather, meet, text_of
from tests.support import pictures
from tests.support.glance import Glance, running_glance
from tests.support.sandbox import Json, SandboxClient, buttons


def labels(message: Json) -> list[str]:
    return [label for label, _ in buttons(message)]


async def opens(person: Person, setting: str) -> Json:
    await person.says("/settings")
    await person.presses(await person.hears("Settings of this chat"), setting)
    return await person.hears(setting)


async def sets(person: Person, setting: str, value: str) -> Json:
    await person.presses(await opens(person, setting), value)
    return await person.hears(value)


async def test_the_settings_are_one_message_that_is_edited(ann: Person) -> None:
    await ann.says("/settings")
    menu = await ann.hears("How sure I must be: normal", "Keep answers: 30 days", "Language: automatic")
    assert "Name people unasked" not in text_of(menu)
    await ann.presses(menu, "How sure")
    one = await ann.hears("strict: I name fewer strangers")
    assert (one["message_id"], labels(one)) == (menu["message_id"], ["strict", "✓ normal", "loose", "Back"])
    await ann.presses(one, "strict")
    changed = await ann.hears("How sure I must be: strict")
    await ann.presses(changed, "Done")
    closed = await ann.hears("How sure I must be: strict")
    assert (closed["message_id"], labels(closed)) == (menu["message_id"], [])


async def test_a_setting_is_stored_for_its_own_chat(ann: Person, ben: Person, glance: Glance) -> None:
    await ben.says("/settings")
    await ben.hears("Settings of this chat")
    await sets(ann, "How sure I must be", "loose")
    await sets(ann, "Keep answers", "7 days")
    query = "SELECT strictness, keep_answers_s FROM chats WHERE id = ?"
    assert glance.rows(query, ann.chat_id) == [("loose", 7 * 86400.0)]
    assert glance.rows(query, ben.chat_id) == [("normal", None)]


async def test_the_language_that_is_set_is_spoken_at_once(ann: Person) -> None:
    await sets(ann, "Language", "Deutsch")
    await ann.says("/help")
    assert "/enroll" in text_of(await ann.hears("/people"))


async def test_the_language_can_be_automatic_again(ann: Person, glance: Glance) -> None:
    await sets(ann, "Language", "English")
    await sets(ann, "Language", "automatic")
    assert glance.rows("SELECT language FROM chats WHERE id = ?", ann.chat_id) == [(None,)]


async def test_only_admins_may_set_anything_in_a_group(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ben.says("/settings")
    await ben.hears("only admins")
    await ann.says("/settings")
    menu = await ann.hears("Name people unasked: off")
    assert await ben.presses(menu, "Language") != ""
    await ann.presses(menu, "Name people")
    await ann.presses(await ann.hears("answer every photo"), "on")
    await ann.hears("Name people unasked: on")


async def test_a_second_press_is_told_that_it_is_done(ann: Person) -> None:
    await ann.says("/settings")
    menu = await ann.hears("Settings of this chat")
    await ann.sandbox.fault("slow", method="editMessageText", chat_id=ann.chat_id, seconds=3)
    assert await ann.presses(menu, "Language") == ""
    assert await ann.presses(menu, "Keep") == "This is done already."


async def test_switching_strangers_off_deletes_those_that_are_remembered(ann: Person, glance: Glance) -> None:
    count = "SELECT count(*) FROM strangers WHERE chat_id = ?"
    await sets(ann, "Remember strangers", "on")
    await ann.shows(pictures.portrait())
    await ann.hears("someone")
    assert glance.rows(count, ann.chat_id) == [(1,)]
    await sets(ann, "Remember strangers", "off")
    assert glance.rows(count, ann.chat_id) == [(0,)]


async def test_a_menu_goes_on_after_a_restart(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    dora = await meet(sandbox, "Dora")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        one = await opens(dora, "Keep answers")
        await glance.kill()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, STRANGER_S=7 * 86400) as glance:
        await dora.presses(one, "1 day")
        await dora.hears("Keep answers: 1 day")
        # The installation keeps no answer for longer than a week now.
        assert labels(await opens(dora, "Keep answers")) == ["✓ 1 day", "7 days", "Back"]
