"""Messages are put back into the inbox, with what was said of them since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.handlers.pressing import Press

# More than an album has: what one press sends on its way gets ids of its own below zero.
ALBUM_ROOM = 16


async def put_back(press: Press, messages: Sequence[dict[str, Any]], **said: str) -> None:
    """Have raw messages of this chat worked on as if they had just come; `said` stands beside them.

    The chat is that of today, which may have a new id.
    """
    assert press.turn.update_id is not None
    chat = press.message.chat.to_dict()
    anew = [
        {
            "update_id": number - ALBUM_ROOM * press.turn.update_id,
            "message": {**message, "chat": chat},
            **said,
        }
        for number, message in enumerate(messages)
    ]
    await press.context.services.intake.add(press.turn.session, anew)
