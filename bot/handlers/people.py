"""/people, /rename, /merge and /forget."""

from __future__ import annotations

import msgspec
from telegram import Update

from bot import texts, views
from bot.context import GlanceContext, command_of
from bot.handlers import roles
from bot.handlers.incoming import message_of, presser_of, sender_of
from bot.handlers.pressing import Press, Routed
from bot.replies import Keyboard, Reply
from bot.turn import address_of
from bot.usecases import people as usecase
from bot.usecases.people import DenialsForgotten, Forgotten, Merged, Renamed, TwoNamesNeeded
from bot.usecases.roles import may_remove
from storage.negatives import NewNegative


async def everybody(update: Update, context: GlanceContext) -> None:
    """/people"""
    message = message_of(update)
    async with context.turn(update) as turn:
        page = await usecase.page(turn.session, message.chat_id, 0)
        await turn.reply(address_of(message), views.people.people(page, presser_of(update)))


@roles.admins_only
async def rename(update: Update, context: GlanceContext) -> None:
    """/rename Alice Alicia"""
    message = message_of(update)
    async with context.turn(update) as turn:
        names = command_of(update).arguments
        renamed = await usecase.rename(turn.session, message.chat_id, names, turn.now)
        await turn.reply(address_of(message), said_renamed(renamed, context, sender_of(update)))


@roles.admins_only
async def merge(update: Update, context: GlanceContext) -> None:
    """/merge Ali Alice"""
    message = message_of(update)
    async with context.turn(update) as turn:
        try:
            names = command_of(update).arguments
            merged = await usecase.merge(turn.session, message.chat_id, names, turn.now)
        except TwoNamesNeeded:
            reply = Reply(texts.people.two_names_merge())
        else:
            reply = said_merged(merged, context, sender_of(update))
        await turn.reply(address_of(message), reply)


async def forget(update: Update, context: GlanceContext) -> None:
    """/forget Alice: admins may, and whoever enrolled her, and she herself."""
    message, name = message_of(update), command_of(update).arguments
    if not name:
        async with context.turn(update) as turn:
            await turn.reply(address_of(message), Reply(texts.people.forget_whom()))
        return
    async with context.services.database.read() as session:
        card = await usecase.named(session, message.chat_id, name)
    is_theirs = may_remove("member", sender_of(update), card.created_by, card.user_id)
    refusal = texts.people.not_yours_to_forget(card.name)
    if not is_theirs and not await roles.require_admin(update, context, refusal):
        return
    async with context.turn(update) as turn:
        gone = await usecase.forget(turn.session, message.chat_id, card.id, turn.now)
        await turn.reply(address_of(message), said_forgotten(gone, context, sender_of(update)))


def said_renamed(renamed: Renamed, context: GlanceContext, by: int) -> Reply:
    """That somebody has another name, and the way back."""
    undo = {"person": renamed.person_id, "name": renamed.old}
    return Reply(texts.people.renamed(renamed.old, renamed.new), _undo("undo_rename", undo, context, by))


def said_merged(merged: Merged, context: GlanceContext, by: int) -> Reply:
    """That two people are one, and the way back."""
    text = texts.people.merged(merged.source, merged.target, merged.photos)
    return Reply(text, _undo("undo_merge", merged.moved, context, by))


def said_forgotten(gone: Forgotten, context: GlanceContext, by: int) -> Reply:
    """That somebody is forgotten, and the way back."""
    minutes = max(1, round(context.services.settings.undo_s / 60))
    undo = _undo("undo_forget", {"person": gone.person_id}, context, by)
    return Reply(views.people.forgotten(gone, minutes), undo)


def said_denials_forgotten(gone: DenialsForgotten, context: GlanceContext, by: int) -> Reply:
    """That nothing is denied of somebody any more, and the way back."""
    undo = {"denials": msgspec.to_builtins(gone.denials)}
    text = texts.people.denials_forgotten(gone.name, len(gone.denials))
    return Reply(text, _undo("undo_denials", undo, context, by))


def _undo(action: str, data: dict[str, object], context: GlanceContext, by: int) -> Keyboard:
    return views.common.undo_keyboard(action, data, by, context.services.settings.undo_s)


async def _undo_rename(press: Press) -> None:
    turn, data = press.turn, press.data
    await usecase.rename_to(turn.session, press.message.chat_id, data["person"], data["name"], turn.now)
    await turn.revise(press.message, texts.people.undone())


async def _undo_merge(press: Press) -> None:
    name = await usecase.unmerge(press.turn.session, press.message.chat_id, press.data, press.turn.now)
    await press.turn.revise(press.message, texts.people.merge_undone(name))


async def _undo_forget(press: Press) -> None:
    turn, chat_id = press.turn, press.message.chat_id
    name = await usecase.restore(turn.session, chat_id, press.data["person"], turn.now)
    await turn.revise(press.message, texts.people.restored(name))


async def _undo_denials(press: Press) -> None:
    turn = press.turn
    denials = msgspec.convert(press.data["denials"], list[NewNegative])
    await usecase.restore_denials(turn.session, press.message.chat_id, denials, press.user_id, turn.now)
    await turn.revise(press.message, texts.people.undone())


ACTIONS: dict[str, Routed] = {
    "undo_denials": _undo_denials,
    "undo_rename": _undo_rename,
    "undo_merge": _undo_merge,
    "undo_forget": _undo_forget,
}
