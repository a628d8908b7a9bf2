"""What only owners may ask for: /invite and /reembed."""

from __future__ import annotations

from telegram import Update

from bot import texts
from bot.context import GlanceContext
from bot.handlers.incoming import message_of, sender_of
from bot.handlers.signs import busy
from bot.replies import Reply
from bot.turn import address_of
from bot.usecases import access
from bot.usecases import reembed as usecase
from storage import notes


async def _refuse(update: Update, context: GlanceContext) -> bool:
    """Tell everybody but owners that this is not for them; whether it was such a one."""
    if sender_of(update) in context.services.settings.owner_ids:
        return False
    async with context.turn(update) as turn:
        await turn.reply(address_of(message_of(update)), Reply(texts.access.owners_only()))
    return True


async def invite(update: Update, context: GlanceContext) -> None:
    """/invite: a deep link for one person or group."""
    if await _refuse(update, context):
        return
    lasts_s = context.services.settings.invite_s
    async with context.turn(update) as turn:
        token = await access.invite(turn.session, sender_of(update), turn.now + lasts_s)
        link = f"https://t.me/{context.bot.username}"
        text = texts.access.invitation(f"{link}?start={token}", f"{link}?startgroup={token}")
        await turn.reply(address_of(message_of(update)), Reply(text))


async def reembed(update: Update, context: GlanceContext) -> None:
    """/reembed: every gallery moves to the face model that the settings ask for."""
    if await _refuse(update, context):
        return
    services, to = context.services, address_of(message_of(update))
    async with busy(context.bot, to):
        # Unpinned: FACE_MODEL as it is set, so that `auto` means the best model again.
        services.worker.reconfigure(services.settings.worker_config())
        known = await services.worker.ready()
        moved = [chat async for chat in usecase.reembed(services.ports, known)]
    async with context.turn(update) as turn:
        assert known.embedder is not None
        await notes.put(turn.session, usecase.FACE_MODEL_NOTE, known.embedder.id, turn.now)
        faces, unreadable = sum(m.faces for m in moved), sum(m.unreadable for m in moved)
        text = (
            texts.owners.reembedded(len(moved), faces, unreadable)
            if moved
            else texts.owners.no_crops_to_move()
        )
        await turn.reply(to, Reply(text))
