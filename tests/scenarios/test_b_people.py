"""B4 and B5: what people may be called; list, rename, merge, forget."""

from __future__ import annotations

import pytest

from tests.scenarios.talking import Person, gather, text_of
from tests.support import pictures
from tests.support.sandbox import buttons

KEPT_EXACTLY = ["Álîce Smith-Ω", "👩‍🚀 Eileen", "<b>", "a & b", "李娜", 'O\'Neil "Shaq"']
REFUSED = {
    "x" * 300: "too long",
    "": "write the name too",
    "Alice\nSmith": "one line",
    "Ali\u202ece": "cannot be seen",
}


@pytest.mark.parametrize("name", KEPT_EXACTLY)
async def test_a_name_is_kept_exactly_and_shown_as_it_was_written(ann: Person, name: str) -> None:
    answer = await ann.enrols(name, pictures.portrait())
    await ann.says("/people")
    listed = text_of(await ann.hears())
    assert text_of(answer).startswith(f"{name}: 1 photo stored")
    assert name in listed


async def test_a_name_from_right_to_left_does_not_turn_its_sentence_around(ann: Person) -> None:
    answer = await ann.enrols("ليلى", pictures.portrait())
    assert "\u2068ليلى\u2069" in text_of(answer)


@pytest.mark.parametrize(("name", "words"), REFUSED.items(), ids=REFUSED.values())
async def test_a_name_that_cannot_be_used_gets_a_sentence(ann: Person, name: str, words: str) -> None:
    photo = await ann.shows(pictures.portrait(), f"/enroll {name}")
    ((answer,),) = await ann.answers_to(photo)
    assert words in answer.casefold()


async def test_alice_and_Alice_are_one_person(ann: Person) -> None:  # noqa: N802 - the name is the point
    await ann.enrols("Alice", pictures.portrait())
    await ann.shows(pictures.other_portraits()[0], "/enroll alice")
    await ann.hears("Alice: 2 photos")
    await ann.says("/people")
    assert text_of(await ann.hears()).casefold().count("alice") == 1


async def test_the_same_picture_twice_counts_once(ann: Person) -> None:
    await ann.enrols("Alice", pictures.portrait())
    await ann.shows(pictures.portrait(), "/enroll Alice")
    await ann.hears("already have this picture")


async def test_people_are_listed_with_how_many_photos_they_have(ann: Person) -> None:
    await ann.enrols("Alice", pictures.portrait())
    await ann.shows(pictures.other_portraits()[0], "/enroll Alice")
    await ann.hears("2 photos")
    await ann.says("/people")
    await ann.hears("Alice", "2 photos")


async def test_a_renamed_person_is_recognised_by_the_new_name(ann: Person) -> None:
    await ann.enrols("Alice", pictures.portrait())
    await ann.says("/rename Alice -> Eileen Collins")
    await ann.hears("Alice is Eileen Collins now")
    await ann.shows(pictures.other_portraits()[0])
    await ann.hears("I see", "Eileen Collins")


async def test_a_rename_can_be_undone(ann: Person) -> None:
    await ann.enrols("Alice", pictures.portrait())
    await ann.says("/rename Alice Eileen")
    await ann.presses(await ann.hears("Eileen now"), "Undo")
    await ann.hears("undone")
    await ann.says("/people")
    assert "Eileen" not in text_of(await ann.hears("Alice"))


async def test_nobody_is_renamed_to_a_name_somebody_has(ann: Person) -> None:
    await ann.enrols("Alice", pictures.portrait())
    await ann.enrols("Bob", pictures.other_person())
    await ann.says("/rename Alice Bob")
    await ann.hears("Bob", "/merge")


async def test_two_people_become_one(ann: Person) -> None:
    await ann.enrols("Ali", pictures.portrait())
    await ann.enrols("Alice", pictures.other_person())
    await ann.says("/merge Ali Alice")
    await ann.hears("Ali is Alice now", "2 photos")


