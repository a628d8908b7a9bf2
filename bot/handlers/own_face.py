"""/enroll of somebody new by whoever said No in this group: it may be their own face, so they are asked."""

from __future__ import annotations

from typing import Literal

from telegram import Update

from bot import texts, views
from bot.context import GlanceContext
from bot.handlers.again import put_back
from bot.handlers.incoming import message_of
from bot.handlers.pressing import Action, Press
from bot.turn import address_of
from bot.usecases import asking
from bot.usecases.enrol import Whom

# Stands beside a message that was put back: whose face it shows, as they said.
WHOSE = "whose_face"
OWN, OTHERS = "own", "others"


def whose(update: Update, context: GlanceContext) -> Literal["own", "others"] | None:
    """Whose face an `/enroll` is about, where its sender was asked and said so."""
    said = context.delivery(update).raw[0].get(WHOSE)
    return said if said in (OWN, OTHERS) else None


async def is_to_be_said(context: GlanceContext, whom: Whom) -> bool:
    """Whether it has to be asked: somebody new is enrolled by a user who said No."""
    async with context.services.database.read() as session:
        return await asking.said_no(session, context.services.settings, whom)


async def ask(update: Update, context: GlanceContext, whom: Whom) -> None:
    """Ask whether it is their own face; nothing is looked at before they said so."""
    message = message_of(update)
    messages = [raw["message"] for raw in context.delivery(update).raw]
    async with context.turn(update) as turn:
        await turn.reply(address_of(message), views.consent.is_it_you(whom, messages))


async def _own(press: Press) -> None:
    await put_back(press, press.data["messages"], **{WHOSE: OWN})
    await press.turn.revise(press.message, texts.consent.it_is_you(press.data["name"]))


async def _others(press: Press) -> None:
    await put_back(press, press.data["messages"], **{WHOSE: OTHERS})
    await press.turn.revise(press.message, texts.consent.it_is_somebody_else(press.data["name"]))


ACTIONS: dict[str, Action] = {"own_face": _own, "others_face": _others}
