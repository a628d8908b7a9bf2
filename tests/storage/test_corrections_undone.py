"""Corrections on a real database: who may take a face from a gallery, and what Undo brings back."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import correct, my_data
from bot.usecases.correct import Call, Correction, NamedTwice, NotTheirs, NotYours, Outdated, Spot
from bot.usecases.refresh import recognition_of
from bot.usecases.seen import Recognition, SeenFace
from bot.usecases.subjects import User
from ml.protocol import Box, Tone
from storage import answers, chats, deletion, gallery, jobs, links, negatives, people, photo_faces
from storage.answers import NewAnswer
from storage.files import files_in_use
from storage.negatives import NewNegative
from tests.storage.rows import CHAT, NOW, faces_of, new_face, vector

ANN, BEN, CLEO = 1, 2, 3
BY_ANN, BY_BEN = Correction(ANN, NOW, undo_s=60), Correction(BEN, NOW, undo_s=60)
BY_ADMIN = Correction(CLEO, NOW, undo_s=60, is_admin=True)
LEFT, RIGHT = Box(0, 0, 10, 10), Box(50, 0, 60, 10)
PHOTO = "photo of a"


async def enrolled(session: AsyncSession, name: str, crop: str, by: int = ANN) -> int:
    """Somebody whose face was enrolled of PHOTO; their id."""
    person_id = await people.add(session, CHAT, name, by=by, now=NOW)
    face = msgspec.structs.replace(new_face(crop, vector(1, 0)), source=PHOTO)
    await gallery.enrol(session, person_id, face, by, NOW)
    await chats.set_face_model(session, CHAT, "m")
    return person_id


def face(box: Box, name: str | None = None, person_id: int | None = None, *, told: bool = False) -> SeenFace:
    tone: Tone = "sure" if name else "unknown"
    return SeenFace(box=box, tone=tone, person_id=person_id, name=name, told=told)


async def answered(session: AsyncSession, *faces: SeenFace) -> int:
    """An answer to PHOTO that says this; its id."""
    seen = Recognition(labels=None, sure=False, faces=faces)
    answer = NewAnswer(CHAT, 1, 1, PHOTO, "file", "m", 1, msgspec.to_builtins(seen))
    return await answers.store(session, answer, NOW)


async def spot(session: AsyncSession, answer: int, index: int = 0) -> Spot:
    return await correct.spot(session, CHAT, answer, index)


async def no(session: AsyncSession, answer: int, person_id: int, by: Correction) -> int:
    """A "no" to the first face; its record."""
    at = await spot(session, answer)
    before = await correct.look(session, CHAT, [at])
    await correct.deny(session, at, person_id, by)
    return await correct.record(session, before, by)


async def said(session: AsyncSession, answer: int) -> list[str | None]:
    row = await answers.get(session, answer)
    assert row is not None
    return [seen.name for seen in recognition_of(row).faces or ()]


async def owners(session: AsyncSession) -> dict[str, int]:
    """Whose the crops of PHOTO are."""
    return {one.crop: one.person_id for one in await photo_faces.of_photo(session, CHAT, PHOTO)}


async def test_a_no_takes_what_was_enrolled_and_undo_brings_it_back_whole(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", "a")
    before = await photo_faces.of_photo(session, CHAT, PHOTO)
    answer = await answered(session, face(LEFT, "Alice", alice))
    record = await no(session, answer, alice, BY_ANN)
    assert await faces_of(session, alice) == [] and await said(session, answer) == [None]
    assert await files_in_use(session, ["a"]) == {"a"}
    await correct.undo(session, CHAT, record, BY_ANN)
    assert await photo_faces.of_photo(session, CHAT, PHOTO) == before
    assert await said(session, answer) == ["Alice"]
    assert await negatives.of_photo(session, CHAT, PHOTO) == []
    chat = await chats.get(session, CHAT)
    assert chat is not None and chat.face_model == "m"


async def test_only_who_enrolled_a_photo_takes_it_away_or_an_admin(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", "a")
    answer = await answered(session, face(LEFT, "Alice", alice))
    with pytest.raises(NotTheirs) as refused:
        await correct.deny(session, await spot(session, answer), alice, BY_BEN)
    assert refused.value.name == "Alice"
    await correct.deny(session, await spot(session, answer), alice, BY_ADMIN)
    assert await said(session, answer) == [None]


async def test_whoever_it_is_may_take_a_photo_away_themselves(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", "a")
    await links.link(session, alice, BEN, mention=None)
    answer = await answered(session, face(LEFT, "Alice", alice))
    await correct.deny(session, await spot(session, answer), alice, BY_BEN)
    assert await faces_of(session, alice) == []


async def test_calling_an_enrolled_face_somebody_else_is_no_way_around_that(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", "a")
    answer = await answered(session, face(LEFT, "Alice", alice))
    with pytest.raises(NotTheirs):
        await correct.call_faces(session, CHAT, [Call(answer, 0, "Bob")], BY_BEN)


async def test_anybody_may_correct_a_face_that_was_not_enrolled(session: AsyncSession) -> None:
    alice = await people.add(session, CHAT, "Alice", by=ANN, now=NOW)
    answer = await answered(session, face(LEFT, "Alice", alice))
    await no(session, answer, alice, BY_BEN)
    assert await said(session, answer) == [None]


async def test_undo_is_for_whoever_corrected_and_admins(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", "a")
    answer = await answered(session, face(LEFT, "Alice", alice))
    record = await no(session, answer, alice, BY_ANN)
    with pytest.raises(NotYours):
        await correct.undo(session, CHAT, record, BY_BEN)
    await correct.undo(session, CHAT, record, BY_ADMIN)
    assert await said(session, answer) == ["Alice"]


async def test_undo_comes_too_late_after_its_time_in_another_chat_and_twice(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", "a")
    answer = await answered(session, face(LEFT, "Alice", alice))
    record = await no(session, answer, alice, BY_ANN)
    with pytest.raises(Outdated):
        await correct.undo(session, CHAT - 1, record, BY_ANN)
    with pytest.raises(Outdated):
        await correct.undo(session, CHAT, record, Correction(ANN, NOW + 60, undo_s=60))
    await correct.undo(session, CHAT, record, BY_ANN)
    with pytest.raises(Outdated):
        await correct.undo(session, CHAT, record, BY_ANN)


async def test_corrections_of_a_reply_are_undone_the_latest_first(session: AsyncSession) -> None:
    answer = await answered(session, face(LEFT))
    first = (await correct.call_faces(session, CHAT, [Call(answer, 0, "Alice")], BY_ANN)).record
    second = (await correct.call_faces(session, CHAT, [Call(answer, 0, "Bob")], BY_ANN)).record
    with pytest.raises(Outdated):
        await correct.undo(session, CHAT, first, BY_ANN)
    await correct.undo(session, CHAT, second, BY_ANN)
    assert await said(session, answer) == ["Alice"]
    await correct.undo(session, CHAT, first, BY_ANN)
    assert await said(session, answer) == [None]
    assert await people.names(session, CHAT) == {}


async def test_two_who_were_taken_for_each_other_keep_nothing_of_each_other(session: AsyncSession) -> None:
    alice, bob = await enrolled(session, "Alice", "a"), await enrolled(session, "Bob", "b")
    answer = await answered(session, face(LEFT, "Alice", alice), face(RIGHT, "Bob", bob))
    calls = [Call(answer, 0, "Bob", "1"), Call(answer, 1, "alice", "2")]
    called = await correct.call_faces(session, CHAT, calls, BY_ANN)
    assert [(one.label, one.person.name, one.is_new) for one in called.named] == [
        ("1", "Bob", False),
        ("2", "Alice", False),
    ]
    assert await said(session, answer) == ["Bob", "Alice"] and await owners(session) == {}
    await correct.undo(session, CHAT, called.record, BY_ANN)
    assert await said(session, answer) == ["Alice", "Bob"]
    assert await owners(session) == {"a": alice, "b": bob}
    assert await negatives.of_photo(session, CHAT, PHOTO) == []


async def test_nobody_is_two_faces_of_one_photo(session: AsyncSession) -> None:
    answer = await answered(session, face(LEFT), face(RIGHT))
    with pytest.raises(NamedTwice):
        await correct.call_faces(session, CHAT, [Call(answer, 0, "Bob"), Call(answer, 1, "BOB")], BY_ANN)


async def test_who_was_told_to_be_another_face_is_learnt_from_the_right_one(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", "a")
    answer = await answered(session, face(LEFT, "Alice", alice, told=True), face(RIGHT))
    called = await correct.call_faces(session, CHAT, [Call(answer, 1, "Alice")], BY_ANN)
    assert await said(session, answer) == [None, "Alice"] and await owners(session) == {}
    await correct.undo(session, CHAT, called.record, BY_ANN)
    assert await said(session, answer) == ["Alice", None] and await owners(session) == {"a": alice}


async def test_a_face_that_moved_moves_back_and_what_was_learnt_since_goes(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", "a")
    answer = await answered(session, face(LEFT, "Alice", alice), face(RIGHT))
    calls = [Call(answer, 0, "Bob")]
    first = await correct.call_faces(session, CHAT, calls, BY_ANN)
    bob = first.named[0].person.id
    assert await owners(session) == {"a": bob}
    await correct.undo(session, CHAT, first.record, BY_ANN)
    assert await owners(session) == {"a": alice} and await people.names(session, CHAT) == {alice: "Alice"}
    second = await correct.call_faces(session, CHAT, [Call(answer, 1, "Carol")], BY_ANN)
    learnt = msgspec.structs.replace(new_face("c", vector(0, 1)), source=PHOTO)
    await gallery.enrol(session, second.named[0].person.id, learnt, ANN, NOW)
    assert await correct.undo(session, CHAT, second.record, BY_ANN) == ["c"]
    assert await owners(session) == {"a": alice}


async def test_a_no_that_was_taken_back_holds_again(session: AsyncSession) -> None:
    alice = await people.add(session, CHAT, "Alice", by=ANN, now=NOW)
    await negatives.add(session, NewNegative(alice, PHOTO, (0.0, 0.0, 10.0, 10.0)), ANN, NOW)
    answer = await answered(session, face(LEFT))
    called = await correct.call_faces(session, CHAT, [Call(answer, 0, "Alice")], BY_ANN)
    assert await negatives.of_photo(session, CHAT, PHOTO) == []
    await correct.undo(session, CHAT, called.record, BY_ANN)
    assert [denial.person_id for denial in await negatives.of_photo(session, CHAT, PHOTO)] == [alice]


async def test_who_was_no_face_comes_back(session: AsyncSession) -> None:
    answer = await answered(session, face(LEFT))
    await correct.dismiss(session, await spot(session, answer), BY_ANN)
    assert (await spot(session, answer)).face.dismissed
    await correct.bring_back(session, await spot(session, answer), BY_BEN)
    assert not (await spot(session, answer)).face.dismissed
    with pytest.raises(Outdated):
        await correct.bring_back(session, await spot(session, answer), BY_BEN)


async def test_undo_in_a_chat_that_has_nobody_leaves_its_face_model_open(session: AsyncSession) -> None:
    at = await spot(session, await answered(session, face(LEFT)))
    before = await correct.look(session, CHAT, [at])
    await correct.dismiss(session, at, BY_ANN)
    record = await correct.record(session, before, BY_ANN)
    await correct.undo(session, CHAT, record, BY_ANN)
    chat = await chats.get(session, CHAT)
    assert chat is not None and chat.face_model is None


async def test_a_correction_calls_everybody_as_they_are_called_by_now(session: AsyncSession) -> None:
    alice = await people.add(session, CHAT, "Alice", by=ANN, now=NOW)
    gone = await people.add(session, CHAT, "Gone", by=ANN, now=NOW)
    answer = await answered(session, face(LEFT), face(RIGHT, "Alice", alice), face(RIGHT, "Gone", gone))
    await people.rename(session, alice, "Alicia")
    await people.forget(session, gone, NOW)
    await correct.call_faces(session, CHAT, [Call(answer, 0, "Bob")], BY_ANN)
    assert await said(session, answer) == ["Bob", "Alicia", None]


async def test_a_correction_has_the_whole_photo_looked_at_again(session: AsyncSession) -> None:
    answer = await answered(session, face(LEFT), face(RIGHT))
    await correct.call_faces(session, CHAT, [Call(answer, 0, "Bob")], BY_ANN)
    assert await jobs.waits(session, CHAT, "look_again")


async def test_who_is_deleted_for_good_leaves_nothing_to_undo(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", "a")
    answer = await answered(session, face(LEFT, "Alice", alice))
    record = await no(session, answer, alice, BY_ANN)
    assert await deletion.remove_people(session, [alice]) == ["a"]
    with pytest.raises(Outdated):
        await correct.undo(session, CHAT, record, BY_ANN)


async def test_what_can_be_undone_is_theirs_to_see(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", "a")
    await links.link(session, alice, BEN, mention=None)
    await no(session, await answered(session, face(LEFT, "Alice", alice)), alice, BY_ANN)
    collected = await my_data.gather(session, User(BEN))
    assert list(collected.crops.values()) == ["a"]
    assert [taken["crop"] for taken in collected.data["taken_away"]] == list(collected.crops)
    assert (await my_data.gather(session, User(ANN))).data["taken_away"] == []


@pytest.mark.parametrize("user_id", [ANN, CLEO])
async def test_nothing_waits_to_be_undone_that_names_somebody_who_left(
    session: AsyncSession, user_id: int
) -> None:
    alice = await enrolled(session, "Alice", "a")
    answer = await answered(session, face(LEFT, "Alice", alice))
    record = await no(session, answer, alice, BY_ADMIN)
    assert await deletion.remove_user(session, user_id) == ["a"]
    with pytest.raises(Outdated):
        await correct.undo(session, CHAT, record, BY_ADMIN)
