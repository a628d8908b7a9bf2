"""What was taught with somebody's photos goes with them, and nothing else does."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from storage import chats, deletion, examples, gallery, links, merging, models, people, shown, trainings
from storage.unlearning import taught_with
from tests.storage.rows import CHAT, NOW, new_face
from tests.storage.taught import LABELLER, label_photo, train, training

OTHER, DAVE = -200, 5_123_456_789_012


async def photos_left(session: AsyncSession, chat_id: int = CHAT) -> list[str]:
    return [row.photo for row in await examples.listing(session, chat_id)]


async def retired(session: AsyncSession) -> list[int]:
    rows = await models.listing(session, CHAT, "labels")
    return [row.version for row in rows if row.retired_because == "forgotten"]


async def test_photos_that_a_user_sent_go_with_them_from_every_chat(session: AsyncSession) -> None:
    await chats.seen(session, OTHER, "group", "Others", NOW)
    await label_photo(session, "cat", "his", sender=DAVE)
    await label_photo(session, "cat", "hers")
    await label_photo(session, "cat", "his too", OTHER, sender=DAVE)
    assert await deletion.remove_user(session, DAVE) == ["labelled/his", "labelled/his too"]
    assert (await photos_left(session), await photos_left(session, OTHER)) == (["hers"], [])


async def test_photos_that_show_whoever_leaves_go_though_others_sent_them(
    session: AsyncSession, alice: int
) -> None:
    await links.link(session, alice, DAVE, mention=False)
    await label_photo(session, "party", "of her", people=(alice,))
    await label_photo(session, "party", "of nobody")
    assert await deletion.remove_user(session, DAVE) == ["labelled/of her"]
    assert await photos_left(session) == ["of nobody"]


async def test_photos_that_show_a_person_go_when_they_are_forgotten_for_good(
    session: AsyncSession, alice: int
) -> None:
    bob = await people.add(session, CHAT, "Bob", by=1, now=NOW)
    await label_photo(session, "party", "of her", people=(alice, bob))
    await label_photo(session, "party", "of him", people=(bob,))
    await people.forget(session, alice, NOW)
    assert await photos_left(session) == ["of her", "of him"]
    assert await deletion.purge_forgotten(session, NOW + 1) == ["labelled/of her"]
    assert await photos_left(session) == ["of him"]


async def test_models_that_learnt_from_them_are_named_retired_and_their_files_go(
    session: AsyncSession, alice: int
) -> None:
    await links.link(session, alice, DAVE, mention=False)
    await train(session, ["his"], sender=DAVE, live=True)
    await train(session, ["hers"])
    await train(session, ["of her"], people=(alice,))
    taught = await taught_with(session, user_id=DAVE, person_ids=[alice])
    named = [(model.chat, model.kind, model.version, model.live) for model in taught.models]
    assert named == [("Friends", "labels", 1, True), ("Friends", "labels", 3, False)]
    assert await deletion.remove_user(session, DAVE) == ["models/model 1", "models/model 3"]
    assert await retired(session) == [3, 1]
    assert await models.live(session, CHAT, "labels") is None


async def test_a_model_goes_though_the_photo_was_relabelled_or_removed_since(session: AsyncSession) -> None:
    example = await label_photo(session, "cat", "his", sender=DAVE)
    await train(session, ["his"], sender=DAVE)
    await examples.remove(session, CHAT, [example])
    await deletion.remove_user(session, DAVE)
    assert await retired(session) == [1]


async def test_it_is_said_before_how_many_photos_go(session: AsyncSession, alice: int) -> None:
    await label_photo(session, "cat", "his", sender=DAVE, people=(alice,))
    await label_photo(session, "cat", "of her", people=(alice,))
    await label_photo(session, "cat", "hers")
    assert (await taught_with(session, user_id=DAVE)).photos == 1
    assert (await taught_with(session, user_id=DAVE, person_ids=[alice])).photos == 2
    assert (await taught_with(session, person_ids=[])).photos == 0


async def test_what_they_labelled_of_others_is_nobodys_now(session: AsyncSession) -> None:
    await label_photo(session, "cat", "hers")
    await train(session, ["hers"], live=True)
    await trainings.put(session, training(), NOW)
    await deletion.remove_user(session, LABELLER)
    (row,) = await examples.listing(session, CHAT)
    model, waiting = await models.live(session, CHAT, "labels"), await trainings.next_queued(session)
    assert model is not None and waiting is not None
    assert (row.labelled_by, model.trained_by, waiting.asked_by) == (0, 0, 0)


async def test_what_is_just_learning_from_them_is_begun_anew_and_the_rest_goes_on(
    session: AsyncSession, alice: int
) -> None:
    await chats.seen(session, OTHER, "group", "Others", NOW)
    await label_photo(session, "cat", "his", sender=DAVE)
    await label_photo(session, "cat", "hers", OTHER)
    here, there = [await trainings.put(session, training(chat_id=chat), NOW) for chat in (CHAT, OTHER)]
    faces = await trainings.put(session, training("people"), NOW)
    for training_id in (here, there, faces):
        await trainings.begin(session, training_id, NOW)
    assert f"trainings/{here}" in await deletion.remove_user(session, DAVE)
    assert [row.id for row in await trainings.interrupted(session)] == [there, faces]


async def test_a_training_on_faces_is_begun_anew_without_those_who_leave(
    session: AsyncSession, alice: int
) -> None:
    await gallery.enrol(session, alice, new_face("crop"), by=1, now=NOW)
    training_id = await trainings.put(session, training("people"), NOW)
    await trainings.begin(session, training_id, NOW)
    assert await deletion.remove_people(session, [alice]) == ["crop", f"trainings/{training_id}"]
    assert await trainings.interrupted(session) == []


async def test_whoever_becomes_one_with_somebody_takes_photos_and_models_along(
    session: AsyncSession, alice: int
) -> None:
    ally = await people.add(session, CHAT, "Ally", by=1, now=NOW)
    await label_photo(session, "party", "of both", people=(alice, ally))
    await label_photo(session, "party", "of ally", people=(ally,))
    await train(session, ["of ally"], people=(ally,))
    await merging.merge(session, ally, alice, NOW)
    # The one who was set aside goes for good, and takes nothing along.
    assert await deletion.purge_forgotten(session, NOW + 1) == []
    assert await photos_left(session) == ["of both", "of ally"]
    await deletion.remove_people(session, [alice])
    assert (await photos_left(session), await retired(session)) == ([], [1])


async def test_undoing_it_gives_photos_and_models_back(session: AsyncSession, alice: int) -> None:
    ally = await people.add(session, CHAT, "Ally", by=1, now=NOW)
    await label_photo(session, "party", "of both", people=(alice, ally))
    await label_photo(session, "party", "of ally", people=(ally,))
    await train(session, ["of ally"], people=(ally,))
    moved = await merging.merge(session, ally, alice, NOW)
    assert await shown.people_in(session, CHAT) == {alice}
    await merging.unmerge(session, moved)
    await deletion.remove_people(session, [alice])
    assert (await photos_left(session), await retired(session)) == (["of ally"], [])
