"""D1: whoever said No is enrolled again by nobody but themselves, whatever they are called."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.asking import ask_about, labels, meet_dave, naming, people_of
from tests.scenarios.talking import Person, gather, meet
from tests.scenarios.test_unknown import names, remembers, sees_twice, unique
from tests.support import pictures
from tests.support.glance import Glance, running_glance
from tests.support.sandbox import Json, SandboxClient

HAS_TO_BE_ASKED = "I have to ask them first"


async def refuses(ann: Person, dave: Person) -> None:
    """Ann has Dave asked, and he says No."""
    await dave.presses(await ask_about(ann, dave), "No")
    await ann.hears("said No")


async def unnamed(ann: Person) -> Json:
    """A photo with somebody unknown: the answer."""
    await ann.shows(pictures.other_portraits()[0], "/who")
    return await ann.hears("someone I don't know")


async def test_nobody_calls_a_face_by_a_mention_of_them(friends: list[Person], glance: Glance) -> None:
    ann, _, dave = friends
    await refuses(ann, dave)
    answer = await unnamed(ann)
    await ann.says("1 is Dave", reply_to=answer["message_id"], **naming(dave, "1 is Dave"))
    await ann.hears("Dave does not want to be recognised here")
    assert people_of(glance, ann.chat_id) == []


async def test_nor_by_their_username(ann: Person, ben: Person, glance: Glance) -> None:
    dave = await meet_dave(ann.sandbox, "Dave_in_Bern")
    ann, ben, dave = await gather("Friends", ann, ben, dave)
    await ann.says("/enroll @dave_in_bern")
    await dave.presses(await ann.hears("May I?"), "No")
    await ann.hears("said No")
    answer = await unnamed(ann)
    await ann.says("1 is @dave_in_bern", reply_to=answer["message_id"])
    await ann.hears("@dave_in_bern does not want to be recognised here")
    assert people_of(glance, ann.chat_id) == []


async def test_nor_is_a_stranger_who_keeps_coming_back(friends: list[Person], glance: Glance) -> None:
    ann, _, dave = friends
    await refuses(ann, dave)
    await remembers(ann)
    await sees_twice(ann)
    await names(ann, "Dave", **naming(dave, "Dave"))
    await ann.hears("Dave does not want to be recognised here")
    assert people_of(glance, ann.chat_id) == []


async def test_a_user_who_was_never_asked_is_asked_before_a_face_is_theirs(
    friends: list[Person], glance: Glance
) -> None:
    ann, _, dave = friends
    answer = await unnamed(ann)
    await ann.says("1 is Dave", reply_to=answer["message_id"], **naming(dave, "1 is Dave"))
    await ann.hears("Dave is on Telegram", HAS_TO_BE_ASKED)
    assert people_of(glance, ann.chat_id) == []


async def test_who_allowed_it_is_named_by_a_mention(friends: list[Person]) -> None:
    ann, _, dave = friends
    await dave.presses(await ask_about(ann, dave, "David"), "Allow")
    await ann.hears("David allowed it")
    await ann.shows(pictures.other_person(), "/who")
    answer = await ann.hears("someone I don't know")
    await ann.says("1 is Dave", reply_to=answer["message_id"], **naming(dave, "1 is Dave"))
    await ann.hears("I see David")


async def test_a_mention_behind_a_plain_name_is_a_question_to_them(friends: list[Person]) -> None:
    ann, _, dave = friends
    await refuses(ann, dave)
    caption = "/enroll Alice Dave"
    await ann.shows(pictures.portrait(), caption, **naming(dave, caption))
    await ann.hears("Alice does not want to be recognised here")
    await ann.shows(pictures.portrait(), "/enroll Alice @somebody_else")
    await ann.hears("@somebody_else", "May I?")


async def test_photos_that_are_awaited_may_not_be_theirs_either(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    await sandbox.let_bot_read_all()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        ann, dave = await gather("Friends", await meet(sandbox, "Ann"), await meet_dave(sandbox))
        photo = await dave.shows(pictures.portrait())
        await refuses(ann, dave)
        await ann.says("/enroll David")
        await ann.hears("Send me photos of David")
        await ann.forwards(photo)
        await ann.hears("this is Dave's photo", "learn nobody from it")
        assert people_of(glance, ann.chat_id) == []


async def shown_by(dave: Person, photo: pictures.Picture) -> Json:
    """The answer to a photo that Dave sent after his No."""
    await dave.shows(photo, "/who")
    return await dave.hears("someone I don't know")


async def test_nobody_names_a_face_of_their_photo(friends: list[Person], glance: Glance) -> None:
    ann, _, dave = friends
    await refuses(ann, dave)
    answer = await shown_by(dave, pictures.other_portraits()[0])
    await ann.says("1 is David", reply_to=answer["message_id"])
    await ann.hears("Whoever sent this photo", "learn nobody from it")
    assert people_of(glance, ann.chat_id) == []


async def test_nor_of_one_that_the_answer_was_asked_for_by_somebody_else(
    friends: list[Person], glance: Glance
) -> None:
    ann, _, dave = friends
    await refuses(ann, dave)
    photo = await dave.shows(pictures.other_portraits()[0])
    await ann.says("/who", reply_to=photo["message_id"])
    answer = await ann.hears("someone I don't know")
    await ann.says("1 is David", reply_to=answer["message_id"])
    await ann.hears("Whoever sent this photo", "learn nobody from it")
    assert people_of(glance, ann.chat_id) == []


async def test_they_themselves_may_say_who_is_in_their_photo(friends: list[Person], glance: Glance) -> None:
    ann, _, dave = friends
    await refuses(ann, dave)
    answer = await shown_by(dave, pictures.other_portraits()[0])
    await dave.says("1 is Ella", reply_to=answer["message_id"])
    await dave.hears("That is Ella")
    assert people_of(glance, ann.chat_id) == [("Ella", None, 0)]


async def test_a_stranger_of_their_photos_gets_no_name(friends: list[Person], glance: Glance) -> None:
    ann, _, dave = friends
    await refuses(ann, dave)
    await remembers(ann)
    await sees_twice(dave, unique(20))
    await names(ann, "David")
    await ann.hears("Whoever sent this photo", "learn nobody from it")
    assert people_of(glance, ann.chat_id) == []


async def test_a_no_that_comes_while_their_photo_is_studied_holds(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        ann, dave = await gather("Friends", await meet(sandbox, "Ann"), await meet_dave(sandbox))
        question = await ask_about(ann, dave)
        photo = await dave.shows(pictures.other_portraits()[0])
        await ann.says("/enroll David", reply_to=photo["message_id"])
        await dave.presses(question, "No")
        await ann.hears("this is Dave's photo", "learn nobody from it")
        assert people_of(glance, ann.chat_id) == []
        assert [path for path in (glance.data_dir / "photos").rglob("*") if path.is_file()] == []


async def test_undo_brings_nobody_back_who_said_no_since(friends: list[Person], glance: Glance) -> None:
    ann, _, dave = friends
    await dave.presses(await ask_about(ann, dave), "Allow")
    await ann.hears("Dave allowed it")
    await ann.says("/forget Dave")
    forgotten = await ann.hears("Dave is forgotten")
    await refuses(ann, dave)
    assert await ann.presses(forgotten, "Undo") != ""
    assert people_of(glance, ann.chat_id) == []


async def own_photo(dave: Person) -> Json:
    """Dave said No, and now he enrols somebody new with a photo: what he is asked."""
    await dave.shows(pictures.portrait(), "/enroll David")
    return await dave.hears("You said No", "Is David you")


async def test_they_themselves_are_asked_again(friends: list[Person], glance: Glance) -> None:
    ann, ben, dave = friends
    await refuses(ann, dave)
    question = await own_photo(dave)
    assert labels(question) == ["That is me: I allow it", "It is somebody else", "Cancel"]
    assert "not for you" in await ben.presses(question, "That is me")
    assert people_of(glance, ann.chat_id) == []
    await dave.presses(question, "That is me")
    await dave.hears("David: 1 photo stored")
    assert people_of(glance, ann.chat_id) == [("David", dave.user_id, 0)]
    assert glance.rows("SELECT 1 FROM refusals WHERE chat_id = ?", ann.chat_id) == []


async def test_they_may_enrol_somebody_else_as_anybody_does(friends: list[Person], glance: Glance) -> None:
    ann, _, dave = friends
    await refuses(ann, dave)
    await dave.presses(await own_photo(dave), "It is somebody else")
    await dave.hears("David: 1 photo stored", "you confirm that David agreed")
    assert people_of(glance, ann.chat_id) == [("David", None, 0)]
    assert glance.rows("SELECT count(*) FROM refusals WHERE chat_id = ?", ann.chat_id) == [(1,)]


async def test_without_a_photo_they_are_asked_as_well(friends: list[Person], glance: Glance) -> None:
    ann, _, dave = friends
    await refuses(ann, dave)
    await dave.says("/enroll David")
    await dave.presses(await dave.hears("Is David you"), "That is me")
    prompt = await dave.hears("reply to this message with photos of David")
    await dave.shows(pictures.portrait(), reply_to=prompt["message_id"])
    await dave.hears("David: 1 photo stored")
    assert people_of(glance, ann.chat_id) == [("David", dave.user_id, 0)]


async def test_after_cancel_the_no_stands(friends: list[Person], glance: Glance) -> None:
    ann, _, dave = friends
    await refuses(ann, dave)
    await dave.presses(await own_photo(dave), "Cancel")
    await dave.hears("Cancelled")
    await ann.says("/enroll Dave", **naming(dave, "/enroll Dave"))
    await ann.hears("Dave does not want to be recognised here")
