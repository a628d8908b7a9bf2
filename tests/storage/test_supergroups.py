"""A group that becomes a supergroup: every row follows, and where both ids have some, the two become one."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import (
    answers,
    chats,
    examples,
    gallery,
    jobs,
    labels,
    links,
    models,
    outbox,
    people,
    replies,
    sending,
    shown,
    trainings,
    usage,
)
from storage.answers import NewAnswer
from storage.appearances import ENROLMENT
from storage.jobs import NewJob
from storage.outbox import Send, SentMessage
from storage.replies import NewReply
from storage.schema import OUTBOX, PEOPLE
from storage.supergroups import migrate
from tests.storage.everything import fill, rows_naming
from tests.storage.rows import CHAT, NOW, new_face, vector
from tests.storage.taught import label_photo, train, training

NEW = -1_000_000_000_100
DAVE, OTHER_DAVE = 7, 8


async def meet(
    session: AsyncSession, chat_id: int, name: str, *crops: str, user_id: int | None = None
) -> int:
    """Somebody in a chat's gallery, with faces under the model "m"."""
    person_id = await people.add(session, chat_id, name, by=1, now=NOW)
    for crop in crops:
        await gallery.enrol(session, person_id, new_face(crop, vector(1.0)), by=1, now=NOW)
    if user_id is not None:
        await links.link(session, person_id, user_id, mention=True)
    return person_id


async def both_there(session: AsyncSession) -> None:
    """A message under the new id came before the group's own news of it."""
    await chats.seen(session, NEW, "supergroup", "Friends", NOW)


async def listed(session: AsyncSession) -> dict[str, int]:
    return {person.name: person.faces for person in await people.listing(session, NEW)}


async def test_everything_of_the_group_follows(session: AsyncSession) -> None:
    await fill(session)
    before = await rows_naming(session, CHAT)
    await migrate(session, CHAT, NEW)
    assert await rows_naming(session, NEW) == before
    assert await rows_naming(session, CHAT) == {}
    assert await listed(session) == {"Alice": 1}


async def test_two_chats_with_rows_in_every_table_become_one(session: AsyncSession) -> None:
    await fill(session)
    await both_there(session)
    await usage.count(session, (f"chat:{NEW}",), day=1, photos=1)
    await meet(session, NEW, "ALICE", "another crop")
    await jobs.put(session, NewJob(NEW, "refresh", "1", {}), NOW)
    await migrate(session, CHAT, NEW)
    assert await rows_naming(session, CHAT) == {}
    assert await listed(session) == {"ALICE": 2}
    assert await usage.used(session, f"chat:{NEW}", day=1) == 2


async def test_namesakes_who_are_two_telegram_users_stay_two_people(session: AsyncSession) -> None:
    await both_there(session)
    await meet(session, CHAT, "Dave", "a", "b", user_id=DAVE)
    await meet(session, NEW, "Dave", "c", user_id=OTHER_DAVE)
    await migrate(session, CHAT, NEW)
    assert await listed(session) == {"Dave": 1, "Dave (2)": 2}
    users = await session.execute(select(PEOPLE.c.name, PEOPLE.c.user_id).where(PEOPLE.c.chat_id == NEW))
    assert dict(users.all()) == {"Dave": OTHER_DAVE, "Dave (2)": DAVE}


async def test_one_telegram_user_under_two_names_is_one_person(session: AsyncSession) -> None:
    await both_there(session)
    await meet(session, CHAT, "Dave", "a", user_id=DAVE)
    await meet(session, NEW, "David", "b", user_id=DAVE)
    await migrate(session, CHAT, NEW)
    assert await listed(session) == {"David": 2}


