"""D1 and D2: what whoever agreed is called, and which Telegram user a person is linked to, and when."""

from __future__ import annotations

from tests.scenarios.asking import meet_dave, naming, people_of
from tests.scenarios.talking import Person, gather
from tests.support import pictures
from tests.support.glance import Glance


async def test_a_plain_username_is_whoever_presses_under_that_name(
    ann: Person, ben: Person, glance: Glance
) -> None:
    dave = await meet_dave(ann.sandbox, "Dave_in_Rome")
    ann, ben, dave = await gather("Friends", ann, ben, dave)
    await ann.shows(pictures.portrait(), "/enroll @dave_in_rome David")
    question = await ann.hears("@dave_in_rome", "May I?")
    assert "not for you" in await ben.presses(question, "Allow")
    await dave.presses(question, "Allow")
    await ann.hears("David allowed it")
    assert people_of(glance, ann.chat_id) == [("David", dave.user_id, 0)]


async def test_who_was_asked_by_username_is_called_as_telegram_calls_them(
    ann: Person, ben: Person, glance: Glance
) -> None:
    dave = await meet_dave(ann.sandbox, "dave_in_riga")
    ann, ben, dave = await gather("Friends", ann, ben, dave)
    await ann.shows(pictures.crowd(2), "/enroll @dave_in_riga")
    question = await ann.hears("@dave_in_riga", "May I?")
    which = await ann.hears("which of them is dave_in_riga")
    await dave.presses(question, "Allow")
    await ann.hears("Dave allowed it", "no photo")
    await ann.presses(which, "2")
    await ann.hears("Dave: 1 photo stored")
    assert people_of(glance, ann.chat_id) == [("Dave", dave.user_id, 0)]


async def test_they_keep_their_username_where_somebody_else_has_the_name(
    ann: Person, ben: Person, glance: Glance
) -> None:
    dave = await meet_dave(ann.sandbox, "dave_in_kyiv")
    ann, ben, dave = await gather("Friends", ann, ben, dave)
    await ann.enrols("Dave", pictures.other_person())
    await ann.says("/enroll @dave_in_kyiv")
    await dave.presses(await ann.hears("May I?"), "Allow")
    await ann.hears("dave_in_kyiv allowed it")
    assert people_of(glance, ann.chat_id) == [("Dave", None, 0), ("dave_in_kyiv", dave.user_id, 0)]


async def test_a_person_enrolled_before_by_the_asker_becomes_the_user(
    friends: list[Person], glance: Glance
) -> None:
    ann, _, dave = friends
    await ann.enrols("Dave", pictures.portrait())
    caption = "/enroll Dave Dave"
    await ann.shows(pictures.other_portraits()[0], caption, **naming(dave, caption))
    await ann.presses(await ann.hears("Is Dave that Dave?"), "Yes")
    await dave.presses(await ann.hears("May I?"), "Allow")
    await ann.hears("Dave allowed it", "2 photos")
    assert people_of(glance, ann.chat_id) == [("Dave", dave.user_id, 0)]


async def test_nobody_takes_over_a_person_whom_somebody_else_enrolled(friends: list[Person]) -> None:
    ann, ben, dave = friends
    await ann.enrols("Alice", pictures.portrait())
    caption = "/enroll Dave Alice"
    await ben.says(caption, **naming(dave, caption))
    await ben.hears("called Alice already")
    await dave.says("/enroll me Alice")
    await dave.hears("called Alice already")


async def test_a_refused_photo_links_nobody(friends: list[Person], glance: Glance) -> None:
    _, _, dave = friends
    await dave.shows(pictures.rocket(), "/enroll me Zed")
    await dave.hears("No face")
    assert people_of(glance, dave.chat_id) == []
    await dave.shows(pictures.portrait(), "/enroll me Zed")
    await dave.hears("Zed: 1 photo stored")
    assert people_of(glance, dave.chat_id) == [("Zed", dave.user_id, 0)]


async def test_cancelling_which_face_it_is_links_nobody(ann: Person, glance: Glance) -> None:
    await ann.shows(pictures.crowd(2), "/enroll me Annie")
    await ann.presses(await ann.hears("which of them is Annie"), "Cancel")
    await ann.hears("Cancelled")
    assert people_of(glance, ann.chat_id) == []


async def test_they_are_linked_with_the_first_photo_and_not_before(ann: Person, glance: Glance) -> None:
    await ann.says("/enroll me Annie")
    await ann.hears("Send me photos of Annie")
    assert people_of(glance, ann.chat_id) == []
    await ann.shows(pictures.crowd(2))
    await ann.presses(await ann.hears("which of them is Annie"), "2")
    await ann.hears("Annie: 1 photo stored")
    assert people_of(glance, ann.chat_id) == [("Annie", ann.user_id, 0)]


async def test_people_without_telegram_are_attested(ann: Person, glance: Glance) -> None:
    await ann.enrols("Grandma", pictures.portrait())
    kinds = (
        "SELECT kind, given_by, wording FROM consents JOIN people ON person_id = people.id WHERE chat_id = ?"
    )
    assert glance.rows(kinds, ann.chat_id) == [("attested", ann.user_id, "2026-11")]
