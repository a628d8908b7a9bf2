"""B1 in a group where the bot sees commands and replies alone: a forced reply, or the private chat."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.scenarios.talking import Person, alone, gather, meet, replied_to, text_of
from tests.support import pictures
from tests.support.glance import running_glance
from tests.support.sandbox import Json, SandboxClient


def link_of(message: Json) -> str:
    """What `/start` is sent with by whoever follows the link under a message."""
    ((button,),) = message["reply_markup"]["inline_keyboard"]
    address, _, parameter = str(button["url"]).partition("?start=")
    assert address.startswith("https://t.me/")
    return parameter


def forced_reply(call: Json, chat_id: int) -> Json | None:
    """What a call made the apps of a chat do, if it made them reply."""
    parameters = call["parameters"]
    markup = parameters.get("reply_markup", {}) if str(parameters["chat_id"]) == str(chat_id) else {}
    markup = json.loads(markup) if isinstance(markup, str) else markup
    return dict(markup) if "force_reply" in markup else None


async def begun(person: Person) -> tuple[str, Json]:
    """`/enroll Eileen` in the group: the link to the private chat, and the message to reply to."""
    await person.says("/enroll Eileen")
    link = link_of(await person.hears("in private"))
    return link, await person.hears("reply to this message")


async def followed(person: Person) -> Person:
    """The same person, who followed the link from the group to the private chat."""
    link, _ = await begun(person)
    private = alone(person)
    await private.says(f"/start {link}")
    await private.hears("photos of Eileen for Friends")
    return private


async def known_in(person: Person) -> str:
    """What /people answers."""
    question = await person.says("/people")
    answer = await person.hears()
    while replied_to(answer) != question["message_id"]:
        answer = await person.hears()
    return text_of(answer)


async def test_it_asks_the_sender_alone_to_reply(ann: Person) -> None:
    (ann,) = await gather("Friends", ann)
    await begun(ann)
    calls = await ann.sandbox.traffic(method="sendMessage")
    (markup,) = [forced for call in calls if (forced := forced_reply(call, ann.chat_id))]
    assert markup["selective"] is True


async def test_an_album_sent_as_a_reply_is_enrolled(ann: Person) -> None:
    (ann,) = await gather("Friends", ann)
    _, prompt = await begun(ann)
    await ann.shows_album(*pictures.other_portraits(), reply_to=prompt["message_id"])
    await ann.hears("Eileen: 3 new, 3 photos stored")
    await ann.says("/done")
    await ann.hears("Done: Eileen with 3 photos")


async def test_of_an_album_with_a_caption_one_photo_alone_is_seen_and_it_says_so(ann: Person) -> None:
    (ann,) = await gather("Friends", ann)
    await ann.shows_album(*pictures.other_portraits(), caption="/enroll Eileen")
    await ann.hears("Eileen: 1 photo stored")
    await ann.hears("of this album", "one photo", "/enroll Eileen")


async def test_a_photo_that_is_no_reply_is_not_seen(ann: Person) -> None:
    (ann,) = await gather("Friends", ann)
    await begun(ann)
    await ann.shows(pictures.portrait())
    await ann.says("/done")
    await ann.hears("no photo of Eileen")


async def test_photos_in_the_private_chat_are_for_the_group(ann: Person) -> None:
    (ann,) = await gather("Friends", ann)
    private = await followed(ann)
    await private.shows(pictures.portrait())
    await private.hears("For Friends:", "Eileen: 1 photo stored")
    await private.says("/done")
    await private.hears("For Friends:", "Done: Eileen with 1 photo")
    assert "Eileen" in await known_in(ann)
    assert "Eileen" not in await known_in(private)


async def test_which_face_it_is_can_be_said_in_the_private_chat(ann: Person) -> None:
    (ann,) = await gather("Friends", ann)
    private = await followed(ann)
    await private.shows(pictures.crowd(2))
    await private.presses(await private.hears("For Friends:", "which of them is Eileen"), "2")
    await private.hears("For Friends:", "Eileen: 1 photo stored")
    assert "Eileen" in await known_in(ann)


async def test_somebody_else_cannot_use_the_link(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Friends", ann, ben)
    link, _ = await begun(ann)
    stranger = alone(ben)
    await stranger.says(f"/start {link}")
    await stranger.hears("for whoever asked")
    await stranger.shows(pictures.portrait())
    await stranger.hears("someone I don't know")


async def test_who_left_the_group_teaches_it_nobody(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Friends", ann, ben)
    private = await followed(ben)
    await ben.sandbox.set_membership(ben.chat_id, ben.user_id, "left")
    await private.shows(pictures.portrait())
    await private.hears("not a member of Friends")
    assert "Eileen" not in await known_in(ann)


async def test_a_link_is_over_once_the_enrolment_is(ann: Person) -> None:
    (ann,) = await gather("Friends", ann)
    link, _ = await begun(ann)
    await ann.says("/cancel")
    await ann.hears("cancelled")
    private = alone(ann)
    await private.says(f"/start {link}")
    await private.hears("link no longer works")


async def test_cancel_in_the_private_chat_ends_it_in_the_group_too(ann: Person) -> None:
    (ann,) = await gather("Friends", ann)
    private = await followed(ann)
    await private.says("/cancel")
    await private.hears("cancelled")
    await ann.says("/done")
    await ann.hears("nothing was begun")


async def test_an_enrolment_in_the_private_chat_takes_the_place_of_the_groups(ann: Person) -> None:
    (ann,) = await gather("Friends", ann)
    private = await followed(ann)
    await private.says("/enroll Bob")
    await private.hears("photos of Bob")
    await private.shows(pictures.portrait())
    assert "Friends" not in text_of(await private.hears("Bob: 1 photo"))


async def test_the_link_follows_a_group_that_becomes_a_supergroup(ann: Person) -> None:
    (ann,) = await gather("Friends", ann)
    link, _ = await begun(ann)
    ann = replace(ann, chat_id=await ann.sandbox.migrate(ann.chat_id), heard=0)
    assert "Eileen" not in await known_in(ann)
    private = alone(ann)
    await private.says(f"/start {link}")
    await private.hears("for Friends")
    await private.shows(pictures.portrait())
    await private.hears("For Friends:", "Eileen: 1 photo")
    assert "Eileen" in await known_in(ann)


async def test_it_survives_a_killed_bot(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        (ann,) = await gather("Friends", ann)
        private = await followed(ann)
        await glance.kill()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        await private.shows(pictures.portrait())
        await private.hears("For Friends:", "Eileen: 1 photo stored")


async def test_it_is_over_when_its_time_is(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, ENROL_S=0.01):
        (ann,) = await gather("Friends", ann)
        link, prompt = await begun(ann)
        private = alone(ann)
        await private.says(f"/start {link}")
        await private.hears("link no longer works")
        await ann.shows(pictures.portrait(), reply_to=prompt["message_id"])
        await ann.says("/done")
        await ann.hears("nothing was begun")


async def test_a_bot_that_sees_all_photos_asks_for_no_replies(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    await sandbox.let_bot_read_all()
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        (ann,) = await gather("Friends", ann)
        await ann.says("/enroll Eileen")
        assert link_of(await ann.hears("send me photos of Eileen"))
        await ann.shows(pictures.portrait())
        await ann.hears("Eileen: 1 photo stored")


async def test_where_only_the_group_was_let_in_its_member_may_follow_the_link(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    owner, ann = await meet(sandbox, "Olga"), await meet(sandbox, "Ann")
    limited = {"ACCESS": "invite", "OWNER_IDS": str(owner.user_id)}
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, **limited):
        await owner.says("/invite")
        token = text_of(await owner.hears("start=")).split("start=")[1].split()[0]
        (ann,) = await gather("Friends", ann)
        username = (await sandbox.get("state"))["bot"]["username"]
        await ann.says(f"/start@{username} {token}")
        await ann.hears()
        private = await followed(ann)
        await private.shows(pictures.portrait())
        await private.hears("For Friends:", "Eileen: 1 photo stored")
        await private.says("/done")
        await private.hears("Done: Eileen")
        await private.shows(pictures.portrait())
        await private.hears("invitation")
