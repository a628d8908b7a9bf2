"""D1, D2 and D5: a Telegram user is asked before a group may recognise them, and a No is a No."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

from tests.scenarios.asking import ask_about, labels, meet_dave, naming, people_of
from tests.scenarios.talking import Person, gather, meet, text_of
from tests.support import pictures
from tests.support.glance import Glance, running_glance
from tests.support.leftovers import files_below, left_in, name_traces, rows_with
from tests.support.sandbox import SandboxClient

NEVER_LOOKED_AT = ("networks", "weights")


async def test_a_mentioned_user_is_asked_and_what_it_means_is_said(friends: list[Person]) -> None:
    ann, _, dave = friends
    question = await ask_about(ann, dave)
    assert labels(question) == ["Allow", "No", "Allow and mention me"]
    assert "/forgetme" in text_of(question)
    assert "Ann" in text_of(question)
    await ann.hears("1 photo of Dave waits")


async def test_until_they_allow_it_they_are_someone(friends: list[Person], glance: Glance) -> None:
    ann, _, dave = friends
    await ask_about(ann, dave)
    await ann.shows(pictures.other_portraits()[0], "/who")
    await ann.hears("someone I don't know")
    assert people_of(glance, ann.chat_id) == []


async def test_after_allow_they_are_recognised_and_linked(friends: list[Person], glance: Glance) -> None:
    ann, _, dave = friends
    await dave.presses(await ask_about(ann, dave), "Allow")
    allowed = await ann.hears("Dave allowed it", "1 photo")
    assert labels(allowed) == []
    await ann.shows(pictures.other_portraits()[0], "/who")
    await ann.hears("I see Dave")
    assert people_of(glance, ann.chat_id) == [("Dave", dave.user_id, 0)]
    kinds = "SELECT kind, given_by FROM consents JOIN people ON person_id = people.id WHERE chat_id = ?"
    assert glance.rows(kinds, ann.chat_id) == [("allowed", dave.user_id)]


async def test_they_may_allow_to_be_mentioned_as_well(friends: list[Person], glance: Glance) -> None:
    ann, _, dave = friends
    await dave.presses(await ask_about(ann, dave), "mention me")
    await ann.hears("Dave allowed it", "I mention them")
    assert people_of(glance, ann.chat_id) == [("Dave", dave.user_id, 1)]


async def test_anybody_else_is_told_that_it_is_not_theirs(friends: list[Person], glance: Glance) -> None:
    ann, ben, dave = friends
    question = await ask_about(ann, dave)
    for other in (ann, ben):
        assert "not for you" in await other.presses(question, "Allow")
    assert people_of(glance, ann.chat_id) == []
    assert await dave.presses(question, "Allow") == ""


async def test_a_reply_to_somebody_asks_them_and_awaits_photos(friends: list[Person]) -> None:
    ann, _, dave = friends
    hello = await dave.says("hello everybody")
    await ann.says("/enroll", reply_to=hello["message_id"])
    question = await ann.hears("Dave", "May I?")
    prompt = await ann.hears("Send me photos of Dave")
    await ann.shows(pictures.portrait(), reply_to=prompt["message_id"])
    await ann.hears("1 photo of Dave waits")
    await ann.says("/done")
    await ann.hears("1 photo of Dave waits")
    await dave.presses(question, "Allow")
    await ann.hears("Dave allowed it", "1 photo")


async def test_which_of_several_faces_is_meant_is_for_the_asker_to_say(friends: list[Person]) -> None:
    ann, ben, dave = friends
    caption = "/enroll Dave"
    await ann.shows(pictures.crowd(2), caption, **naming(dave, caption))
    question = await ann.hears("May I?")
    which = await ann.hears("which of them is Dave")
    assert "not for you" in await ben.presses(which, "1")
    await ann.presses(which, "2")
    await ann.hears("Number 2 is Dave")
    await dave.presses(question, "Allow")
    await ann.hears("Dave allowed it", "1 photo")


async def test_the_faces_of_a_crowd_are_offered_in_pages(friends: list[Person]) -> None:
    ann, _, dave = friends
    caption = "/enroll Dave"
    await ann.shows(pictures.crowd(5, 4), caption, **naming(dave, caption))
    question = await ann.hears("May I?")
    which = await ann.hears("which of them is Dave")
    assert labels(which) == [*map(str, range(1, 9)), "▶", "Cancel"]
    await ann.presses(which, "▶")
    await ann.presses(await ann.hears("which of them is Dave"), "12")
    await ann.hears("Number 12 is Dave")
    await dave.presses(question, "Allow")
    await ann.hears("Dave allowed it", "1 photo")


async def test_a_photo_that_cannot_be_learnt_from_does_not_wait(friends: list[Person]) -> None:
    ann, _, dave = friends
    caption = "/enroll Dave"
    await ann.shows(pictures.fog(), caption, **naming(dave, caption))
    await ann.hears("May I?")
    await ann.hears("found no face", "Send me photos of Dave")


async def test_no_is_remembered_and_only_they_themselves_can_change_it(
    friends: list[Person], glance: Glance
) -> None:
    ann, _, dave = friends
    await dave.presses(await ask_about(ann, dave), "No")
    refused = await ann.hears("said No")
    assert "Dave" not in text_of(refused)
    await ann.says("/enroll Dave", **naming(dave, "/enroll Dave"))
    await ann.hears("Dave does not want to be recognised here")
    await dave.shows(pictures.portrait(), "/enroll me")
    await dave.hears("Dave: 1 photo stored")
    assert people_of(glance, ann.chat_id) == [("Dave", dave.user_id, 0)]
    assert glance.rows("SELECT count(*) FROM refusals WHERE chat_id = ?", ann.chat_id) == [(0,)]


async def test_a_private_chat_has_nobody_to_ask(ann: Person) -> None:
    await ann.says("/enroll @somebody")
    await ann.hears("only in a group")


async def test_cancel_withdraws_the_question(friends: list[Person], glance: Glance) -> None:
    ann, _, dave = friends
    question = await ask_about(ann, dave)
    await ann.says("/cancel")
    await ann.hears("Cancelled")
    await dave.presses(question, "Allow")
    await ann.hears("question is over")
    assert people_of(glance, ann.chat_id) == []


async def test_a_no_after_a_restart_leaves_no_byte_of_them(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann, dave = await meet(sandbox, "Ann"), await meet_dave(sandbox, "the_real_dave")
    name = "Dávid Ω"
    data = tmp_path / "data"
    async with running_glance(sandbox, data, prepared_starter) as glance:
        ann, dave = await gather("Friends", ann, dave)
        await ann.shows(pictures.portrait(), f"/enroll @the_real_dave {name}")
        question = await ann.hears("May I?")
        await ann.hears("waits")
        ((crop,),) = glance.rows("SELECT json_extract(files, '$[0]') FROM pending")
        ((embedding,),) = glance.rows("SELECT json_extract(data, '$.faces[0].embedding') FROM pending")
        pixels = (data / "photos" / crop[:2] / crop[2:4] / crop).read_bytes()
        await glance.kill()
    traces = {
        **name_traces(name),
        "username": b"the_real_dave",
        "embedding": embedding[:60].encode(),
        "pixels": pixels,
        "sha256": crop.encode(),
    }
    assert left_in(files_below(data, NEVER_LOOKED_AT), traces)
    async with running_glance(sandbox, data, prepared_starter, HOUSEKEEPING_S="0.5") as glance:
        await dave.presses(question, "No")
        await ann.hears("said No")
        await glance.stop()
        assert left_in(files_below(data, NEVER_LOOKED_AT), traces) == []
        assert rows_with(glance, dave.user_id) == []
        assert (data / "refusals.key").stat().st_mode & 0o777 == 0o600


async def test_a_question_nobody_answers_leaves_nothing_after_its_time(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    times = {"PENDING_FACE_S": "3", "HOUSEKEEPING_S": "0.3"}
    async with running_glance(sandbox, data, prepared_starter, **times) as glance:
        ann, dave = await gather("Friends", await meet(sandbox, "Ann"), await meet_dave(sandbox))
        question = await ask_about(ann, dave)
        await ann.hears("waits")
        ((embedding,),) = glance.rows("SELECT json_extract(data, '$.faces[0].embedding') FROM pending")
        async with asyncio.timeout(30):
            while glance.rows("SELECT 1 FROM pending"):
                await sandbox.last_event()
        assert "too late" in await dave.presses(question, "Allow")
        await glance.stop()
    traces = {"embedding": embedding[:60].encode()}
    assert left_in(files_below(data, NEVER_LOOKED_AT), traces) == []
    assert list((data / "photos").rglob("?" * 64)) == []


async def test_nothing_but_boxes_is_kept_of_a_face_nobody_enrolled(ann: Person, glance: Glance) -> None:
    await ann.shows(pictures.portrait())
    await ann.hears("someone I don't know")
    for table in ("strangers", "negatives", "pending", "people"):
        assert glance.rows(f"SELECT count(*) FROM {table} WHERE chat_id = ?", ann.chat_id) == [(0,)]
    ((said,),) = glance.rows("SELECT result FROM answers WHERE chat_id = ?", ann.chat_id)
    assert "box" in said
    assert "embedding" not in said


async def test_no_embedding_of_a_face_nobody_enrolled_is_in_any_byte(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    async with running_glance(sandbox, tmp_path / "knows", prepared_starter) as glance:
        eve = await meet(sandbox, "Eve")
        await eve.enrols("Eileen", pictures.portrait())
        ((vector,),) = glance.rows("SELECT vector FROM embeddings")
    traces = {"vector": vector[:64], "vector in base64": base64.b64encode(vector)[:80]}
    assert left_in(files_below(tmp_path / "knows", NEVER_LOOKED_AT), traces)
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        ann = await meet(sandbox, "Ann")
        await ann.shows(pictures.portrait())
        await ann.hears("someone I don't know")
    assert left_in(files_below(tmp_path / "data", NEVER_LOOKED_AT), traces) == []
