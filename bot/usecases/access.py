"""Who may use this installation: everybody, the invited, or its owners alone."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import Settings
from storage import access


async def may_use(session: AsyncSession, settings: Settings, user_id: int, chat_id: int) -> bool:
    """Whether this user may use the bot in this chat. Owners always may; a group may once it was let in."""
    if settings.access == "open" or user_id in settings.owner_ids:
        return True
    if settings.access == "owner":
        return False
    return await access.granted(session, (user_id, chat_id))


async def invite(session: AsyncSession, owner_id: int, expires_at: float) -> str:
    """A new invitation, good for one use; returns the parameter of its deep link."""
    return await access.invite(session, owner_id, expires_at)


async def accept(session: AsyncSession, token: str, subject_id: int, now: float) -> bool:
    """Let a user or a group in by an invitation; False where it is unknown, used or over."""
    return await access.redeem(session, token, subject_id, now)
