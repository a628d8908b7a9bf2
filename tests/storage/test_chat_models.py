"""What chats have learnt: no version twice, one in use at most, and nothing left of what went."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage import chats, models, retiring
from storage.errors import NotFound
from storage.models import Learnt, LearntPerson
from storage.schema import MODELS
from tests.storage.rows import CHAT, NOW
from tests.storage.taught import train

OTHER = -200


async def version_in_use(session: AsyncSession) -> int | None:
    model = await models.live(session, CHAT, "labels")
    return model.version if model else None


async def gallery_version(session: AsyncSession) -> int:
    chat = await chats.get(session, CHAT)
    assert chat is not None
    return chat.gallery_version


async def test_versions_count_up_by_chat_and_kind(session: AsyncSession) -> None:
    await chats.seen(session, OTHER, "group", "Others", NOW)
    made = [await train(session) for _ in range(2)]
    made += [await train(session, kind="people"), await train(session, chat_id=OTHER)]
    assert [model.version for model in made] == [1, 2, 1, 1]
    assert [model.version for model in await models.listing(session, CHAT, "labels")] == [2, 1]


async def test_a_model_is_stored_as_it_was_made_and_not_in_use(session: AsyncSession, alice: int) -> None:
    model = await train(session, ["a", "b"], people=(alice,))
    assert (model.labels, model.report, model.live) == (["cat", "dog"], {"accuracy": 0.9}, False)
    assert await models.learnt(session, model.id) == [Learnt("a", "cat", 11), Learnt("b", "cat", 11)]
    assert await models.people_of(session, model.id) == [LearntPerson(alice, 0)]


async def test_one_at_most_is_in_use_and_remembered_answers_go(session: AsyncSession) -> None:
    first, second = await train(session, live=True), await train(session)
    before = await gallery_version(session)
    activated = await models.activate(session, CHAT, second.id, NOW)
    assert activated.live
    assert await version_in_use(session) == second.version
    assert not (await models.get(session, CHAT, first.id)).live
    assert await gallery_version(session) > before


async def test_the_database_itself_refuses_a_second_one_in_use(session: AsyncSession) -> None:
    await train(session, live=True)
    second = await train(session)
    with pytest.raises(IntegrityError):
        await session.execute(update(MODELS).where(MODELS.c.id == second.id).values(live=True))


async def test_kinds_and_chats_have_their_own_in_use(session: AsyncSession) -> None:
    await chats.seen(session, OTHER, "group", "Others", NOW)
    await train(session, live=True)
    await train(session, kind="people", live=True)
    theirs = await train(session, chat_id=OTHER, live=True)
    assert await models.live(session, CHAT, "people") is not None
    assert await version_in_use(session) == 1
    with pytest.raises(NotFound):
        await models.activate(session, CHAT, theirs.id, NOW)


async def test_rolling_back_passes_by_what_was_never_in_use(session: AsyncSession) -> None:
    await train(session, live=True)
    await train(session)
    await train(session, live=True)
    back = await models.roll_back(session, CHAT, "labels", NOW)
    assert back is not None and back.version == 1
    assert await version_in_use(session) == 1
    assert await models.roll_back(session, CHAT, "labels", NOW) is None
    assert await version_in_use(session) == 1


async def test_a_chat_can_do_without(session: AsyncSession) -> None:
    await train(session, live=True)
    before = await gallery_version(session)
    await models.deactivate(session, CHAT, "labels")
    assert await version_in_use(session) is None
    assert await gallery_version(session) > before


async def test_of_a_retired_model_only_that_it_was_there_is_left(session: AsyncSession, alice: int) -> None:
    model = await train(session, people=(alice,), live=True)
    files = await retiring.retire(session, [model.id], "deleted", NOW + 5)
    assert files == ["models/model 1", "models/network.onnx"]
    assert await version_in_use(session) is None
    (row,) = await models.listing(session, CHAT, "labels")
    assert (row.file, row.network, row.labels, row.report, row.fingerprint) == ("", "", [], {}, "")
    assert (row.version, row.retired_at, row.retired_because) == (1, NOW + 5, "deleted")
    assert await models.learnt(session, model.id) == []
    assert await models.people_of(session, model.id) == []


async def test_a_retired_version_is_not_used_again_nor_put_in_use(session: AsyncSession) -> None:
    model = await train(session)
    await retiring.retire(session, [model.id], "deleted", NOW)
    with pytest.raises(NotFound):
        await models.activate(session, CHAT, model.id, NOW)
    assert (await train(session)).version == 2
    assert await models.count(session, CHAT) == 1


async def test_a_file_that_another_model_needs_stays(session: AsyncSession) -> None:
    await chats.seen(session, OTHER, "group", "Others", NOW)
    model = await train(session)
    await train(session, chat_id=OTHER)
    assert await retiring.retire(session, [model.id], "deleted", NOW) == []


async def test_what_was_retired_for_somebody_keeps_its_reason(session: AsyncSession) -> None:
    model = await train(session)
    await retiring.retire(session, [model.id], "forgotten", NOW)
    await retiring.retire(session, [model.id], "deleted", NOW + 9)
    (row,) = await models.listing(session, CHAT, "labels")
    assert (row.retired_at, row.retired_because) == (NOW, "forgotten")
