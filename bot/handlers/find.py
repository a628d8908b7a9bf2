"""/find: links to the messages where chats have them, else replies to those that are asked for."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from telegram import Chat, Update

from bot import texts, views
from bot.context import GlanceContext, command_of
from bot.handlers.incoming import message_of, presser_of
from bot.handlers.pressing import Action, Press
from bot.replies import Reply
from bot.turn import Turn, address_of
from bot.usecases import find as usecase
from bot.usecases import people
from bot.usecases.find import Found
from bot.views.common import links_of
from storage.appearances import Appearance

PAGE_LINKS = 20
PAGE_NUMBERS = 8


async def find(update: Update, context: GlanceContext) -> None:
    """/find Alice"""
    message, text = message_of(update), command_of(update).arguments
    to = address_of(message)
    async with context.turn(update) as turn:
        if not text:
            await turn.reply(to, Reply(texts.finding.find_whom()))
            return
        card = await people.named(turn.session, message.chat_id, text)
        found = await _found(turn, message.chat, card.id, 0)
        if not found.photos:
            await turn.reply(to, Reply(texts.finding.not_seen(found.name)))
            return
        if _link_to(message.chat) is None:
            # The newest is what most are looking for.
            to = msgspec.structs.replace(to, reply_to=found.photos[0].message_id)
        await turn.reply(to, _listed(found, message.chat, presser_of(update)))


def _link_to(chat: Chat) -> Callable[[int], str] | None:
    return links_of(chat.id, chat.username)


async def _found(turn: Turn, chat: Chat, person_id: int, page: int) -> Found:
    page_size = PAGE_NUMBERS if _link_to(chat) is None else PAGE_LINKS
    return await usecase.photos_of(turn.session, chat.id, person_id, page=page, page_size=page_size)


def _listed(found: Found, chat: Chat, by: int | None) -> Reply:
    link_to = _link_to(chat)
    return views.finding.numbers(found, by) if link_to is None else views.finding.links(found, link_to, by)


async def _page(press: Press) -> Found:
    """The list in the message turns to the button's page, with buttons that were not pressed yet."""
    chat = press.message.chat
    found = await _found(press.turn, chat, press.data["person"], press.data["page"])
    reply = _listed(found, chat, press.user_id)
    await press.turn.revise(press.message, reply.text, reply.keyboard)
    return found


async def _turn_page(press: Press) -> None:
    await _page(press)


async def _photo(press: Press) -> None:
    """A number: a reply to that photo, under the same number."""
    photo = msgspec.convert(press.data["photo"], Appearance)
    found = await _page(press)
    to = msgspec.structs.replace(address_of(press.message), reply_to=photo.message_id)
    await press.turn.reply(to, views.finding.photo(press.data["number"], found.name, photo))


ACTIONS: dict[str, Action] = {"find_page": _turn_page, "find_photo": _photo}
