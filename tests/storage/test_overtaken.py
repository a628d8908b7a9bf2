"""People who change while a photo is looked at: nobody who is gone is named, and nobody new is missed."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import catch_up
from bot.usecases.overtaken import Overtaken
from bot.usecases.ports import Picture
from bot.usecases.recognise import Asked, Said, Told, remember
from bot.usecases.seen import Recognition, SeenFace
from ml.protocol import Box
from storage import answers, chats, deletion, gallery, jobs, people, replies
from storage.replies import NewReply
from storage.schema import ANSWERS
from tests.storage.rows import CHAT, NOW, new_face

PHOTO = Picture("file", "unique")
ASKED = Asked(CHAT, 1, PHOTO)


async def version(session: AsyncSession) -> int:
    chat = await chats.get(session, CHAT)
    assert chat is not None
    return chat.gallery_version


def naming(person_id: int | None, name: str | None) -> Recognition:
    face = SeenFace(box=Box(0, 0, 9, 9), tone="sure" if name else "unknown", person_id=person_id, name=name)
    return Recognition(labels=None, sure=False, faces=(face,))


async def tell(session: AsyncSession, recognition: Recognition, gallery_version: int) -> int:
    told = Told(PHOTO, recognition, models="m", gallery_version=gallery_version)
    reply_id = await replies.store(session, NewReply(CHAT, None, 1, 1, None, "en"), NOW)
    (answer_id,) = await remember(session, [ASKED], [told], Said(1, 1, reply_id))
    return answer_id


async def test_nobody_is_named_who_was_deleted_while_their_photo_was_looked_at(
    session: AsyncSession, alice: int
) -> None:
    before = await version(session)
    await deletion.remove_people(session, [alice])
    with pytest.raises(Overtaken):
        await tell(session, naming(alice, "Alice"), before)
    assert (await session.scalars(select(ANSWERS.c.id))).all() == []


async def test_nobody_is_named_as_they_were_called_before(session: AsyncSession, alice: int) -> None:
    before = await version(session)
    await people.rename(session, alice, "Alicia")
    with pytest.raises(Overtaken):
        await tell(session, naming(alice, "Alice"), before)


async def test_who_was_enrolled_meanwhile_is_looked_for_afterwards(session: AsyncSession, alice: int) -> None:
    before = await version(session)
    await gallery.enrol(session, alice, new_face("a"), by=1, now=NOW)
    answer_id = await tell(session, naming(None, None), before)
    job = await jobs.claim(session, float("inf"), 60)
    assert job is not None
    assert (job.kind, job.data) == (catch_up.LOOK_AGAIN, {"answer": answer_id})


async def test_where_nobody_changed_there_is_nothing_to_look_at_again(
    session: AsyncSession, alice: int
) -> None:
    await tell(session, naming(alice, "Alice"), await version(session))
    assert await jobs.next_due(session) is None


async def test_a_second_look_that_was_overtaken_is_not_said(session: AsyncSession, alice: int) -> None:
    answer_id = await tell(session, naming(None, None), await version(session))
    row = await answers.get(session, answer_id)
    assert row is not None
    look = catch_up.Mended(naming(alice, "Alice"), await version(session))
    await deletion.remove_people(session, [alice])
    assert not await catch_up.mend(session, row, look, NOW)
    after = await answers.get(session, answer_id)
    assert after is not None
    assert after.result == row.result