async def test_the_face_model_with_more_faces_stays_and_the_others_wait_for_reembed(
    session: AsyncSession,
) -> None:
    await both_there(session)
    await meet(session, CHAT, "Alice", "a", "b")
    await chats.set_face_model(session, CHAT, "m")
    bob = await people.add(session, NEW, "Bob", by=1, now=NOW)
    await gallery.enrol(session, bob, new_face("c", vector(1.0), "other"), by=1, now=NOW)
    await chats.set_face_model(session, NEW, "other")
    await migrate(session, CHAT, NEW)
    union = await chats.get(session, NEW)
    assert union is not None and union.face_model == "m"
    assert await chats.on_other_model(session, "m") == [NEW]
    assert [face.crop for face in await gallery.faces_without(session, NEW, "m")] == ["c"]


async def test_the_union_has_a_gallery_version_that_neither_had(session: AsyncSession) -> None:
    await fill(session)
    await both_there(session)
    old, new = await chats.get(session, CHAT), await chats.get(session, NEW)
    assert old is not None and new is not None
    await migrate(session, CHAT, NEW)
    union = await chats.get(session, NEW)
    assert union is not None
    assert union.gallery_version > max(old.gallery_version, new.gallery_version)


async def test_what_either_promised_is_kept(session: AsyncSession) -> None:
    await both_there(session)
    await chats.configure(session, CHAT, tagging=True, strangers=True, strictness="strict")
    await chats.configure(session, NEW, tagging=True)
    await migrate(session, CHAT, NEW)
    union = await chats.get(session, NEW)
    assert union is not None
    assert (union.tagging, union.strangers, union.strictness) == (True, False, "strict")


async def test_the_union_was_greeted_where_either_was(session: AsyncSession) -> None:
    await chats.greet(session, CHAT, NOW)
    await both_there(session)
    await migrate(session, CHAT, NEW)
    assert not await chats.greet(session, NEW, NOW)


async def test_answers_whose_messages_stayed_behind_are_not_taken_for_others(session: AsyncSession) -> None:
    reply_id = await replies.store(session, NewReply(CHAT, None, 1, 10, None, "en"), NOW)
    answer_id = await answers.store(
        session, NewAnswer(CHAT, 1, 10, "unique", "file", "models", 0, {}, reply_id=reply_id), NOW
    )
    row_id = await outbox.put(
        session, Send(CHAT, "sendMessage", {}, reply_id=reply_id, answer_ids=(answer_id,)), NOW
    )
    await outbox.sent(session, row_id, [SentMessage(5)], NOW)
    await migrate(session, CHAT, NEW)
    assert await replies.by_message(session, NEW, 5) is None


async def test_photos_of_enrolments_that_stayed_behind_are_not_taken_for_others(
    session: AsyncSession,
) -> None:
    note = NewAnswer(CHAT, 0, 10, "unique", "", ENROLMENT, 0, {})
    note_id = await answers.store(session, note, NOW)
    await migrate(session, CHAT, NEW)
    assert await answers.get(session, note_id) is None


async def test_what_waits_to_be_sent_goes_to_the_supergroup(session: AsyncSession) -> None:
    await outbox.put(session, Send(CHAT, "sendMessage", {"chat_id": CHAT, "text": "hello"}), NOW)
    await migrate(session, CHAT, NEW)
    row = (await session.execute(select(OUTBOX.c.chat_id, OUTBOX.c.payload))).one()
    assert tuple(row) == (NEW, {"chat_id": NEW, "text": "hello"})


async def test_what_waits_quotes_no_message_that_stayed_behind(session: AsyncSession) -> None:
    quoting = {"chat_id": CHAT, "text": "hello", "reply_parameters": {"message_id": 5}}
    await outbox.put(session, Send(CHAT, "sendMessage", quoting), NOW)
    await migrate(session, CHAT, NEW)
    assert await session.scalar(select(OUTBOX.c.payload)) == {"chat_id": NEW, "text": "hello"}


