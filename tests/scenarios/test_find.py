"""/find: the chat's photos somebody is in, as links where messages have them, else as replies to them."""

from __future__ import annotations

from tests.scenarios.talking import Person, replied_to, text_of
from tests.support import pictures
from tests.support.sandbox import Json, buttons


def links(message: Json) -> list[str]:
    return [entity["url"] for entity in message.get("entities", []) if "url" in entity]


async def in_supergroup(person: Person, **fields: object) -> Person:
    """The same person in a supergroup of their own with the bot."""
    chat_id = await person.sandbox.add_chat("Club", [person.user_id], type="supergroup", **fields)
    welcomed = await person.sandbox.wait_for_answer(chat_id)
    return Person(person.sandbox, person.user_id, chat_id, heard=welcomed["seq"])


async def see_alice(person: Person, count: int) -> list[Json]:
    """Photos with Alice in them, oldest first, each answered."""
    await person.enrols("Alice", pictures.portrait())
    asked = []
    for number in range(count):
        photo = pictures.far_away(150 + 10 * number)
        asked.append(await person.shows(photo, "/who"))
        await person.hears("Alice")
    return asked


async def test_without_links_the_photos_are_replied_to_newest_first(ann: Person) -> None:
    older, newer = await see_alice(ann, 2)
    await ann.says("/find alice")
    assert replied_to(await ann.hears("1.", "Alice")) == newer["message_id"]
    assert replied_to(await ann.hears("2.", "Alice")) == older["message_id"]


async def test_more_photos_come_when_they_are_asked_for(ann: Person) -> None:
    asked = await see_alice(ann, 5)
    await ann.says("/find Alice")
    fourth = await ann.hears("4.", "Alice")
    assert [label for label, _ in buttons(fourth)] == ["More"]
    await ann.presses(fourth, "More")
    assert replied_to(await ann.hears("5.", "Alice")) == asked[0]["message_id"]


async def test_a_deleted_message_does_not_break_it(ann: Person) -> None:
    older, newer = await see_alice(ann, 2)
    await ann.sandbox.delete(ann.chat_id, newer["message_id"])
    await ann.says("/find Alice")
    assert replied_to(await ann.hears("1.", "Alice")) == 0
    assert replied_to(await ann.hears("2.", "Alice")) == older["message_id"]


async def test_in_a_supergroup_each_photo_is_a_link_to_its_message(ann: Person) -> None:
    ann = await in_supergroup(ann)
    (photo,) = await see_alice(ann, 1)
    await ann.says("/find Alice")
    number = -1_000_000_000_000 - ann.chat_id
    assert links(await ann.hears("Photos with Alice")) == [f"https://t.me/c/{number}/{photo['message_id']}"]


async def test_a_reply_with_who_counts_as_the_photo_it_is_about(ann: Person) -> None:
    ann = await in_supergroup(ann)
    await ann.enrols("Alice", pictures.portrait())
    photo = await ann.shows(pictures.other_portraits()[0])
    await ann.says("/who", reply_to=photo["message_id"])
    await ann.hears("Alice")
    await ann.says("/find Alice")
    (link,) = links(await ann.hears("Photos with Alice"))
    assert link.endswith(f"/{photo['message_id']}")


async def test_who_was_not_seen_or_is_nobody_gets_a_sentence(ann: Person) -> None:
    await ann.enrols("Alice", pictures.portrait())
    await ann.says("/find Alice")
    await ann.hears("not seen Alice")
    await ann.says("/find Bob")
    await ann.hears("nobody", "Bob")
    await ann.says("/find")
    await ann.hears("whom shall I look for")


async def test_another_chats_photos_are_not_found(ann: Person, ben: Person) -> None:
    await see_alice(ann, 1)
    await ben.enrols("Alice", pictures.portrait())
    await ben.says("/find Alice")
    assert "not seen" in text_of(await ben.hears("Alice"))
