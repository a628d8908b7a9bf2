"""What happens to a chat itself: the bot comes or goes, and a group becomes a supergroup."""

from __future__ import annotations

from telegram import ChatMember, Update

from bot import texts
from bot.context import GlanceContext
from bot.handlers.incoming import message_of
from bot.replies import Reply
from bot.turn import Address
from storage import chats

GONE = {ChatMember.LEFT, ChatMember.BANNED}


async def membership_changed(update: Update, context: GlanceContext) -> None:
    """Greet a group we were added to; remember when we were removed, so that its data can be purged."""
    change = update.my_chat_member
    assert change is not None
    was_gone, is_gone = change.old_chat_member.status in GONE, change.new_chat_member.status in GONE
    async with context.turn(update) as turn:
        if is_gone:
            await chats.left(turn.session, change.chat.id, turn.now)
        elif was_gone and change.chat.type != "private":
            await turn.reply(Address(change.chat.id), Reply(texts.WELCOME_GROUP))


async def migrated(update: Update, context: GlanceContext) -> None:
    """The group has a new id: everything of it follows, in one transaction."""
    message = message_of(update)
    async with context.turn(update) as turn:
        if message.migrate_to_chat_id is not None:
            await chats.migrate(turn.session, message.chat_id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id is not None:
            await chats.migrate(turn.session, message.migrate_from_chat_id, message.chat_id)
