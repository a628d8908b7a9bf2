"""The buttons under an answer: Yes, No, Someone else, Correct… and Why?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from bot import texts, views
from bot.edits import Edit
from bot.handlers import calling
from bot.handlers.pressing import Action, Declined, Press
from bot.replies import Keyboard, Reply
from bot.turn import address_of
from bot.usecases import correct, why
from bot.usecases.correct import Correction, Outdated, Spot
from bot.usecases.offering import people_for
from bot.usecases.refresh import recognition_of
from bot.views.correcting import NAMES_PER_PAGE, Page, Pointed, Said, faces_of
from storage import answers, jobs, questions
from storage.jobs import NewJob
from storage.questions import Question

# One of the corrections of a face (`bot.usecases.correct`); the crops that are no longer needed come back.
Change = Callable[[AsyncSession, Spot, int, Correction], Awaitable[list[str]]]

# What asks for a new name (`storage.questions`).
ABOUT = "correct"


async def said_in(session: AsyncSession, reply_id: int) -> Said:
    """What the answers of a reply say."""
    rows = await answers.of_reply(session, reply_id)
    return Said(reply_id, tuple((row.id, recognition_of(row)) for row in rows))


async def _spot(press: Press) -> Spot:
    """The face that a button is about."""
    try:
        return await correct.spot(
            press.turn.session, press.message.chat_id, press.data["answer"], press.data["face"]
        )
    except Outdated as error:
        raise Declined(texts.buttons.too_late()) from error


async def _pointed(press: Press) -> tuple[Said, Pointed]:
    """The same, as the keyboards of its reply have it."""
    spot = await _spot(press)
    said = await said_in(press.turn.session, spot.row.reply_id or 0)
    for face in faces_of(said):
        if (face.answer_id, face.index) == (spot.row.id, spot.index):
            return said, face
    raise Declined(texts.buttons.too_late())


async def _offer(press: Press, keyboard: Keyboard | None) -> None:
    await press.turn.edit(press.message.chat_id, Edit(press.message.message_id, keyboard=keyboard))


def _by(press: Press) -> Correction:
    return Correction(press.user_id, press.turn.now)


async def _change(press: Press, change: Change, if_outdated: str) -> None:
    """Correct the face that the button points at, for the person it names; `if_outdated`: if too late."""
    spot = await _spot(press)
    try:
        crops = await change(press.turn.session, spot, press.data["person"], _by(press))
    except Outdated as error:
        raise Declined(if_outdated) from error
    press.turn.crops_to_delete += crops


async def _yes(press: Press) -> None:
    await _change(press, correct.confirm, texts.buttons.already_done())


async def _no(press: Press) -> None:
    await _change(press, correct.deny, texts.buttons.already_done())


async def _is(press: Press) -> None:
    await _change(press, correct.call_known, texts.buttons.too_late())


async def _nobody(press: Press) -> None:
    press.turn.crops_to_delete += await correct.dismiss(press.turn.session, await _spot(press), _by(press))


async def _correct(press: Press) -> None:
    """Correct…: which face? Where there is only one, who is it?"""
    said = await said_in(press.turn.session, press.data["reply"])
    faces = faces_of(said)
    if not faces:
        raise Declined(texts.buttons.too_late())
    if len(faces) == 1:
        await _offer_names(press, said, faces[0], 0)
    else:
        await _offer(press, views.correcting.which_face(said, faces, "correct_face"))


async def _correct_face(press: Press) -> None:
    said, face = await _pointed(press)
    await _offer_names(press, said, face, press.data["page"])


async def _offer_names(press: Press, said: Said, face: Pointed, number: int) -> None:
    people = await people_for(press.turn.session, press.message.chat_id, face.face)
    start = number * NAMES_PER_PAGE
    some = tuple((person.id, person.name) for person in people[start : start + NAMES_PER_PAGE])
    page = Page(some, number, has_more=len(people) > start + NAMES_PER_PAGE)
    await _offer(press, views.correcting.who_is_it(said, face, page))


async def _new_name(press: Press) -> None:
    """New name…: a question, which a reply answers, in groups with privacy mode on as well."""
    turn, message = press.turn, press.message
    said, face = await _pointed(press)
    ask = texts.correcting.reply_with_the_name(face.label)
    # The app of whoever is mentioned, and nobody else's, begins the reply.
    is_group = message.chat.type != "private"
    text = f"{texts.names.mention(press.user_id, press.user.first_name)}: {ask}" if is_group else ask
    prompt = await turn.reply(address_of(message), Reply(text, hint=texts.people.hint_name()))
    question = Question(message.chat_id, press.user_id, ABOUT, dict(face.data))
    await questions.ask(turn.session, question, prompt, turn.now, press.context.services.settings.enrol_s)
    await _offer(press, views.correcting.keyboard(said))


async def _back(press: Press) -> None:
    said = await said_in(press.turn.session, press.data["reply"])
    await _offer(press, views.correcting.keyboard(said))


async def _why(press: Press) -> None:
    """Why?: of whom? Where one alone is named, the reasons."""
    said = await said_in(press.turn.session, press.data["reply"])
    named = [face for face in faces_of(said) if face.face.is_named]
    if not named:
        raise Declined(texts.buttons.too_late())
    if len(named) > 1:
        await _offer(press, views.correcting.which_face(said, named, "why_face"))
        return
    await _explain(press, said, named[0])


async def _why_face(press: Press) -> None:
    said, face = await _pointed(press)
    await _explain(press, said, face)


async def _explain(press: Press, said: Said, face: Pointed) -> None:
    data = {**face.data, "reply": said.reply_id, "message": press.message.message_id}
    key = f"{face.answer_id}:{face.index}"
    await jobs.put(press.turn.session, NewJob(press.message.chat_id, why.KIND, key, data), press.turn.now)
    await _offer(press, views.correcting.keyboard(said))


ACTIONS: dict[str, Action] = {
    "face_yes": _yes,
    "face_no": _no,
    "correct": _correct,
    "correct_face": _correct_face,
    "correct_is": _is,
    "correct_new": _new_name,
    "correct_nobody": _nobody,
    "correct_back": _back,
    "why": _why,
    "why_face": _why_face,
    **calling.ACTIONS,
}
