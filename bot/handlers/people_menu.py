"""The menu under /people: turning its pages, and what can be done about one person."""

from __future__ import annotations

from telegram import Update

from bot import texts, views
from bot.context import GlanceContext
from bot.handlers.incoming import message_of, sender_of
from bot.handlers.people import (
    said_denials_forgotten,
    said_forgotten,
    said_merged,
    said_renamed,
)
from bot.handlers.pressing import Declined, Guarded, Press, Routed, Sparing
from bot.handlers.roles import require_admin
from bot.replies import Reply, Shown
from bot.turn import address_of
from bot.usecases import people as usecase
from bot.usecases.people import Page
from bot.usecases.roles import may_remove
from bot.views.people import MENU_S
from storage import cards, pending, questions
from storage.cards import PersonCard
from storage.questions import Asked, Question

# An album's.
CROPS = 10


async def _show(press: Press, reply: Reply) -> None:
    await press.turn.revise(press.message, reply.text, reply.keyboard)


async def _card(press: Press) -> PersonCard:
    return await usecase.person(press.turn.session, press.message.chat_id, press.data["person"])


async def _people(press: Press, number: int) -> Page:
    return await usecase.page(press.turn.session, press.message.chat_id, number)


def _is_theirs(card: PersonCard, user_id: int) -> bool:
    return may_remove("member", user_id, card.created_by, card.user_id)


async def _page(press: Press) -> None:
    await _show(press, views.people.people(await _people(press, press.data["page"]), press.user_id))


async def _choose(press: Press) -> None:
    await _show(press, views.people.choose(await _people(press, press.data["page"]), press.user_id))


async def _open(press: Press) -> None:
    card = await _card(press)
    is_theirs = _is_theirs(card, press.user_id)
    await _show(press, views.people.person(card, press.data["page"], press.user_id, is_theirs=is_theirs))


async def _rename(press: Press) -> None:
    """Ask for the new name; `renamed` takes the answer."""
    card = await _card(press)
    prompt = await press.turn.reply(
        press.below, Reply(texts.people.new_name_of(card.name), hint=texts.people.hint_name())
    )
    question = Question(press.message.chat_id, press.user_id, "new_name", {"person": card.id})
    await questions.ask(press.turn.session, question, prompt, press.turn.now, MENU_S)


async def renamed(update: Update, context: GlanceContext, asked: Asked) -> None:
    """The new name that was asked for; whoever is no admin any more is told so."""
    if not await require_admin(update, context):
        return
    message = message_of(update)
    async with context.turn(update) as turn:
        person_id: int = asked.question.data["person"]
        outcome = await usecase.rename_to(
            turn.session, message.chat_id, person_id, message.text or "", turn.now
        )
        await pending.remove(turn.session, asked.id)
        await turn.reply(address_of(message), said_renamed(outcome, context, sender_of(update)))


async def _merge(press: Press) -> None:
    card, others = await _card(press), await _people(press, press.data["list"])
    await _show(press, views.people.same_as(card, others, press.data["page"], press.user_id))


async def _merge_into(press: Press) -> None:
    turn, pair = press.turn, (press.data["person"], press.data["target"])
    merged = await usecase.merge_people(turn.session, press.message.chat_id, pair, turn.now)
    await _show(press, said_merged(merged, press.context, press.user_id))


async def _forget(press: Press) -> None:
    turn = press.turn
    gone = await usecase.forget(turn.session, press.message.chat_id, press.data["person"], turn.now)
    await _show(press, said_forgotten(gone, press.context, press.user_id))


async def _forget_own(press: Press) -> None:
    await _check_own(press)
    await _forget(press)


async def _forget_denials(press: Press) -> None:
    turn = press.turn
    gone = await usecase.forget_denials(turn.session, press.message.chat_id, press.data["person"], turn.now)
    await _show(press, said_denials_forgotten(gone, press.context, press.user_id))


async def _forget_own_denials(press: Press) -> None:
    await _check_own(press)
    await _forget_denials(press)


async def _check_own(press: Press) -> None:
    if not _is_theirs(await _card(press), press.user_id):
        raise Declined(texts.groups.admins_only())


async def _crops(press: Press) -> None:
    card = await _card(press)
    paths = [
        press.context.services.kept.crops.path(crop)
        for crop in await cards.crops(press.turn.session, card.id, CROPS)
    ]
    pictures = tuple(Shown(path=path) for path in paths)
    await press.turn.reply(press.below, Reply(texts.people.faces_of(card.name), pictures=pictures))


ACTIONS: dict[str, Routed] = {
    "people_page": Sparing(_page),
    "people_choose": Sparing(_choose),
    "person_open": Sparing(_open),
    "person_rename": Guarded(_rename, uses="nothing"),
    "person_merge": Guarded(_merge, uses="nothing"),
    "person_merge_into": Guarded(_merge_into),
    "person_forget": Guarded(_forget),
    "person_forget_own": _forget_own,
    "person_denials": Guarded(_forget_denials),
    "person_denials_own": _forget_own_denials,
    "person_crops": Sparing(_crops),
}
ANSWERED = {"new_name": renamed}
