"""Who asks: members, admins, and those who write in the name of a chat and cannot be checked."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from telegram import Chat, ChatMember, ChatMemberRestricted, Update, User
from telegram.error import BadRequest, Forbidden

from bot import texts
from bot.context import GlanceContext
from bot.handlers.again import put_back
from bot.handlers.incoming import message_of, sender_of
from bot.handlers.pressing import AdminNeeded, Guarded, Press, Routed
from bot.replies import Choice, Keyboard, Reply
from bot.turn import address_of
from bot.usecases.roles import Role, manages

Handler = Callable[[Update, GlanceContext], Coroutine[Any, Any, None]]

ROLES: Mapping[str, Role] = {
    ChatMember.OWNER: "owner",
    ChatMember.ADMINISTRATOR: "admin",
    ChatMember.MEMBER: "member",
    ChatMember.RESTRICTED: "member",
}
# Admins look into their group within an hour, or have forgotten what it was about.
GO_ON_S = 60 * 60.0


async def role_of(context: GlanceContext, chat: Chat, user_id: int) -> Role:
    """What Telegram says somebody is in a chat; "none" where it does not know them, or not us.

    Asks Telegram: not to be called within a turn. Raises NetworkError.
    """
    if chat.type == Chat.PRIVATE:
        return "owner" if user_id == chat.id else "none"
    known = context.services.roles.get(chat.id, user_id)
    if known is not None:
        return known
    try:
        member = await context.bot.get_chat_member(chat.id, user_id)
    except (BadRequest, Forbidden):
        return "none"
    role = role_in(member)
    context.services.roles.note(chat.id, user_id, role)
    return role


def role_in(member: ChatMember) -> Role:
    """What a member of a chat may do there; somebody restricted stays on Telegram's list when they leave."""
    if isinstance(member, ChatMemberRestricted) and not member.is_member:
        return "none"
    return ROLES.get(member.status, "none")


async def require_person(update: Update, context: GlanceContext) -> bool:
    """Whether a person asks; who writes as an anonymous admin or a channel is asked to press a button."""
    message = message_of(update)
    if message.sender_chat is None:
        return True
    async with context.turn(update) as turn:
        await turn.reply(address_of(message), who_are_you(update, context))
    return False


def who_are_you(update: Update, context: GlanceContext, presser: int | None = None) -> Reply:
    """Asks whoever wrote in the name of a chat to press a button; `presser`: who alone may (None: any admin).

    The update is kept as it came: the button carries it out as if whoever presses had written it.
    """
    go_on = Choice(texts.groups.button_go_on(), "as_admin", {"updates": list(context.delivery(update).raw)})
    return Reply(texts.groups.who_are_you(), Keyboard(((go_on,),), presser, GO_ON_S))


async def require_admin(update: Update, context: GlanceContext, refusal: str = "") -> bool:
    """Whether an admin asks (or the person whose private chat it is); everybody else is answered here.

    `refusal`: what they are told, where it is not that admins alone may.
    """
    if not await require_person(update, context):
        return False
    message = message_of(update)
    if manages(await role_of(context, message.chat, sender_of(update))):
        return True
    async with context.turn(update) as turn:
        await turn.reply(address_of(message), Reply(refusal or texts.groups.admins_only()))
    return False


async def with_role(
    context: GlanceContext, chat: Chat, user_id: int, act: Callable[[bool], Awaitable[None]]
) -> None:
    """Act as anybody may, and where that takes an admin and Telegram says that this is one, again as such.

    `act` gets whether they are one, and opens the turn. Raises AdminNeeded where they are none.
    """
    try:
        await act(False)
    except AdminNeeded:
        if not manages(await role_of(context, chat, user_id)):
            raise
        await act(True)


def people_only(handler: Handler) -> Handler:
    """A handler of commands that only a real person may give, such as those that need their word."""
    return _guarded(handler, require_person)


def admins_only(handler: Handler) -> Handler:
    """A handler of commands that only admins may give."""
    return _guarded(handler, require_admin)


def _guarded(handler: Handler, allows: Callable[[Update, GlanceContext], Awaitable[bool]]) -> Handler:
    @functools.wraps(handler)
    async def guarded(update: Update, context: GlanceContext) -> None:
        if await allows(update, context):
            await handler(update, context)

    return guarded


async def _as_admin(press: Press) -> None:
    """Put the command back into the inbox, as if this admin had written it."""
    await put_back(press, [_written_by(press.user, raw["message"]) for raw in press.data["updates"]])
    await press.turn.revise(press.message, texts.groups.goes_on_for(press.user.full_name))


def _written_by(user: User, message: dict[str, Any]) -> dict[str, Any]:
    """A message from another sender."""
    hidden = ("sender_chat", "author_signature", "sender_tag")
    return {**{key: value for key, value in message.items() if key not in hidden}, "from": user.to_dict()}


ACTIONS: dict[str, Routed] = {"as_admin": Guarded(_as_admin)}
