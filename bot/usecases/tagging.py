"""Naming people in photos that nobody asked about, where a group's admins switched it on."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.ports import Ports
from bot.usecases.seen import Recognition
from storage import chats

SWITCHES = {"on": True, "off": False}


class NoSwitch(Exception):
    """What follows /tagging is neither "on" nor "off"."""


async def is_on(ports: Ports, chat_id: int) -> bool:
    """Whether photos of this chat are looked at unasked."""
    async with ports.database.read() as session:
        chat = await chats.get(session, chat_id)
    return chat is not None and chat.tagging


async def switch(session: AsyncSession, chat_id: int, word: str) -> bool:
    """Switch it "on" or "off", or with "" leave it; whether it is on then. Raises NoSwitch."""
    if not word:
        chat = await chats.get(session, chat_id)
        return chat is not None and chat.tagging
    wanted = SWITCHES.get(word.casefold())
    if wanted is None:
        raise NoSwitch
    await chats.configure(session, chat_id, tagging=wanted)
    return wanted


def is_worth_saying(seen: Iterable[Recognition]) -> bool:
    """Whether somebody is named, surely or maybe: about anything else nobody wants to hear unasked."""
    return any(face.name is not None for recognition in seen for face in recognition.faces or ())
