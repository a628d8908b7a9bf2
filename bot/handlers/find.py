"""/find: links to the messages where chats have them, else replies to them."""

from __future__ import annotations

from telegram import Chat, Message, Update

from bot import texts, views
from bot.context import GlanceContext, command_of
from bot.handlers.incoming import message_of, presser_of
from bot.handlers.pressing import Action, Press
from bot.replies import Reply
from bot.turn import Address, Turn, address_of
from bot.usecases import find as usecase
from bot.usecases import people
from bot.usecases.find import Found
from bot.views.common import links_of

PAGE_LINKS = 20
# Each is a message of its own, and a chat takes one a second.
PAGE_REPLIES = 4


async def find(update: Update, context: GlanceContext) -> None:
    """/find Alice"""
    message, text = message_of(update), command_of(update).arguments
    async with context.turn(update) as turn:
        if not text:
            await turn.reply(address_of(message), Reply(texts.finding.find_whom()))
            return
        card = await people.named(turn.session, message.chat_id, text)
        found = await _found(turn, message.chat, card.id, skip=0)
        link_to = links_of(message.chat.id, message.chat.username)
        if not found.photos:
            await turn.reply(address_of(message), Reply(texts.finding.not_seen(found.name)))
        elif link_to is not None:
            await turn.reply(address_of(message), views.finding.links(found, link_to, presser_of(update)))
        else:
            await _point(turn, message, found, presser_of(update))


async def _found(turn: Turn, chat: Chat, person_id: int, skip: int) -> Found:
    page_size = PAGE_LINKS if links_of(chat.id, chat.username) else PAGE_REPLIES
    return await usecase.photos_of(turn.session, chat.id, person_id, skip=skip, page_size=page_size)


async def _point(turn: Turn, message: Message, found: Found, by: int | None) -> None:
    for message_id, reply in views.finding.here(found, by):
        await turn.reply(Address(message.chat_id, address_of(message).thread_id, message_id), reply)


async def _page(press: Press) -> None:
    chat = press.message.chat
    found = await _found(press.turn, chat, press.data["person"], press.data["skip"])
    link_to = links_of(chat.id, chat.username)
    assert link_to is not None
    reply = views.finding.links(found, link_to, press.user_id)
    await press.turn.revise(press.message, reply.text, reply.keyboard)


async def _more(press: Press) -> None:
    chat = press.message.chat
    found = await _found(press.turn, chat, press.data["person"], press.data["skip"])
    await press.turn.revise(press.message, press.message.text_html or "")
    await _point(press.turn, press.message, found, press.user_id)


ACTIONS: dict[str, Action] = {"find_page": _page, "find_more": _more}