async def test_a_merge_can_be_undone(ann: Person) -> None:
    await ann.enrols("Ali", pictures.portrait())
    await ann.enrols("Alice", pictures.other_person())
    await ann.says("/merge Ali Alice")
    merged = await ann.hears("Ali is Alice now")
    assert await ann.presses(merged, "Undo") == ""
    assert [label for label, _ in buttons(await ann.hears("Undone", "Ali is back"))] == []
    await ann.says("/people")
    await ann.hears("Ali – 1 photo", "Alice – 1 photo")


async def test_undo_of_a_merge_waits_for_a_name_that_was_given_away(ann: Person) -> None:
    await ann.enrols("Ali", pictures.portrait())
    await ann.enrols("Alice", pictures.other_person())
    await ann.says("/merge Ali Alice")
    merged = await ann.hears("Ali is Alice now")
    await ann.says("/rename Alice Ali")
    await ann.hears("Alice is Ali now")
    assert "called Ali already" in await ann.presses(merged, "Undo")
    await ann.says("/rename Ali Alice")
    await ann.hears("Ali is Alice now")
    await ann.presses(merged, "Undo")
    await ann.hears("Ali is back")


async def test_what_was_said_of_somebody_merged_away_is_corrected(ann: Person) -> None:
    await ann.enrols("Ali", pictures.portrait())
    await ann.enrols("Alice", pictures.other_person())
    await ann.shows(pictures.other_portraits()[0])
    answer = await ann.hears("I see", "Ali")
    await ann.says("/merge Ali -> Alice")
    await ann.hears("Ali is Alice now")
    assert (await ann.hears("I see", "Alice"))["message_id"] == answer["message_id"]


async def test_two_chats_with_the_same_names_change_their_own(ann: Person, ben: Person) -> None:
    for person in (ann, ben):
        await person.enrols("Alice", pictures.portrait())
    await ann.says("/rename Alice Eileen")
    await ann.hears("Alice is Eileen now")
    await ben.says("/people")
    await ben.hears("Alice – 1 photo")
    await ben.says("/forget Eileen")
    await ben.hears("nobody", "Eileen")


async def test_a_forgotten_person_is_somebody_until_it_is_undone(ann: Person) -> None:
    await ann.enrols("Alice", pictures.portrait())
    await ann.says("/forget alice")
    forgotten = await ann.hears("Alice is forgotten", "minutes")
    photo = await ann.shows(pictures.other_portraits()[0])
    await ann.hears("someone I don't know")
    await ann.presses(forgotten, "Undo")
    await ann.hears("Alice is back")
    await ann.forwards(photo)
    await ann.hears("I see", "Alice")


async def test_somebody_elses_undo_is_not_pressed(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ann.enrols("Alice", pictures.portrait())
    await ann.says("/forget Alice")
    assert "not for you" in await ben.presses(await ann.hears("forgotten"), "Undo")


@pytest.mark.parametrize("command", ["/forget Nobody", "/rename Nobody Somebody", "/merge Nobody Somebody"])
async def test_a_name_that_nobody_has_is_said_to_be_unknown(ann: Person, command: str) -> None:
    question = await ann.says(command)
    ((answer,),) = await ann.answers_to(question)
    assert "Nobody" in answer or command.split()[0] in answer


async def test_nothing_leaks_to_another_chat(ann: Person, ben: Person) -> None:
    await ann.enrols("Aurelia", pictures.portrait())
    await ben.shows(pictures.other_portraits()[0])
    await ben.hears("someone I don't know")
    await ben.says("/people")
    assert "Aurelia" not in text_of(await ben.hears())
    await ben.says("/forget Aurelia")
    await ben.hears("nobody", "Aurelia")


async def test_a_button_does_nothing_in_another_chat(ann: Person, ben: Person) -> None:
    answer = await ann.enrols("Alice", pictures.portrait())
    other = await ben.enrols("Bob", pictures.portrait())
    ((_, stolen),) = buttons(answer)
    data = {"id": "1", "from": other["chat"] | {"is_bot": False}, "message": other, "chat_instance": "1"}
    await ben.sandbox.push_update({"callback_query": data | {"data": stolen}})
    await ben.answers_to()
    await ann.says("/people")
    await ann.hears("Alice")
