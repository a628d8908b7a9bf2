"""D1: nobody's face becomes somebody else's by a question, and no question goes around a No."""

from __future__ import annotations

from tests.scenarios.asking import ask_about, labels, meet_dave, naming, people_of
from tests.scenarios.talking import Person, gather, text_of
from tests.support import pictures
from tests.support.glance import Glance
from tests.support.sandbox import Json

WHO_IS_IT = ["Yes, it is Dave", "It is Bob", "Cancel"]


async def unsure(ann: Person, dave: Person) -> tuple[Json, Json]:
    """Bob is enrolled, and then a photo of him is shown as Dave's: the question to Dave, and that to Ann."""
    await ann.enrols("Bob", pictures.portrait())
    caption = "/enroll Dave"
    await ann.shows(pictures.other_portraits()[0], caption, **naming(dave, caption))
    return await ann.hears("May I?"), await ann.hears("looks like Bob", "is it Dave")


async def photos_of(glance: Glance, person: Person) -> list[tuple[str, int]]:
    return glance.rows(
        "SELECT name, count(*) FROM people JOIN faces ON person_id = people.id WHERE chat_id = ? GROUP BY 1",
        person.chat_id,
    )


async def test_a_face_that_looks_like_somebody_else_does_not_wait_unasked(
    friends: list[Person], glance: Glance
) -> None:
    ann, ben, dave = friends
    question, who = await unsure(ann, dave)
    assert labels(who) == WHO_IS_IT
    assert "not for you" in await ben.presses(who, "It is Bob")
    await dave.presses(question, "Allow")
    await ann.hears("Dave allowed it", "no photo")
    assert await photos_of(glance, ann) == [("Bob", 1)]


async def test_it_waits_once_the_asker_says_who_it_is(friends: list[Person], glance: Glance) -> None:
    ann, _, dave = friends
    question, who = await unsure(ann, dave)
    await ann.presses(who, "Yes, it is Dave")
    await ann.hears("It is Dave.")
    await dave.presses(question, "Allow")
    await ann.hears("Dave allowed it", "1 photo")
    assert await photos_of(glance, ann) == [("Bob", 1), ("Dave", 1)]


async def test_or_it_goes_to_whom_it_looks_like(friends: list[Person], glance: Glance) -> None:
    ann, _, dave = friends
    question, who = await unsure(ann, dave)
    await ann.presses(who, "It is Bob")
    await ann.hears("Bob: 2 photos stored")
    await dave.presses(question, "No")
    await ann.hears("said No")
    assert await photos_of(glance, ann) == [("Bob", 2)]


async def test_a_no_deletes_the_face_that_the_asker_was_to_say_about(
    friends: list[Person], glance: Glance
) -> None:
    ann, _, dave = friends
    question, who = await unsure(ann, dave)
    await dave.presses(question, "No")
    await ann.hears("said No")
    assert "no longer" in await ann.presses(who, "Yes, it is Dave")
    assert glance.rows("SELECT 1 FROM pending WHERE chat_id = ?", ann.chat_id) == []


async def test_a_picked_face_that_looks_like_somebody_else_is_asked_about_too(friends: list[Person]) -> None:
    ann, _, dave = friends
    await ann.enrols("Bob", pictures.portrait())
    caption = "/enroll Dave"
    await ann.shows(pictures.crowd(2), caption, **naming(dave, caption))
    await ann.presses(await ann.hears("which of them is Dave"), "2")
    await ann.presses(await ann.hears("looks like Bob", "is it Dave"), "Cancel")
    await ann.hears("Cancelled")


async def test_whoever_was_enrolled_meanwhile_is_asked_about_at_allow(
    friends: list[Person], glance: Glance
) -> None:
    ann, ben, dave = friends
    question = await ask_about(ann, dave)
    await ben.shows(pictures.other_portraits()[0], "/enroll Bob")
    await ann.hears("Bob: 1 photo stored")
    await dave.presses(question, "Allow")
    await ann.hears("Dave allowed it", "no photo")
    assert await photos_of(glance, ann) == [("Bob", 1)]
    await ann.presses(await ann.hears("looks like Bob", "is it Dave"), "Yes, it is Dave")
    await ann.hears("Dave: 1 photo stored")


async def test_after_a_no_the_chat_hears_whom_it_may_be_under_another_name(friends: list[Person]) -> None:
    ann, ben, dave = friends
    question = await ask_about(ann, dave)
    await ben.shows(pictures.other_portraits()[0], "/enroll Davy")
    await ann.hears("Davy: 1 photo stored")
    await dave.presses(question, "No")
    await ann.hears("looked like Davy", "/forget Davy")


