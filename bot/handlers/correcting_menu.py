"""The menus under an answer: Correct…, Someone else, New name… and Why? They change nothing by themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from bot import texts, views
from bot.edits import Edit
from bot.handlers import wording
from bot.handlers.pressing import Declined, Press, Routed, Sparing
from bot.handlers.wording import said_in
from bot.languages import speaking
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases import correct, why
from bot.usecases.correct import Outdated, Spot
from bot.usecases.offering import people_for
from bot.views.correcting import NAMES_PER_PAGE, Page, Pointed, Said, faces_of
from storage import answers, jobs, questions, replies
from storage.jobs import NewJob
from storage.questions import Question
from storage.replies import ReplyRow

# What asks for a new name (`storage.questions`).
ABOUT = "correct"


async def spot(press: Press) -> Spot:
    """The face that a button is about; Declined where it is gone."""
    try:
        return await correct.spot(
            press.turn.session, press.message.chat_id, press.data["answer"], press.data["face"]
        )
    except Outdated as error:
        raise Declined(texts.buttons.too_late()) from error


async def _pointed(press: Press) -> tuple[Said, Pointed]:
    """The same, as the keyboards of its reply have it."""
    at = await spot(press)
    said = await _said(press, at.row.reply_id or 0)
    for face in faces_of(said, left_out=True):
        if (face.answer_id, face.index) == (at.row.id, at.index):
            return said, face
    raise Declined(texts.buttons.too_late())


async def _said(press: Press, reply_id: int) -> Said:
    return await said_in(press.turn.session, reply_id)


async def offer(press: Press, said: Said, menu: Callable[[], Reply]) -> None:
    """Show a menu under the answer, with what it asks below the words; all in the answer's language."""
    turn, message = press.turn, press.message
    reply = await replies.get(turn.session, said.reply_id)
    rows = await answers.of_reply(turn.session, said.reply_id)
    if reply is None or not rows:
        raise Declined(texts.buttons.too_late())
    is_caption = bool(message.effective_attachment)
    with speaking(reply.language):
        asks = menu()
        parts = wording.parts(await wording.words(turn.session, reply, rows), reply, len(rows))
        text = wording.with_menu(_own(parts, reply, message.message_id), asks.text, is_caption=is_caption)
    edit = Edit(message.message_id, text, is_caption=is_caption, keyboard=asks.keyboard)
    await turn.edit(message.chat_id, edit)


def _own(parts: Sequence[str], reply: ReplyRow, message_id: int) -> str:
    """The words of one message of a reply; of the last, which has the buttons, where it is not noted yet."""
    places = dict(zip(reply.message_ids, parts, strict=False))
    return places.get(message_id, parts[-1])


async def close(press: Press, said: Said) -> None:
    """Show the answer with its own buttons again."""
    await offer(press, said, lambda: Reply("", views.correcting.keyboard(said)))


async def _correct(press: Press) -> None:
    """Correct…: which face? Where there is only one, who is it?"""
    said = await _said(press, press.data["reply"])
    faces = faces_of(said, left_out=True)
    if not faces:
        raise Declined(texts.buttons.too_late())
    if len(faces) == 1:
        await _offer_names(press, said, faces[0], 0)
    else:
        await offer(press, said, partial(views.correcting.which_to_correct, said, faces))


async def _correct_face(press: Press) -> None:
    said, face = await _pointed(press)
    await _offer_names(press, said, face, press.data["page"])


async def _offer_names(press: Press, said: Said, face: Pointed, number: int) -> None:
    people = await people_for(press.turn.session, press.message.chat_id, face.face)
    start = number * NAMES_PER_PAGE
    some = tuple((person.id, person.name) for person in people[start : start + NAMES_PER_PAGE])
    page = Page(some, number, has_more=len(people) > start + NAMES_PER_PAGE)
    await offer(press, said, partial(views.correcting.who_is_it, said, face, page))


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
    await close(press, said)


async def _back(press: Press) -> None:
    await close(press, await _said(press, press.data["reply"]))


async def _why(press: Press) -> None:
    """Why?: of whom? Where one alone is named, the reasons."""
    said = await _said(press, press.data["reply"])
    named = [face for face in faces_of(said) if face.face.is_named]
    if not named:
        raise Declined(texts.buttons.too_late())
    if len(named) > 1:
        await offer(press, said, partial(views.correcting.why_which, said, named))
        return
    await _explain(press, said, named[0])


async def _why_face(press: Press) -> None:
    said, face = await _pointed(press)
    await _explain(press, said, face)
    await close(press, said)


async def _explain(press: Press, said: Said, face: Pointed) -> None:
    data = {**face.data, "reply": said.reply_id, "message": press.message.message_id}
    key = f"{face.answer_id}:{face.index}"
    await jobs.put(press.turn.session, NewJob(press.message.chat_id, why.KIND, key, data), press.turn.now)


ACTIONS: dict[str, Routed] = {
    "correct": Sparing(_correct),
    "correct_face": Sparing(_correct_face),
    "correct_new": Sparing(_new_name),
    "correct_back": Sparing(_back),
    "why": Sparing(_why),
    "why_face": Sparing(_why_face),
}