@pytest.mark.parametrize("is_being_sent", [False, True])
async def test_an_edit_of_a_message_that_stayed_behind_is_given_up(
    session: AsyncSession, is_being_sent: bool
) -> None:
    edit = {"chat_id": CHAT, "message_id": 5, "text": "hello"}
    row_id = await outbox.put(session, Send(CHAT, "editMessageText", edit), NOW)
    if is_being_sent:
        await sending.claim(session, limit=1, now=NOW, busy_chats=())
    await migrate(session, CHAT, NEW)
    await outbox.retry(session, row_id, not_before=0.0, error="the group became a supergroup")
    assert await sending.messages_ahead(session, NEW) == 0


async def test_an_edit_of_what_was_sent_before_is_given_up_and_of_what_waits_follows(
    session: AsyncSession,
) -> None:
    before, waiting = [await outbox.put(session, Send(CHAT, "sendMessage", {}), NOW) for _ in range(2)]
    await outbox.sent(session, before, [SentMessage(5)], NOW)
    for target in (before, waiting):
        await outbox.put(session, Send(CHAT, "editMessageText", {"chat_id": CHAT}, edits=target), NOW)
    await migrate(session, CHAT, NEW)
    left = select(OUTBOX.c.edits).where(OUTBOX.c.state == "queued").order_by(OUTBOX.c.id)
    assert list(await session.scalars(left)) == [None, waiting]


async def test_migrating_twice_or_a_chat_nobody_knows_changes_nothing(session: AsyncSession) -> None:
    await fill(session)
    await migrate(session, CHAT, NEW)
    before = await rows_naming(session, NEW)
    await migrate(session, CHAT, NEW)
    await migrate(session, NEW, NEW)
    assert await rows_naming(session, NEW) == before


async def test_labels_of_one_name_become_one_and_a_picture_in_both_has_the_new_chats_label(
    session: AsyncSession,
) -> None:
    await both_there(session)
    for label, photo in (("Cat", "a"), ("dog", "both"), ("cow", "c")):
        await label_photo(session, label, photo)
    await label_photo(session, "cat", "b", NEW)
    await label_photo(session, "cat", "both", NEW)
    await migrate(session, CHAT, NEW)
    found = {label.name: label.photos for label in await labels.listing(session, NEW)}
    assert found == {"cat": 3, "cow": 1, "dog": 0}


async def test_who_is_in_a_picture_that_both_labelled_is_still_known(session: AsyncSession) -> None:
    await both_there(session)
    alice = await meet(session, CHAT, "Alice", "a")
    await label_photo(session, "party", "both", people=(alice,))
    await label_photo(session, "party", "both", NEW)
    await migrate(session, CHAT, NEW)
    (example,) = await examples.listing(session, NEW)
    assert example.photo == "both"
    assert await shown.people_in(session, NEW) == {alice}


async def test_labelled_photos_forget_messages_that_stayed_behind(session: AsyncSession) -> None:
    await label_photo(session, "cat", "photo")
    await migrate(session, CHAT, NEW)
    assert [example.message_id for example in await examples.listing(session, NEW)] == [None]


async def test_models_are_counted_on_from_those_of_the_new_chat_which_stay_in_use(
    session: AsyncSession,
) -> None:
    await both_there(session)
    await train(session, live=True)
    await train(session)
    await train(session, kind="people", live=True)
    await train(session, chat_id=NEW, file="new", live=True)
    await migrate(session, CHAT, NEW)
    rows = await models.listing(session, NEW, "labels")
    versions = [(row.version, row.file, row.live) for row in rows]
    assert versions == [(3, "model 2", False), (2, "model 1", False), (1, "new", True)]
    faces = await models.live(session, NEW, "people")
    assert faces is not None and faces.version == 1


async def test_of_two_trainings_of_a_kind_the_new_chats_goes_on(session: AsyncSession) -> None:
    await both_there(session)
    await trainings.put(session, training(), NOW)
    faces = await trainings.put(session, training("people"), NOW)
    theirs = await trainings.put(session, training(chat_id=NEW), NOW)
    await migrate(session, CHAT, NEW)
    assert await trainings.count(session) == 2
    assert [await trainings.position(session, training_id) for training_id in (faces, theirs)] == [0, 1]