async def asked_about_alice(ann: Person, dave: Person) -> Json:
    """Ann's Alice is enrolled; then Ann replies `/enroll Alice` to what Dave wrote: what she is asked."""
    await ann.enrols("Alice", pictures.portrait())
    hello = await dave.says("hello everybody")
    await ann.says("/enroll Alice", reply_to=hello["message_id"])
    return await ann.hears("Is Dave that Alice?")


async def test_who_has_the_name_already_is_asked_of_the_asker_first(
    friends: list[Person], glance: Glance
) -> None:
    ann, ben, dave = friends
    whether = await asked_about_alice(ann, dave)
    assert labels(whether) == ["Yes", "No, somebody new"]
    assert "not for you" in await ben.presses(whether, "Yes")
    await ann.presses(whether, "No, somebody new")
    await ann.hears("Dave needs a name that nobody has here")
    assert people_of(glance, ann.chat_id) == [("Alice", None, 0)]
    assert glance.rows("SELECT 1 FROM pending WHERE chat_id = ?", ann.chat_id) == []


async def test_a_no_deletes_whom_the_asker_said_they_are(friends: list[Person], glance: Glance) -> None:
    ann, _, dave = friends
    await ann.presses(await asked_about_alice(ann, dave), "Yes")
    await ann.hears("Dave is the Alice who is enrolled here")
    await dave.presses(await ann.hears("May I?"), "No")
    await ann.hears("said No")
    assert people_of(glance, ann.chat_id) == []


async def test_a_no_takes_their_name_from_what_was_said_lately(friends: list[Person]) -> None:
    ann, _, dave = friends
    question = await asked_about_alice(ann, dave)
    await ann.shows(pictures.other_portraits()[0], "/who")
    answer = await ann.hears("I see Alice")
    await ann.presses(question, "Yes")
    await dave.presses(await ann.hears("May I?"), "No")
    edited = await ann.hears("someone I don't know")
    assert edited["message_id"] == answer["message_id"] and "Correct…" in labels(edited)


async def test_an_allow_takes_nobody_over_who_was_not_said_to_be_them(
    friends: list[Person], glance: Glance
) -> None:
    ann, _, dave = friends
    question = await ask_about(ann, dave)
    await ann.shows(pictures.other_person(), "/enroll Dave")
    await ann.hears("Dave: 1 photo stored")
    assert "called Dave already" in await dave.presses(question, "Allow")
    assert people_of(glance, ann.chat_id) == [("Dave", None, 0)]
    await dave.presses(question, "No")
    await ann.hears("said No")
    assert people_of(glance, ann.chat_id) == [("Dave", None, 0)]


async def test_nobody_is_learnt_from_a_photo_of_somebody_who_said_no(
    friends: list[Person], glance: Glance
) -> None:
    ann, ben, dave = friends
    await dave.presses(await ask_about(ann, dave), "No")
    await ann.hears("said No")
    photo = await dave.shows(pictures.portrait())
    await ann.says("/enroll David", reply_to=photo["message_id"])
    await ann.hears("this is Dave's photo", "learn nobody from it")
    forwarded = await ben.forwards(photo)
    await ann.says("/enroll David", reply_to=forwarded["message_id"])
    await ann.hears("this is Dave's photo")
    assert people_of(glance, ann.chat_id) == []


async def test_a_user_is_asked_one_question_at_a_time(friends: list[Person]) -> None:
    ann, ben, dave = friends
    await ask_about(ann, dave)
    await ann.hears("waits")
    for asker in (ann, ben):
        await asker.says("/enroll Dave", **naming(dave, "/enroll Dave"))
        await ann.hears("I have asked Dave already")


async def test_a_username_that_said_no_is_not_asked_again_that_day(
    ann: Person, ben: Person, glance: Glance
) -> None:
    dave = await meet_dave(ann.sandbox, "Dave_in_Oslo")
    ann, ben, dave = await gather("Friends", ann, ben, dave)
    await ann.says("/enroll @dave_in_oslo David")
    await dave.presses(await ann.hears("May I?"), "No")
    await ann.hears("said No")
    await ben.says("/enroll @DAVE_in_oslo David")
    assert "May I" not in text_of(await ann.hears("David does not want to be recognised here"))
    ((user_id, data),) = glance.rows("SELECT user_id, data FROM pending WHERE chat_id = ?", ann.chat_id)
    assert user_id == 0
    assert "oslo" not in data.lower()
    await dave.shows(pictures.portrait(), "/enroll me")
    await ann.hears("Dave: 1 photo stored")
    assert glance.rows("SELECT 1 FROM pending WHERE kind = 'consent_no' AND chat_id = ?", ann.chat_id) == []
