"""C5: groups. Asked with /who, or unasked with tagging; what admins may and members may not."""

from __future__ import annotations

import pytest

from tests.scenarios.talking import Person, gather, meet, replied_to, text_of
from tests.support import pictures
from tests.support.glance import Glance
from tests.support.sandbox import Json, SandboxClient


async def leads(*people: Person) -> list[Person]:
    """A group in which the bot is an admin, and so sees every photo."""
    group = await gather("Friends", *people)
    await people[0].sandbox.set_membership(group[0].chat_id, "bot", "administrator")
    return group


async def starts_tagging(admin: Person) -> None:
    await admin.says("/tagging on")
    await admin.hears("tagging is on")


async def goes_on_for(person: Person, command: str) -> Json:
    """An anonymous admin gives a command; what the bot asks."""
    await person.says(command, anonymous=True)
    return await person.hears("cannot see who")


# ── asked ──


async def test_who_as_a_reply_works_with_privacy_mode_on(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ann.enrols("Alice", pictures.portrait())
    photo = await ben.shows(pictures.other_portraits()[0])
    await ann.says("/who", reply_to=photo["message_id"])
    await ann.hears("I see Alice")


async def test_a_photo_that_nobody_asks_about_is_not_answered(ann: Person) -> None:
    (ann,) = await leads(ann)
    await ann.enrols("Alice", pictures.portrait())
    photo = await ann.shows(pictures.other_portraits()[0])
    assert await ann.answers_to(photo) == [[]]


# ── tagging ──


async def test_with_tagging_on_known_people_are_named_unasked(ann: Person, ben: Person) -> None:
    ann, ben = await leads(ann, ben)
    await ann.enrols("Alice", pictures.portrait())
    await starts_tagging(ann)
    photo = await ben.shows(pictures.other_portraits()[0])
    assert replied_to(await ben.hears("I see Alice")) == photo["message_id"]


async def test_tagging_is_silent_where_nobody_is_known_and_leaves_nothing_behind(
    ann: Person, glance: Glance
) -> None:
    (ann,) = await leads(ann)
    await starts_tagging(ann)
    questions = [await ann.shows(pictures.portrait()), await ann.shows(pictures.cat())]
    questions.append(await ann.sends_file(pictures.pdf_named_jpg()))
    assert await ann.answers_to(*questions) == [[], [], []]
    assert glance.rows("SELECT count(*) FROM answers WHERE chat_id = ?", ann.chat_id) == [(0,)]
    assert glance.spooled() == []


async def test_tagging_can_be_switched_off_again(ann: Person) -> None:
    (ann,) = await leads(ann)
    await ann.enrols("Alice", pictures.portrait())
    await starts_tagging(ann)
    await ann.says("/tagging off")
    await ann.hears("tagging is off")
    assert await ann.answers_to(await ann.shows(pictures.other_portraits()[0])) == [[]]


async def test_tagging_without_a_word_says_what_is_and_with_a_wrong_one_how_to_write(ann: Person) -> None:
    (ann,) = await gather("Friends", ann)
    await ann.says("/tagging")
    await ann.hears("tagging is off")
    await ann.says("/tagging perhaps")
    await ann.hears("/tagging on", "/tagging off")


async def test_tagging_with_privacy_mode_on_says_what_the_bot_cannot_see(ann: Person) -> None:
    (ann,) = await gather("Friends", ann)
    await ann.says("/tagging on")
    await ann.hears("tagging is on", "BotFather", "/setprivacy", "admin of this group")
    await ann.sandbox.set_membership(ann.chat_id, "bot", "administrator")
    await ann.says("/tagging on")
    assert "BotFather" not in text_of(await ann.hears("tagging is on"))


async def test_in_private_tagging_is_not_needed(ann: Person) -> None:
    await ann.says("/tagging on")
    await ann.hears("for groups")


async def test_of_a_tagged_album_the_only_known_face_is_all_that_is_shown(ann: Person) -> None:
    (ann,) = await leads(ann)
    await ann.enrols("Alice", pictures.portrait())
    await starts_tagging(ann)
    album = await ann.shows_album(pictures.other_person(), pictures.other_portraits()[0], pictures.cat())
    answer = await ann.hears("Photo 1", "Photo 2", "Alice", "Photo 3")
    assert "photo" in answer and "reply_markup" in answer
    assert sum(map(len, await ann.answers_to(*album))) == 1


async def test_of_a_tagged_album_several_known_faces_are_shown_as_one_album(
    ann: Person, glance: Glance
) -> None:
    (ann,) = await leads(ann)
    await ann.enrols("Alice", pictures.portrait())
    await starts_tagging(ann)
    await ann.shows_album(pictures.other_portraits()[0], pictures.other_person(), pictures.portrait_again())
    words = await ann.hears("Photo 1", "Photo 3")
    await ann.answers_to()
    history = await ann.sandbox.history(ann.chat_id)
    shown = [message for message in history if message["from"]["is_bot"] and "media_group_id" in message]
    assert len(shown) == 2 and len({message["media_group_id"] for message in shown}) == 1
    assert "photo" not in words
    assert glance.spooled() == []


async def test_photos_that_wait_become_one_answer_in_which_each_can_be_corrected(
    ann: Person, glance: Glance
) -> None:
    (ann,) = await leads(ann)
    await ann.enrols("Alice", pictures.portrait())
    await starts_tagging(ann)
    await ann.sandbox.fault("500", chat_id=ann.chat_id, count=None)
    photos = [await ann.shows(pictures.other_portraits()[0]) for _ in range(6)]
    other = await meet(ann.sandbox, "Cleo")
    answers = "SELECT message_id FROM answers WHERE chat_id = ? AND reply_id IS NOT NULL"
    while len(glance.rows(answers, ann.chat_id)) < len(photos):
        await other.answers_to()
    await ann.sandbox.clear_faults()
    together = await ann.hears("from this one on", "Photo 1", "Photo 2")
    await ann.answers_to()
    order = glance.rows(
        f"{answers} AND reply_message_id = ? ORDER BY position", ann.chat_id, together["message_id"]
    )
    assert order == sorted(order) and (replied_to(together),) == order[0]
    await ann.says("2.1 is Carol", reply_to=together["message_id"])
    edited = await ann.hears("from this one on", "Carol")
    assert text_of(edited).split("Photo 2")[1].startswith("\nI see Carol")


async def test_an_album_is_tagged_with_one_answer(ann: Person) -> None:
    (ann,) = await leads(ann)
    await ann.enrols("Alice", pictures.portrait())
    await starts_tagging(ann)
    album = await ann.shows_album(pictures.cat(), *pictures.other_portraits())
    answers = await ann.answers_to(*album)
    assert sum(map(len, answers[1:])) == 0
    assert sum("Alice" in text for text in answers[0]) == 1


# ── roles ──

ADMINS_ALONE = ["/tagging on", "/rename Alice Eve", "/merge Bob Alice", "/settings"]


@pytest.mark.parametrize("command", ADMINS_ALONE)
async def test_members_are_told_that_a_command_is_for_admins(ann: Person, ben: Person, command: str) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ben.says(command)
    await ben.hears("only admins")


async def test_who_is_made_an_admin_may_act_as_one_at_once(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ben.says("/tagging on")
    await ben.hears("only admins")
    await ben.sandbox.set_membership(ben.chat_id, ben.user_id, "administrator")
    await starts_tagging(ben)


async def test_members_forget_whom_they_enrolled_and_nobody_else(ann: Person, ben: Person) -> None:
    cleo = await meet(ann.sandbox, "Cleo")
    ann, ben, cleo = await gather("Friends", ann, ben, cleo)
    await ben.enrols("Bob", pictures.portrait())
    await cleo.says("/forget Bob")
    await cleo.hears("admins of this group, and whoever enrolled Bob")
    await ben.says("/forget Bob")
    await ben.hears("Bob is forgotten")


async def test_an_anonymous_admin_goes_on_by_a_button_as_who_they_are(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Friends", ann, ben)
    question = await goes_on_for(ann, "/tagging on")
    assert "only admins" in (await ben.presses(question, "I am an admin")).casefold()
    assert await ann.presses(question, "I am an admin") == ""
    await ann.hears("going on, for Ann")
    await ann.hears("tagging is on")


async def test_what_writes_in_the_name_of_a_channel_is_asked_too(ann: Person) -> None:
    (ann,) = await gather("Friends", ann)
    await ann.says("/tagging on", channel="News")
    await ann.presses(await ann.hears("cannot see who"), "I am an admin")
    await ann.hears("tagging is on")


async def test_a_photo_of_an_anonymous_admin_is_enrolled_by_who_presses(ann: Person, glance: Glance) -> None:
    (ann,) = await gather("Friends", ann)
    await ann.shows(pictures.portrait(), "/enroll Alice", anonymous=True)
    await ann.presses(await ann.hears("cannot see who"), "I am an admin")
    await ann.hears("Alice: 1 photo")
    by = glance.rows("SELECT created_by FROM people WHERE chat_id = ?", ann.chat_id)
    assert by == [(ann.user_id,)]


async def test_anonymous_admins_may_ask_who_is_in_a_photo(ann: Person) -> None:
    (ann,) = await gather("Friends", ann)
    await ann.shows(pictures.portrait(), "/who", anonymous=True)
    await ann.hears("someone I don't know")


# ── menus ──


async def menu(person: Person) -> set[str]:
    shown = await person.sandbox.get(f"chats/{person.chat_id}/commands", **{"from": person.user_id})
    return {command["command"] for command in shown["commands"]}


async def test_everybody_is_offered_the_commands_that_are_for_them(ann: Person, ben: Person) -> None:
    admin, member = await gather("Friends", ann, ben)
    assert {"tagging", "settings", "rename", "merge", "who"} <= await menu(admin)
    assert {"tagging", "settings", "rename", "merge"}.isdisjoint(await menu(member))
    assert {"who", "enroll", "forgetme", "mydata", "privacy", "find", "unknown"} <= await menu(member)
    assert "tagging" not in await menu(ann)


# ── languages ──


async def test_an_admin_is_answered_in_the_language_of_whoever_pressed(
    everybodys_sandbox: SandboxClient, ann: Person
) -> None:
    eva = await meet(everybodys_sandbox, "Eva", "de")
    eva, ann = await gather("Freunde", eva, ann)
    question = await goes_on_for(ann, "/tagging perhaps")
    await eva.presses(question, "I am an admin")
    await eva.hears("/tagging on", "/tagging off")
