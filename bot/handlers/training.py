"""/train and its Cancel."""

from __future__ import annotations

from telegram import Update

from bot import languages, texts, views
from bot.context import GlanceContext, command_of
from bot.handlers.incoming import message_of, sender_of
from bot.handlers.pressing import Declined, Guarded, Press, Routed
from bot.handlers.roles import admins_only
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases.training import asking
from bot.usecases.training.asking import Wanted
from bot.usecases.training.values import NotEnough
from storage import trainings


@admins_only
async def train(update: Update, context: GlanceContext) -> None:
    """/train"""
    message = message_of(update)
    if command_of(update).arguments not in ("", "labels"):
        async with context.turn(update) as turn:
            await turn.reply(address_of(message), Reply(texts.training.usage()))
        return
    to = address_of(message)
    wanted = Wanted(to.chat_id, to.thread_id, "labels", sender_of(update), languages.current())
    async with context.turn(update) as turn:
        try:
            queued = await asking.ask(turn.session, wanted, turn.now)
        except NotEnough as error:
            await turn.reply(to, views.training.not_enough(error.missing))
        else:
            outbox_id = await turn.reply(to, views.training.waiting(queued.id, queued.ahead))
            await trainings.note(turn.session, queued.id, outbox_id=outbox_id)
    context.services.trainings.wake()


async def _cancel(press: Press) -> None:
    turn = press.turn
    row = await asking.cancel(turn.session, press.message.chat_id, press.data["training"])
    if row is None:
        raise Declined(texts.training.ended_already())
    # One under way says that it stopped when it has.
    if row.state == "queued":
        await turn.revise(press.message, texts.training.cancelled())


ACTIONS: dict[str, Routed] = {"training_cancel": Guarded(_cancel)}
