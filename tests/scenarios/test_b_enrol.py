"""B1 and B2: a face is taught, by caption, by reply, by asking; and which face of several."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.talking import Person, gather, meet, replied_to, text_of
from tests.support import pictures
from tests.support.glance import Glance, running_glance
from tests.support.sandbox import Json, SandboxClient, buttons


def labels(message: Json) -> list[str]:
    return [label for label, _ in buttons(message)]


async def test_a_caption_enrols_and_the_next_photo_is_recognised(ann: Person) -> None:
    await ann.enrols("Eileen", pictures.portrait())
    await ann.shows(pictures.other_portraits()[0])
    assert "someone" not in text_of(await ann.hears("Eileen"))


async def test_the_answer_shows_the_crop_what_was_stored_what_helps_and_undo(ann: Person) -> None:
    photo = await ann.shows(pictures.portrait(), "/enroll Eileen")
    answer = await ann.hears("Eileen: 1 photo stored", "2 more photos", "from the side")
    crop = pictures.opened(await ann.sandbox.file(answer))
    assert replied_to(answer) == photo["message_id"]
    assert max(crop.size) < 400
    assert labels(answer) == ["Undo"]


async def test_undo_takes_the_face_back(ann: Person) -> None:
    answer = await ann.enrols("Eileen", pictures.portrait())
    await ann.presses(answer, "Undo")
    undone = await ann.hears("Undone")
    assert (undone["message_id"], labels(undone)) == (answer["message_id"], [])
    await ann.says("/people")
    assert "Eileen" not in text_of(await ann.hears())


async def test_undo_leaves_no_crop_behind(ann: Person, glance: Glance) -> None:
    before = set((glance.data_dir / "photos").rglob("*"))
    answer = await ann.enrols("Eileen", pictures.far_away(150))
    assert set((glance.data_dir / "photos").rglob("*")) != before
    await ann.presses(answer, "Undo")
    await ann.hears("Undone")
    assert {path for path in set((glance.data_dir / "photos").rglob("*")) - before if path.is_file()} == set()


async def test_enroll_in_reply_to_a_photo_takes_that_photo(ann: Person) -> None:
    photo = await ann.shows(pictures.portrait())
    await ann.hears("someone")
    await ann.says("/enroll Eileen", reply_to=photo["message_id"])
    await ann.hears("Eileen: 1 photo stored")


async def test_enroll_alone_takes_photos_until_done(ann: Person) -> None:
    one, two, three = pictures.other_portraits()
    await ann.says("/enroll Eileen")
    await ann.hears("send me photos of Eileen", "/done")
    await ann.shows(one)
    await ann.hears("Eileen: 1 photo")
    await ann.shows_album(two, three)
    await ann.hears("Eileen", "2 new", "3 photos")
    await ann.says("/done")
    await ann.hears("Done: Eileen with 3 photos")


async def test_done_says_when_a_photo_still_waits_for_an_answer(ann: Person) -> None:
    await ann.says("/enroll Eileen")
    await ann.shows(pictures.crowd(2))
    await ann.hears("which", "Eileen")
    await ann.says("/done")
    await ann.hears("no photo of Eileen yet", "waits for your answer")


async def test_after_done_a_photo_is_recognised_again(ann: Person) -> None:
    await ann.says("/enroll Eileen")
    await ann.shows(pictures.portrait())
    await ann.says("/done")
    await ann.shows(pictures.other_portraits()[0])
    await ann.hears("I see", "Eileen")


async def test_an_album_with_a_caption_enrols_all_of_it_and_undo_undoes_all(ann: Person) -> None:
    await ann.shows_album(*pictures.other_portraits(), caption="/enroll Eileen")
    answer = await ann.hears("3 new", "3 photos")
    await ann.presses(answer, "Undo")
    await ann.hears("Undone", "3 photos")


async def test_a_photo_sent_right_after_an_enrolment_knows_the_person(ann: Person) -> None:
    await ann.shows(pictures.portrait(), "/enroll Eileen")
    photo = await ann.shows(pictures.other_portraits()[1])
    (answer,) = (await ann.answers_to(photo))[0]
    assert "Eileen" in answer


async def test_cancel_ends_what_was_begun(ann: Person) -> None:
    await ann.says("/enroll Eileen")
    await ann.hears("send me photos")
    await ann.says("/cancel")
    await ann.hears("Cancelled")
    await ann.shows(pictures.portrait())
    await ann.hears("someone I don't know")


async def test_several_faces_come_back_numbered_with_a_button_each_and_cancel(ann: Person) -> None:
    await ann.shows(pictures.crowd(3), "/enroll Eileen")
    question = await ann.hears("which of them is Eileen")
    assert labels(question) == ["1", "2", "3", "Cancel"]
    assert pictures.opened(await ann.sandbox.file(question)).size == (480, 200)


async def test_the_face_that_is_picked_is_enrolled(ann: Person) -> None:
    await ann.shows(pictures.crowd(2), "/enroll Eileen")
    await ann.presses(await ann.hears("which of them"), "2")
    await ann.hears("number 2 is Eileen")
    await ann.hears("Eileen: 1 photo stored")


async def test_cancel_under_the_faces_forgets_them(ann: Person, glance: Glance) -> None:
    await ann.shows(pictures.crowd(2), "/enroll Eileen")
    question = await ann.hears("which of them")
    await ann.presses(question, "Cancel")
    assert labels(await ann.hears("cancelled")) == []
    assert glance.rows("SELECT count(*) FROM pending WHERE chat_id = ?", ann.chat_id) == [(0,)]


async def test_somebody_elses_press_is_refused(ann: Person, ben: Person) -> None:
    ann, ben = await gather("Friends", ann, ben)
    await ann.shows(pictures.crowd(2), "/enroll Eileen")
    question = await ann.hears("which of them")
    assert "not for you" in await ben.presses(question, "1")
    assert await ann.presses(question, "1") == ""


async def test_a_second_press_is_told_that_it_is_done(ann: Person) -> None:
    await ann.shows(pictures.crowd(2), "/enroll Eileen")
    question = await ann.hears("which of them")
    # The buttons stay for a while, as they do on a phone with a slow connection.
    await ann.sandbox.fault("slow", method="editMessageCaption", chat_id=ann.chat_id, seconds=3)
    assert await ann.presses(question, "2") == ""
    assert await ann.presses(question, "1") == "This is done already."


async def test_a_face_that_cannot_be_stored_leaves_the_choice_open(ann: Person) -> None:
    photo = await ann.shows(pictures.crowd(2), "/enroll Eileen")
    await ann.presses(await ann.hears("which of them"), "1")
    await ann.hears("Eileen: 1 photo stored")
    await ann.says("/enroll Eileen", reply_to=photo["message_id"])
    question = await ann.hears("which of them")
    assert "already have this picture" in await ann.presses(question, "2")
    assert await ann.presses(question, "Cancel") == ""
    await ann.hears("cancelled")


async def test_a_pick_survives_a_killed_bot(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        await ann.shows(pictures.crowd(2), "/enroll Eileen")
        question = await ann.hears("which of them")
        await glance.kill()
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        await ann.presses(question, "1")
        await ann.hears("Eileen: 1 photo stored")
        await ann.shows(pictures.other_portraits()[0])
        await ann.hears("Eileen")


async def test_the_first_photo_of_somebody_says_what_that_confirms_and_the_next_does_not(ann: Person) -> None:
    assert "Eileen agreed" in text_of(await ann.enrols("Eileen", pictures.portrait()))
    assert "agreed" not in text_of(await ann.enrols("Eileen", pictures.other_portraits()[0]))


async def test_the_consent_is_recorded_with_who_gave_it(ann: Person, glance: Glance) -> None:
    await ann.enrols("Eileen", pictures.portrait())
    recorded = (
        "SELECT c.kind, c.given_by FROM consents c JOIN people p ON p.id = c.person_id WHERE p.chat_id = ?"
    )
    assert glance.rows(recorded, ann.chat_id) == [("attested", ann.user_id)]
