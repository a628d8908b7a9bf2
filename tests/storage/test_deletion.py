"""What is deleted is gone: from the rows, from the pages of the database, from its log, from the disk."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import (
    answers,
    buttons,
    chats,
    consents,
    deletion,
    gallery,
    inbox,
    links,
    negatives,
    outbox,
    pending,
    people,
    replies,
    strangers,
    trainings,
    usage,
)
from storage.answers import NewAnswer
from storage.consents import NewConsent
from storage.database import Database, open_database
from storage.errors import LeaseLost
from storage.negatives import NewNegative
from storage.outbox import Send
from storage.pending import NewPending
from storage.photos import FolderStore
from storage.replies import NewReply
from storage.schema import EXAMPLES, LABELS, METADATA
from storage.strangers import NewStranger
from tests.storage.rows import CHAT, NOW, new_face, new_update
from tests.storage.taught import label_photo, train, training
from tests.support.leftovers import files_below, id_traces, left_in, name_traces

DAVE, ANN = 5_123_456_789_012, 5_123_456_780_777
NAME = "Dávid Smith-Ω"
VECTOR = random.Random(NAME).randbytes(2048)
# The hashes of a photo he sent, and of one that shows him.
SENT, SHOWING = (hashlib.sha256(photo).hexdigest() for photo in (b"sent", b"showing"))
OTHERS = 60


async def add_person(
    session: AsyncSession, name: str, number: int, chat_id: int = CHAT, by: int = ANN
) -> int:
    """A person with two faces and all that can hang on a person."""
    person = await people.add(session, chat_id, name, by=by, now=NOW)
    for side in "ab":
        face = new_face(
            f"{number}{side}", VECTOR if name == NAME else random.Random(f"{number}{side}").randbytes(2048)
        )
        await gallery.enrol(session, person, face, by=by, now=NOW)
    no = random.Random(number).randbytes(2048)
    denied = NewNegative(person_id=person, model="m", vector=no, source="photo", box=(0, 0, 1, 1))
    await negatives.add(session, denied, by, NOW)
    await consents.record(session, NewConsent(person, "attested", by, "1"), NOW)
    result = {"faces": [{"box": {}, "person_id": person, "name": name, "tone": "sure"}]}
    reply = await replies.store(session, NewReply(chat_id, None, by, 1, None, "en"), NOW)
    said = NewAnswer(chat_id, 1, 1, f"photo {number}", f"file {number}", "m", 1, result, reply)
    await answers.store(session, said, NOW)
    actions = [("undo_rename", {"person": person, "name": name})]
    await buttons.make(session, chat_id, by, actions, NOW + 60)
    return person


async def everybody(session: AsyncSession) -> int:
    """Dave among many others, some before and some after him; who he is."""
    await chats.seen(session, CHAT, "group", "Friends", NOW)
    dave = 0
    for number in range(OTHERS):
        if number == OTHERS // 2:
            dave = await add_person(session, NAME, number)
            await links.link(session, dave, DAVE, mention=True)
            await consents.record(session, NewConsent(dave, "allowed", DAVE, "1"), NOW)
        else:
            await add_person(session, f"Person {number}", number)
    return dave


async def acts_of_dave(session: AsyncSession) -> None:
    """What else can name Dave: what he began, sent, was asked, counted, invited, and said of others."""
    await chats.seen(session, DAVE, "private", "", NOW)
    await add_person(session, "His Mum", 200, chat_id=DAVE, by=DAVE)
    await add_person(session, "His Friend", 201, by=DAVE)
    await pending.put(session, NewPending(CHAT, DAVE, "enrol", {"name": "X"}, NOW + 60, ("begun",)), NOW)
    await usage.count(session, [f"user:{DAVE}", f"chat:{DAVE}"], 1, 3)
    await inbox.receive(session, [new_update(1, chat_id=DAVE), new_update(2)], NOW)
    await outbox.put(session, Send(DAVE, "sendMessage", {"chat_id": DAVE, "text": NAME}), NOW)


async def is_shown(session: AsyncSession, dave: int) -> None:
    """A labelled photo that shows Dave, and the model that learnt from it to name him."""
    await label_photo(session, "party", SHOWING, people=(dave,))
    await train(session, [SHOWING], people=(dave,), labels=(NAME, "cat"), live=True)


async def teaches(session: AsyncSession) -> None:
    """Photos that Dave sent, or labelled; what learnt from them, and is learning."""
    await label_photo(session, "cat", "somebody's")
    await label_photo(session, "cat", SENT, sender=DAVE)
    await train(session, [SENT], sender=DAVE, report={"worst": [SENT]}, trained_by=DAVE)
    await session.execute(update(EXAMPLES).values(labelled_by=DAVE))
    await session.execute(update(LABELS).values(created_by=DAVE))
    begun = await trainings.put(session, structs.replace(training(), asked_by=DAVE), NOW)
    await trainings.begin(session, begun, NOW)
    await trainings.note(session, begun, data={"learnt": [[SENT, "cat", DAVE]]})


def traces_of_dave() -> dict[str, bytes]:
    vector = {"vector": VECTOR, "half a vector": VECTOR[1000:1500]}
    photos = {"a photo he sent": SENT.encode(), "a photo that shows him": SHOWING.encode()}
    return name_traces(NAME) | id_traces(DAVE) | vector | photos


def database_files(db: Database) -> list[Path]:
    return [path for path in db.file.parent.iterdir() if path.name.startswith(db.file.name)]


async def counted(session: AsyncSession) -> dict[str, int]:
    return {
        table.name: len((await session.execute(table.select())).all()) for table in METADATA.sorted_tables
    }


async def test_what_is_looked_for_would_be_found(db: Database) -> None:
    async with db.begin() as session:
        await is_shown(session, await everybody(session))
        await acts_of_dave(session)
        await teaches(session)
    found = {line.rpartition(" in ")[0] for line in left_in(database_files(db), traces_of_dave())}
    assert {"name", "id in digits", "id in 6 bytes, big", "vector", "half a vector"} <= found
    assert {"a photo he sent", "a photo that shows him"} <= found
    assert any("JSON" in what for what in found)


async def test_nothing_of_a_user_who_left_is_in_any_byte_of_the_database(db: Database) -> None:
    async with db.begin() as session:
        await is_shown(session, await everybody(session))
        await acts_of_dave(session)
        await teaches(session)
    async with db.begin() as session:
        await deletion.remove_user(session, DAVE)
        await deletion.scrub_later(session, NOW)
    await deletion.scrub(db)
    assert left_in(database_files(db), traces_of_dave()) == []


async def test_nothing_of_a_forgotten_person_is_in_any_byte_of_the_database(db: Database) -> None:
    async with db.begin() as session:
        dave = await everybody(session)
        await is_shown(session, dave)
        await people.forget(session, dave, NOW)
    async with db.begin() as session:
        await deletion.purge_forgotten(session, NOW + 1)
        await deletion.scrub_later(session, NOW)
    await deletion.scrub(db)
    assert left_in(database_files(db), traces_of_dave()) == []


# With these, `secure_delete` alone leaves names behind.
@pytest.mark.parametrize("seed", [0, 3, 7])
async def test_pages_that_are_rearranged_keep_nothing_either(db: Database, seed: int) -> None:
    order = random.Random(seed)
    removed = order.sample(range(OTHERS), OTHERS // 2)
    async with db.begin() as session:
        await chats.seen(session, CHAT, "group", "Friends", NOW)
        ids = [
            await add_person(session, f"Somebody-{n}-" + "x" * order.randrange(200), n) for n in range(OTHERS)
        ]
    for number in removed:
        async with db.begin() as session:
            await deletion.remove_people(session, [ids[number]])
    await db.scrub()
    traces = {f"person {n}": f"Somebody-{n}-".encode() for n in removed}
    vectors = {f"vector {n}{s}": random.Random(f"{n}{s}").randbytes(2048)[:64] for n in removed for s in "ab"}
    assert left_in(database_files(db), traces | vectors) == []


async def test_only_what_is_theirs_is_deleted(session: AsyncSession) -> None:
    await everybody(session)
    before = await counted(session)
    await acts_of_dave(session)
    await deletion.remove_user(session, DAVE)
    after = await counted(session)
    # Dave himself goes, with two faces; the friend he enrolled stays, with two others.
    assert {table: after[table] - before[table] for table in ("people", "faces", "negatives", "chats")} == {
        "people": 0,
        "faces": 0,
        "negatives": 0,
        "chats": 0,
    }
    names = await people.names(session, CHAT)
    assert set(names.values()) == {f"Person {n}" for n in range(OTHERS) if n != OTHERS // 2} | {"His Friend"}


async def test_the_database_is_written_anew_only_after_a_deletion(db: Database) -> None:
    before = db.file.read_bytes()
    await deletion.scrub(db)
    assert db.file.read_bytes() == before


async def test_a_scrub_that_a_crash_prevented_is_still_noted(db: Database) -> None:
    async with db.begin() as session:
        await everybody(session)
        await deletion.remove_people(session, [1])
        await deletion.scrub_later(session, NOW)
    async with open_database(f"sqlite:///{db.file}") as restarted:
        await deletion.scrub(restarted)
        assert left_in(database_files(db), {"name": b"Person 0"}) == []


async def test_a_scrub_that_a_reader_was_in_the_way_of_is_still_noted(db: Database) -> None:
    async with db.begin() as session:
        await everybody(session)
    async with db.begin() as session:
        await deletion.remove_people(session, [1])
        await deletion.scrub_later(session, NOW)
    async with db.begin() as session:
        await session.execute(text("PRAGMA busy_timeout = 0"))
    async with db.read() as reader:
        await counted(reader)
        await deletion.scrub(db)
    assert left_in(database_files(db), {"name": b"Person 0"}) != []
    await deletion.scrub(db)
    assert left_in(database_files(db), {"name": b"Person 0"}) == []


async def test_what_he_did_for_others_is_nobodys_now(session: AsyncSession) -> None:
    await everybody(session)
    await acts_of_dave(session)
    await deletion.remove_user(session, DAVE)
    friend = await links.find(session, CHAT, "His Friend")
    assert friend is not None
    assert friend.created_by == 0
    assert [consent.given_by for consent in await consents.of_people(session, [friend.id])] == [0]


async def test_a_no_outlives_the_user(session: AsyncSession) -> None:
    await consents.refuse(session, CHAT, "digest", NOW)
    await deletion.remove_user(session, DAVE)
    assert await consents.refused(session, CHAT, "digest")


async def test_the_update_that_asks_for_it_can_still_be_answered(session: AsyncSession) -> None:
    await chats.seen(session, DAVE, "private", "", NOW)
    await inbox.receive(session, [new_update(5, chat_id=DAVE)], NOW)
    await inbox.claim(session, owner="us", lanes=["read"], limit=1, now=NOW, lease_s=60)
    await deletion.remove_user(session, DAVE)
    await inbox.answered(session, 5, NOW, "us")
    assert await deletion.purge_traces(session) == 1
    with pytest.raises(LeaseLost):
        await inbox.answered(session, 5, NOW, "us")


async def test_the_last_words_go_once_they_are_sent(session: AsyncSession) -> None:
    row = await outbox.put(session, Send(DAVE, "sendMessage", {"chat_id": DAVE}), NOW)
    assert await deletion.purge_traces(session) == 0
    await outbox.sent(session, row, [outbox.SentMessage(1)], NOW)
    assert await deletion.purge_traces(session) == 1


async def test_a_chat_that_is_still_there_keeps_its_records(session: AsyncSession) -> None:
    row = await outbox.put(session, Send(CHAT, "sendMessage", {}), NOW)
    await outbox.sent(session, row, [outbox.SentMessage(1)], NOW)
    assert await deletion.purge_traces(session) == 0


async def test_crops_are_named_for_deletion_unless_somebody_else_needs_them(session: AsyncSession) -> None:
    await chats.seen(session, CHAT, "group", "Friends", NOW)
    dave = await people.add(session, CHAT, NAME, by=ANN, now=NOW)
    bob = await people.add(session, CHAT, "Bob", by=ANN, now=NOW)
    for person, crop in ((dave, "his"), (dave, "shared"), (bob, "shared")):
        await gallery.enrol(session, person, new_face(crop), by=ANN, now=NOW)
    assert await deletion.remove_people(session, [dave]) == ["his"]


async def test_what_somebody_began_about_a_person_goes_with_them(session: AsyncSession, alice: int) -> None:
    about = NewPending(CHAT, ANN, "pick", {"name": " ALICE "}, NOW + 60, ("waiting",))
    other = NewPending(CHAT, ANN, "pick", {"name": "Bob"}, NOW + 60, ("stays",))
    kept = [await pending.put(session, row, NOW) for row in (about, other)]
    assert await deletion.remove_people(session, [alice]) == ["waiting"]
    assert await pending.get(session, kept[0], NOW) is None
    assert await pending.get(session, kept[1], NOW) is not None


async def begin(session: AsyncSession, kind: str, data: dict[str, object], now: float) -> int:
    return await pending.put(session, NewPending(CHAT, ANN, kind, data, NOW + 900, (f"of {kind}",)), now)


async def test_what_is_about_a_person_by_id_goes_with_them(session: AsyncSession, alice: int) -> None:
    question: dict[str, object] = {"about": "new_name", "data": {"person": alice}}
    asked: dict[str, object] = {"subject": {"name": "David", "person_id": alice}}
    await begin(session, "question", question, NOW)
    await begin(session, "consent", asked, NOW)
    assert await deletion.remove_people(session, [alice]) == ["of consent", "of question"]


async def test_a_word_that_happens_to_be_a_name_is_no_name(session: AsyncSession) -> None:
    person = await people.add(session, CHAT, "Stranger", by=ANN, now=NOW)
    question = await begin(session, "question", {"about": "stranger", "data": {"strangers": [1]}}, NOW)
    assert await deletion.remove_people(session, [person]) == []
    assert await pending.get(session, question, NOW) is not None


async def test_what_was_begun_after_somebody_was_forgotten_is_a_namesakes(
    session: AsyncSession, alice: int
) -> None:
    before = await begin(session, "enrol", {"name": "Alice"}, NOW + 4)
    await people.forget(session, alice, NOW + 5)
    after = await begin(session, "pick", {"name": "alice"}, NOW + 6)
    assert await deletion.purge_forgotten(session, NOW + 60) == ["of enrol"]
    assert await pending.get(session, before, NOW) is None
    assert await pending.get(session, after, NOW) is not None


async def test_what_a_living_namesake_may_have_begun_outlives_the_purge(
    session: AsyncSession, alice: int
) -> None:
    begun = await begin(session, "pick", {"name": "Alice"}, NOW)
    await people.forget(session, alice, NOW + 5)
    await people.add(session, CHAT, "Alice", by=ANN, now=NOW + 6)
    assert await deletion.purge_forgotten(session, NOW + 60) == []
    assert await pending.get(session, begun, NOW) is not None


async def test_buttons_about_a_person_go_with_them(session: AsyncSession, alice: int) -> None:
    bob = await people.add(session, CHAT, "Bob", by=ANN, now=NOW)
    actions: list[tuple[str, dict[str, object]]] = [
        ("undo", {"person": alice}),
        ("rename", {"name": "Alice"}),
        ("undo", {"person": bob}),
    ]
    for action in actions:
        await buttons.make(session, CHAT, ANN, [action], NOW + 60)
    await deletion.remove_people(session, [alice])
    assert (await counted(session))["buttons"] == 1


@pytest.mark.parametrize(
    ("data", "goes"),
    [
        ({"name": " ALICE"}, True),
        ({"name": "Alice Smith"}, False),
        ({"updates": [{"message": {"text": "/enroll alice"}}]}, True),
        ({"updates": [{"message": {"caption": "/enroll\nAlice Smith"}}]}, True),
        ({"updates": [{"message": {"text": "/enroll Alicent"}}]}, False),
    ],
)
async def test_a_button_may_have_a_name_as_somebody_wrote_it(
    session: AsyncSession, alice: int, data: dict[str, object], goes: bool
) -> None:
    await buttons.make(session, CHAT, ANN, [("action", data)], NOW + 60)
    await deletion.remove_people(session, [alice])
    assert (await counted(session))["buttons"] == int(not goes)


async def remembered_stranger(session: AsyncSession, created_at: float, expires_at: float) -> int:
    said = NewAnswer(CHAT, 1, 1, "photo", "file", "m", 1, {"faces": []})
    answer = await answers.store(session, said, created_at)
    face = NewStranger(face=0, **structs.asdict(new_face("crop", VECTOR)))
    await strangers.add(session, CHAT, answer, [face], expires_at)
    return answer


async def test_answers_go_when_their_time_is_over_and_strangers_with_them(session: AsyncSession) -> None:
    await remembered_stranger(session, NOW, NOW + 1000)
    assert await deletion.purge_answers(session, NOW + 10, keep_s=10) == []
    assert await deletion.purge_answers(session, NOW + 11, keep_s=10) == ["crop"]
    assert (await counted(session))["strangers"] == 0


async def test_a_chat_may_keep_answers_for_less_but_not_for_more(session: AsyncSession) -> None:
    await remembered_stranger(session, NOW, NOW + 1000)
    await chats.configure(session, CHAT, keep_answers_s=5.0)
    assert await deletion.purge_answers(session, NOW + 6, keep_s=10) == ["crop"]
    await remembered_stranger(session, NOW, NOW + 1000)
    await chats.configure(session, CHAT, keep_answers_s=50.0)
    assert await deletion.purge_answers(session, NOW + 11, keep_s=10) == ["crop"]


@pytest.fixture
def crop(tmp_path: Path) -> Iterator[Path]:
    """A file that will be taken for a crop."""
    file = tmp_path / "crop.jpg"
    file.write_bytes(b"what somebody looks like")
    yield file
    with suppress(FileNotFoundError):
        file.unlink()


async def test_a_deleted_crop_leaves_neither_bytes_nor_its_name(tmp_path: Path, crop: Path) -> None:
    store = FolderStore(tmp_path / "photos")
    name = await store.add(crop)
    traces = {
        "pixels": b"what somebody looks like",
        "sha256": hashlib.sha256(b"what somebody looks like").hexdigest().encode(),
    }
    assert len(left_in(files_below(tmp_path), traces)) == 2
    await store.remove([name])
    assert left_in(files_below(tmp_path), traces) == []
