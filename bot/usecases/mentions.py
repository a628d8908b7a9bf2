"""Who is mentioned where they are named: Telegram users who allowed it, and in groups alone."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from storage import chats, links


async def mentions(session: AsyncSession, chat_id: int) -> dict[int, int]:
    """The Telegram users to mention, by the ids of the people who they are."""
    chat = await chats.get(session, chat_id)
    if chat is None or chat.kind == "private":
        return {}
    return await links.mentionable(session, chat_id)
