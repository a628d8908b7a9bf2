"""What /mydata gathers of faces that wait and of photos with a label: what is theirs, and nobody else's."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases import my_data
from bot.usecases.consent import ASKED
from bot.usecases.enrol import PICK
from bot.usecases.subjects import User
from storage import links, pending
from storage.pending import NewPending
from tests.storage.rows import CHAT, NOW
from tests.storage.taught import LABELLER, SENDER, label_photo, train

ANN, DAVE = 1, 7


async def asked(session: AsyncSession, *crops: str) -> int:
    """Faces that Ann showed, and that wait for Dave's answer; the question's id."""
    data = {"subject": {"name": "Dave", "user_id": DAVE}}
    return await pending.put(session, NewPending(CHAT, ANN, ASKED, data, NOW + 60, crops), NOW)


async def to_pick(session: AsyncSession, question: int, *crops: str) -> None:
    """Faces of which Ann has to say first which one is Dave's."""
    data = {"name": "Dave", "asked": question}
    await pending.put(session, NewPending(CHAT, ANN, PICK, data, NOW + 60, crops), NOW)


async def test_a_face_that_waits_for_their_yes_is_theirs_to_see(session: AsyncSession) -> None:
    await asked(session, "dave")
    collected = await my_data.gather(session, User(DAVE))
    assert list(collected.crops.values()) == ["dave"]


async def test_faces_of_which_one_is_to_be_picked_are_counted_and_not_shown(session: AsyncSession) -> None:
    await to_pick(session, await asked(session), "dave", "ben")
    collected = await my_data.gather(session, User(DAVE))
    assert list(collected.crops) == []
    assert [row["faces"] for row in collected.data["waiting"]] == [0, 2]


async def test_faces_that_wait_for_somebody_else_are_not_mentioned(session: AsyncSession) -> None:
    await to_pick(session, await asked(session, "dave"), "dave", "ben")
    collected = await my_data.gather(session, User(ANN))
    assert (list(collected.crops), collected.data["waiting"]) == ([], [])


async def test_labelled_photos_are_in_it_where_they_sent_them_and_told_of_where_they_are_in_them(
    session: AsyncSession, alice: int
) -> None:
    await links.link(session, alice, DAVE, mention=False)
    await label_photo(session, "cat", "his", sender=DAVE)
    await label_photo(session, "party", "of him", people=(alice,))
    await label_photo(session, "cat", "somebody's")
    collected = await my_data.gather(session, User(DAVE))
    assert list(collected.photos.values()) == ["his"]
    assert [photo["label"] for photo in collected.data["labelled"]] == ["cat", "party"]
    assert [photo.get("photo") for photo in collected.data["labelled"]] == ["labelled/1.jpg", None]


async def test_what_they_taught_and_what_learnt_from_them_is_told(session: AsyncSession) -> None:
    await label_photo(session, "cat", "a")
    await label_photo(session, "cat", "b")
    await train(session, ["a"])
    theirs = (await my_data.gather(session, User(LABELLER))).data
    assert [made["label"] for made in theirs["acts"]["labels_made"]] == ["cat"]
    assert theirs["acts"]["photos_labelled"] == [{"chat": "Friends", "label": "cat", "photos": 2}]
    assert [model["version"] for model in theirs["acts"]["trained"]] == [1]
    assert theirs["learnt_from_you"] == []
    sender = (await my_data.gather(session, User(SENDER))).data
    assert sender["learnt_from_you"] == [{"chat": "Friends", "of": "labels", "version": 1, "in_use": False}]


def test_more_than_can_be_sent_at_once_comes_in_parts(tmp_path: Path) -> None:
    pictures = {f"{size}.jpg": tmp_path / f"{size}.jpg" for size in (4, 6, 3, 20, 1)}
    for name, path in pictures.items():
        path.write_bytes(bytes(int(name.removesuffix(".jpg"))))
    pictures["gone.jpg"] = tmp_path / "gone.jpg"
    portions = [list(part) for part in my_data.parts(pictures, limit=10)]
    assert portions == [["4.jpg", "6.jpg"], ["3.jpg"], ["20.jpg"], ["1.jpg", "gone.jpg"]]
    assert list(my_data.parts({}, limit=10)) == [{}]
