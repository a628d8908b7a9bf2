"""/find: the chat's photos somebody is in, as links where messages have them, else by replies to them."""

from __future__ import annotations

from tests.scenarios.asking import labels, naming
from tests.scenarios.talking import Person, replied_to
from tests.support import pictures
from tests.support.sandbox import Json


def links(message: Json) -> list[str]:
    return [entity["url"] for entity in message.get("entities", []) if "url" in entity]


async def in_supergroup(person: Person, **fields: object) -> Person:
    """The same person in a supergroup of their own with the bot."""
    chat_id = await person.sandbox.add_chat("Club", [person.user_id], type="supergroup", **fields)
    welcomed = await person.sandbox.wait_for_answer(chat_id)
    return Person(person.sandbox, person.user_id, chat_id, heard=welcomed["seq"])


async def see_alice(person: Person, count: int) -> list[Json]:
    """Photos with Alice in them, oldest first: the one she is enrolled with, and others, each answered."""
    asked = [await person.shows(pictures.portrait(), "/enroll Alice")]
    await person.hears("stored")
    for number in range(count):
        photo = pictures.far_away(150 + 10 * number)
        asked.append(await person.shows(photo, "/who"))
        await person.hears("Alice")
    return asked


async def test_without_links_one_reply_to_the_newest_lists_them_all(ann: Person) -> None:
    *_, newest = await see_alice(ann, 2)
    await ann.says("/find alice")
    found = await ann.hears("Photos with Alice", ": 1, 2, 3")
    assert replied_to(found) == newest["message_id"]
    assert labels(found) == ["1", "2", "3"]


async def test_a_number_has_the_bot_reply_to_that_photo(ann: Person) -> None:
    enrolled, older, _ = await see_alice(ann, 2)
    await ann.says("/find Alice")
    found = await ann.hears("Photos with Alice")
    await ann.presses(found, "2")
    assert replied_to(await ann.hears("2. Alice")) == older["message_id"]
    found = next(m for m in await ann.sandbox.history(ann.chat_id) if m["message_id"] == found["message_id"])
    await ann.presses(found, "3")
    assert replied_to(await ann.hears("3. Alice")) == enrolled["message_id"]


async def test_more_photos_than_numbers_come_in_pages(ann: Person) -> None:
    enrolled, *_ = await see_alice(ann, 8)
    await ann.says("/find Alice")
    first = await ann.hears("Photos with Alice", "7, 8")
    assert labels(first) == [*"12345678", "▶"]
    await ann.presses(first, "▶")
    second = await ann.hears(": 9")
    assert second["message_id"] == first["message_id"] and labels(second) == ["9", "◀"]
    await ann.presses(second, "9")
    assert replied_to(await ann.hears("9. Alice")) == enrolled["message_id"]


async def test_a_single_photo_is_replied_to_at_once(ann: Person) -> None:
    (enrolled,) = await see_alice(ann, 0)
    await ann.says("/find Alice")
    found = await ann.hears("Alice")
    assert (replied_to(found), labels(found)) == (enrolled["message_id"], [])


async def test_a_photo_that_was_replied_to_with_an_enrolment_is_found(ann: Person) -> None:
    photo = await ann.shows(pictures.portrait(), "/who")
    await ann.hears("someone")
    await ann.says("/enroll Alice", reply_to=photo["message_id"])
    await ann.hears("stored")
    await ann.says("/find Alice")
    assert replied_to(await ann.hears("Alice, ")) == photo["message_id"]


async def test_the_photo_whose_face_was_picked_is_found(ann: Person) -> None:
    photo = await ann.shows(pictures.crowd(2), "/enroll Alice")
    await ann.presses(await ann.hears("Which"), "2")
    await ann.hears("stored")
    await ann.says("/find Alice")
    assert replied_to(await ann.hears("Alice, ")) == photo["message_id"]


async def test_an_enrolment_that_was_undone_is_not_found(ann: Person) -> None:
    await see_alice(ann, 1)
    await ann.shows(pictures.other_portraits()[0], "/enroll Alice")
    await ann.presses(await ann.hears("stored", "2"), "Undo")
    await ann.hears("Undone")
    await ann.says("/find Alice")
    assert labels(await ann.hears("Photos with Alice")) == ["1", "2"]


async def test_a_deleted_message_does_not_break_it(ann: Person) -> None:
    *_, newer = await see_alice(ann, 2)
    await ann.sandbox.delete(ann.chat_id, newer["message_id"])
    await ann.says("/find Alice")
    assert replied_to(await ann.hears("Photos with Alice")) == 0


async def test_in_a_supergroup_each_photo_is_a_link_to_its_message(ann: Person) -> None:
    ann = await in_supergroup(ann)
    older, newer = await see_alice(ann, 1)
    await ann.says("/find Alice")
    room = f"https://t.me/c/{-1_000_000_000_000 - ann.chat_id}"
    found = links(await ann.hears("Photos with Alice"))
    assert found == [f"{room}/{newer['message_id']}", f"{room}/{older['message_id']}"]


async def test_a_reply_with_who_counts_as_the_photo_it_is_about(ann: Person) -> None:
    ann = await in_supergroup(ann)
    await ann.enrols("Alice", pictures.portrait())
    photo = await ann.shows(pictures.other_portraits()[0])
    await ann.says("/who", reply_to=photo["message_id"])
    await ann.hears("Alice")
    await ann.says("/find Alice")
    link, _ = links(await ann.hears("Photos with Alice"))
    assert link.endswith(f"/{photo['message_id']}")


async def test_who_was_not_seen_or_is_nobody_gets_a_sentence(friends: list[Person]) -> None:
    ann, _, dave = friends
    await ann.says("/enroll Dave", **naming(dave, "/enroll Dave"))
    await dave.presses(await ann.hears("May I?"), "Allow")
    await ann.hears("Dave allowed it")
    await ann.says("/find Dave")
    await ann.hears("not seen Dave")
    await ann.says("/find Bob")
    await ann.hears("nobody", "Bob")
    await ann.says("/find")
    await ann.hears("whom shall I look for")


async def test_another_chats_photos_are_not_found(ann: Person, ben: Person) -> None:
    await see_alice(ann, 1)
    (photo,) = await see_alice(ben, 0)
    await ben.says("/find Alice")
    assert replied_to(await ben.hears("Alice, ")) == photo["message_id"]
