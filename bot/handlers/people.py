"""/people, /rename, /merge and /forget."""

from __future__ import annotations

from telegram import Update

from bot import texts, views
from bot.context import GlanceContext, command_of
from bot.handlers.incoming import message_of, sender_of
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases import people as usecase
from bot.usecases.people import TwoNamesNeeded


async def everybody(update: Update, context: GlanceContext) -> None:
    """/people"""
    message = message_of(update)
    async with context.turn(update) as turn:
        rows = await usecase.everybody(turn.session, message.chat_id)
        await turn.reply(address_of(message), views.people(rows))


async def rename(update: Update, context: GlanceContext) -> None:
    """/rename Alice Alicia"""
    message = message_of(update)
    async with context.turn(update) as turn:
        renamed = await usecase.rename(turn.session, message.chat_id, command_of(update).arguments)
        undo = {"person": renamed.person_id, "name": renamed.old}
        keyboard = views.undo_keyboard(
            "undo_rename", undo, sender_of(update), context.services.settings.undo_s
        )
        await turn.reply(address_of(message), Reply(texts.renamed(renamed.old, renamed.new), keyboard))


async def merge(update: Update, context: GlanceContext) -> None:
    """/merge Ali Alice"""
    message = message_of(update)
    async with context.turn(update) as turn:
        try:
            merged = await usecase.merge(turn.session, message.chat_id, command_of(update).arguments)
        except TwoNamesNeeded:
            text = texts.TWO_NAMES_MERGE
        else:
            text = texts.merged(merged.source, merged.target, merged.photos)
        await turn.reply(address_of(message), Reply(text))


async def forget(update: Update, context: GlanceContext) -> None:
    """/forget Alice"""
    message, undo_s = message_of(update), context.services.settings.undo_s
    name = command_of(update).arguments
    async with context.turn(update) as turn:
        if not name:
            await turn.reply(address_of(message), Reply(texts.FORGET_WHOM))
            return
        gone = await usecase.forget(turn.session, message.chat_id, name, turn.now)
        keyboard = views.undo_keyboard("undo_forget", {"person": gone.person_id}, sender_of(update), undo_s)
        minutes = max(1, round(undo_s / 60))
        await turn.reply(address_of(message), Reply(texts.forgotten(gone.name, minutes), keyboard))
