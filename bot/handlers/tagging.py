"""/tagging: whether people are named in every photo of a group."""

from __future__ import annotations

from telegram import Chat, Update

from bot import texts
from bot.context import GlanceContext, command_of
from bot.handlers.group import sees_everything
from bot.handlers.incoming import message_of
from bot.handlers.roles import admins_only
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases import tagging as usecase


@admins_only
async def switch(update: Update, context: GlanceContext) -> None:
    """`/tagging on`, `/tagging off`, or `/tagging` to hear which."""
    message = message_of(update)
    if message.chat.type == Chat.PRIVATE:
        async with context.turn(update) as turn:
            await turn.reply(address_of(message), Reply(texts.groups.tagging_is_for_groups()))
        return
    sees_all = await sees_everything(context, message.chat)
    async with context.turn(update) as turn:
        is_on = await usecase.switch(turn.session, message.chat_id, command_of(update).arguments)
        lines = [texts.groups.tagging_state(is_on)]
        if is_on and not sees_all:
            lines.append(texts.groups.sees_only_asked())
        await turn.reply(address_of(message), Reply(" ".join(lines)))
