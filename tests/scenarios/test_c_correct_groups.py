"""C3 in groups: anybody may correct, talk is left alone, and nobody corrects in the name of a chat."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.correcting import (
    ANDY,
    SOMEONE,
    asked_in_a_group,
    labels,
    photos_of,
    strangers,
)
from tests.scenarios.talking import Person, gather, meet, replied_to
from tests.support.glance import Glance, running_glance
from tests.support.sandbox import SandboxClient

pytestmark = pytest.mark.shared


async def test_in_a_group_anybody_may_correct_and_talk_is_left_alone(
    ann: Person, ben: Person, shared: Path, glance: Glance
) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ann.shows(strangers(shared)[0], "/who")
    answer = await ben.hears(SOMEONE)
    talk = await ben.says("what a lovely evening that was", reply_to=answer["message_id"])
    await ben.says("1 is Carol", reply_to=answer["message_id"])
    await ben.hears("I see Carol")
    assert talk["message_id"] not in [
        replied_to(message) for message in await ann.sandbox.history(ann.chat_id)
    ]
    assert glance.rows("SELECT created_by FROM people WHERE chat_id = ?", ann.chat_id) == [(ben.user_id,)]


async def test_a_word_in_a_group_is_asked_about_and_may_be_talk(
    ann: Person, ben: Person, shared: Path, glance: Glance
) -> None:
    ann, ben, question = await asked_in_a_group(ann, ben, shared, "Beautiful")
    assert labels(question) == ["Yes", "No"]
    assert "not for you" in await ann.presses(question, "No")
    await ben.presses(question, "No")
    await ben.hears("Cancelled")
    assert glance.rows("SELECT name FROM people WHERE chat_id = ?", ann.chat_id) == []


async def test_a_word_in_a_group_that_is_a_name_corrects_the_answer(
    ann: Person, ben: Person, shared: Path, glance: Glance
) -> None:
    ann, ben, question = await asked_in_a_group(ann, ben, shared, "Carol")
    assert "not for you" in await ann.presses(question, "Yes")
    await ben.presses(question, "Yes")
    assert labels(await ben.hears("That is Carol")) == ["Undo"]
    await ben.hears("I see Carol")
    attested = "SELECT given_by FROM consents JOIN people ON people.id = person_id WHERE chat_id = ?"
    assert glance.rows(attested, ann.chat_id) == [(ben.user_id,)]


async def test_a_group_that_knows_the_name_is_not_asked(ann: Person, ben: Person, shared: Path) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ann.enrols("Carol", photos_of(shared, ANDY)[0])
    await ann.shows(strangers(shared)[0], "/who")
    answer = await ben.hears(SOMEONE)
    await ben.says("carol", reply_to=answer["message_id"])
    await ben.hears("I see Carol")


async def test_the_question_whether_it_is_a_name_and_undo_survive_a_killed_bot(
    sandbox: SandboxClient, prepared_starter: Path, shared: Path, tmp_path: Path
) -> None:
    ann, ben = await meet(sandbox, "Ann"), await meet(sandbox, "Ben")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        ann, ben, question = await asked_in_a_group(ann, ben, shared, "Carol")
        await glance.kill()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        await ben.presses(question, "Yes")
        confirmed = await ben.hears("That is Carol")
        await ben.hears("I see Carol")
        await glance.kill()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        await ben.presses(confirmed, "Undo")
        await ben.hears(SOMEONE)
        assert glance.rows("SELECT name FROM people WHERE chat_id = ?", ann.chat_id) == []


async def test_an_anonymous_admin_who_names_somebody_goes_on_as_who_they_are(
    ann: Person, ben: Person, shared: Path, glance: Glance
) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ann.shows(strangers(shared)[0], "/who")
    answer = await ann.hears(SOMEONE)
    await ann.says("1 is Carol", reply_to=answer["message_id"], anonymous=True)
    question = await ann.hears("cannot see who")
    assert glance.rows("SELECT name FROM people WHERE chat_id = ?", ann.chat_id) == []
    assert "only admins" in (await ben.presses(question, "I am an admin")).casefold()
    await ann.presses(question, "I am an admin")
    await ann.hears("That is Carol")
    await ann.hears("I see Carol")
    by = "SELECT created_by, given_by FROM people JOIN consents ON people.id = person_id WHERE chat_id = ?"
    assert glance.rows(by, ann.chat_id) == [(ann.user_id, ann.user_id)]


async def test_a_word_of_an_anonymous_admin_is_asked_about_and_is_the_words_of_who_presses(
    ann: Person, shared: Path, glance: Glance
) -> None:
    (ann,) = await gather("Friends", ann)
    await ann.shows(strangers(shared)[0], "/who")
    answer = await ann.hears(SOMEONE)
    await ann.says("Carol", reply_to=answer["message_id"], anonymous=True)
    await ann.presses(await ann.hears("Is this person called “Carol”?"), "Yes")
    await ann.hears("I see Carol")
    assert glance.rows("SELECT created_by FROM people WHERE chat_id = ?", ann.chat_id) == [(ann.user_id,)]


async def test_talk_of_an_anonymous_admin_is_left_alone(ann: Person, shared: Path) -> None:
    (ann,) = await gather("Friends", ann)
    await ann.shows(strangers(shared)[0], "/who")
    answer = await ann.hears(SOMEONE)
    talk = await ann.says("what a lovely evening", reply_to=answer["message_id"], anonymous=True)
    assert await ann.answers_to(talk) == [[]]


async def test_an_anonymous_admins_answer_to_a_question_is_not_lost(
    ann: Person, ben: Person, shared: Path, glance: Glance
) -> None:
    ben, ann = await gather("Friends", ben, ann)
    await ann.sandbox.set_membership(ann.chat_id, ann.user_id, "administrator")
    await ann.shows(strangers(shared)[0], "/who")
    await ann.presses(await ann.hears(SOMEONE), "Correct…")
    await ann.presses(await ann.hears("Who is it?"), "New name…")
    prompt = await ann.hears("Reply to this message")
    await ann.says("Carol", reply_to=prompt["message_id"], anonymous=True)
    question = await ann.hears("cannot see who")
    assert "not for you" in await ben.presses(question, "I am an admin")
    await ann.presses(question, "I am an admin")
    await ann.hears("I see Carol")
    assert glance.rows("SELECT created_by FROM people WHERE chat_id = ?", ann.chat_id) == [(ann.user_id,)]
