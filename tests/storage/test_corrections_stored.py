"""What corrections store: "no"s and their vectors, faces that move, and the jobs that follow."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from storage import gallery, jobs, links, negatives, outbox, people, replies
from storage.jobs import NewJob
from storage.negatives import Denial, NewNegative
from storage.outbox import Send, SentMessage
from storage.replies import NewReply
from tests.storage.rows import CHAT, NOW, faces_of, new_face, vector

BOX = (1.0, 2.0, 3.0, 4.0)


async def alice(session: AsyncSession, name: str = "Alice") -> int:
    return await people.add(session, CHAT, name, by=1, now=NOW)


async def test_a_no_holds_before_its_vector_is_there(session: AsyncSession) -> None:
    person_id = await alice(session)
    negative_id = await negatives.add(session, NewNegative(person_id, "photo", BOX), 1, NOW)
    assert await negatives.of_photo(session, CHAT, "photo") == [Denial(person_id, BOX)]
    assert await negatives.without_vector(session, CHAT, "photo") == {negative_id: BOX}


async def test_a_no_without_a_vector_is_no_hindrance_to_the_search(session: AsyncSession) -> None:
    person_id = await alice(session)
    await gallery.enrol(session, person_id, new_face("crop", vector(1, 0)), 1, NOW)
    await negatives.add(session, NewNegative(person_id, "photo", BOX), 1, NOW)
    (found,) = await gallery.Gallery().nearest(session, CHAT, "m", "cosine", [vector(1, 0)], k=4)
    assert [candidate.person_id for candidate in found] == [person_id]


async def test_the_vector_of_a_no_comes_later(session: AsyncSession) -> None:
    person_id = await alice(session)
    negative_id = await negatives.add(session, NewNegative(person_id, "photo", BOX), 1, NOW)
    await negatives.set_vector(session, negative_id, "m", vector(1, 0))
    assert await negatives.without_vector(session, CHAT, "photo") == {}
    await negatives.set_vector(session, 999, "m", vector(1, 0))


async def test_a_face_is_given_to_somebody_else(session: AsyncSession) -> None:
    wrong, right = await alice(session), await alice(session, "Bob")
    await gallery.enrol(session, wrong, new_face("crop"), 1, NOW)
    faces = await gallery.from_photo(session, wrong, "photo of crop")
    await gallery.give(session, faces, right)
    assert [face.id for face in await faces_of(session, right)] == faces
    assert await gallery.from_photo(session, wrong, "photo of crop") == []


async def test_only_who_allowed_it_is_mentioned(session: AsyncSession) -> None:
    allowed, other, _ = await alice(session), await alice(session, "Bob"), await alice(session, "Carol")
    await links.link(session, allowed, 77, mention=True)
    await links.link(session, other, 78, mention=False)
    assert await links.mentionable(session, CHAT) == {allowed: 77}


@pytest.mark.parametrize(("patient", "first"), [((), "slow"), (("slow",), "quick")])
async def test_patient_jobs_come_after_the_others(
    session: AsyncSession, patient: tuple[str, ...], first: str
) -> None:
    for kind in ("slow", "quick"):
        await jobs.put(session, NewJob(CHAT, kind, "", {}), NOW)
    claimed = await jobs.claim(session, NOW, 60, patient)
    assert claimed is not None and claimed.kind == first


async def test_a_reply_waits_until_its_words_are_sent(session: AsyncSession) -> None:
    reply_id = await replies.store(session, NewReply(CHAT, None, 1, 5, None, "en"), NOW)
    row = await outbox.put(session, Send(CHAT, "sendMessage", {}, reply_id=reply_id), NOW)
    assert await outbox.will_send(session, reply_id)
    await outbox.sent(session, row, [SentMessage(9)], NOW)
    assert not await outbox.will_send(session, reply_id)


async def test_a_reply_of_several_messages_knows_them_all(session: AsyncSession) -> None:
    reply_id = await replies.store(session, NewReply(CHAT, None, 1, 5, None, "en"), NOW)
    for message in (SentMessage(9, "picture", is_caption=True), SentMessage(10), SentMessage(10)):
        row = await outbox.put(session, Send(CHAT, "call", {}, reply_id=reply_id), NOW)
        await outbox.sent(session, row, [message], NOW)
    for message_id in (9, 10):
        found = await replies.by_message(session, CHAT, message_id)
        assert found is not None
        assert (found.id, found.message_ids, found.message_id, found.is_caption) == (
            reply_id,
            [9, 10],
            10,
            True,
        )
    assert await replies.by_message(session, CHAT, 11) is None
