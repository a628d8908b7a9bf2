"""What happens to a chat itself: the bot comes or goes, and a group becomes a supergroup."""

from __future__ import annotations

from telegram import Chat, ChatMember, ChatMemberUpdated, Update

from bot import texts
from bot.context import GlanceContext
from bot.handlers.incoming import message_of
from bot.handlers.roles import role_of
from bot.replies import Reply
from bot.turn import Address, Turn
from bot.usecases import access
from bot.usecases.roles import manages
from storage import chats, inbox, people, supergroups

GONE = {ChatMember.LEFT, ChatMember.BANNED}
# How soon it is looked again whether all that came from a group's old chat is answered.
OLD_CHAT_S = 0.5


async def membership_changed(update: Update, context: GlanceContext) -> None:
    """Greet a group we were added to; remember when we were removed, so that its data can be purged."""
    change = update.my_chat_member
    assert change is not None
    was_gone, is_gone = change.old_chat_member.status in GONE, change.new_chat_member.status in GONE
    if was_gone and not is_gone and change.chat.type != Chat.PRIVATE:
        await _added(update, context, change)
        return
    async with context.turn(update) as turn:
        if is_gone:
            await chats.left(turn.session, change.chat.id, turn.now)


async def _added(update: Update, context: GlanceContext, change: ChatMemberUpdated) -> None:
    sees_all = await sees_everything(context, change.chat)
    settings = context.services.settings
    async with context.turn(update) as turn:
        allowed = await access.may_use(turn.session, settings, change.from_user.id, change.chat.id)
        if allowed:
            await greet(turn, Address(change.chat.id), sees_all)
        else:
            await turn.reply(Address(change.chat.id), Reply(texts.groups.group_not_let_in()))


async def greet(turn: Turn, to: Address, sees_all: bool) -> None:
    """Tell a group once what the bot sees and keeps; later on, that it is back."""
    if await chats.greet(turn.session, to.chat_id, turn.now):
        await turn.reply(to, Reply(texts.groups.welcome_group(sees_all)))
    else:
        known = await people.count(turn.session, to.chat_id)
        await turn.reply(to, Reply(texts.groups.back_again(known)))


async def sees_everything(context: GlanceContext, chat: Chat) -> bool:
    """Whether Telegram shows us every message of a group: our privacy mode is off, or we are an admin.

    Asks Telegram: not to be called within a turn. Raises NetworkError.
    """
    me = await context.bot.get_me()
    return bool(me.can_read_all_group_messages) or manages(await role_of(context, chat, me.id))


async def migrated(update: Update, context: GlanceContext) -> None:
    """The group has a new id: everything of it follows, in one transaction.

    It is said in both chats, with no order between them; what was asked in the old one is answered first.
    """
    message, services = message_of(update), context.services
    old = message.migrate_from_chat_id or message.chat_id
    new = message.migrate_to_chat_id or message.chat_id
    if message.migrate_from_chat_id is not None:
        async with services.database.read() as session:
            is_busy = await inbox.is_waiting(session, old)
        if is_busy:
            await services.intake.give_back(context.delivery(update), OLD_CHAT_S, blameless=True)
            return
    async with context.turn(update) as turn:
        await supergroups.migrate(turn.session, old, new)
