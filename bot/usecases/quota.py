"""How many photos a user and a chat may send in a day.

A quota is checked before the work and counted with the answer, so a photo counts once however often it is
tried; photos under way at the same time may pass it by their number.
"""

from __future__ import annotations

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import DAY_S
from bot.usecases.ports import Ports
from storage import usage


class QuotaExceeded(Exception):
    """A user or a chat has sent as many photos today as it may; `whose` is 'user' or 'chat'."""

    def __init__(self, whose: str, limit: int) -> None:
        super().__init__(whose)
        self.whose = whose
        self.limit = limit


class Sender(msgspec.Struct, frozen=True):
    """Who sends photos, and where."""

    user_id: int
    chat_id: int


async def check(ports: Ports, sender: Sender, now: float) -> None:
    """Raises QuotaExceeded where this user, or this chat, may send no more today."""
    limits = {
        f"user:{sender.user_id}": ports.settings.user_photos_per_day,
        f"chat:{sender.chat_id}": ports.settings.chat_photos_per_day,
    }
    async with ports.database.read() as session:
        exceeded = await usage.exceeded(session, limits, int(now // DAY_S))
    if exceeded is not None:
        raise QuotaExceeded(exceeded.split(":")[0], limits[exceeded])


async def count(session: AsyncSession, sender: Sender, photos: int, now: float) -> None:
    """Count photos that were worked on, in the transaction that answers them."""
    subjects = (f"user:{sender.user_id}", f"chat:{sender.chat_id}")
    await usage.count(session, subjects, int(now // DAY_S), photos)
