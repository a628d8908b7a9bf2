"""Where somebody was seen: the photos of a chat that a person is in, as far as answers are kept."""

from __future__ import annotations

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from storage import appearances, cards
from storage.appearances import Appearance


class Found(msgspec.Struct, frozen=True):
    """A page of the photos a person is in, newest first; pages are counted from 0."""

    person_id: int
    name: str
    photos: tuple[Appearance, ...]
    page: int
    page_size: int
    has_more: bool

    @property
    def is_only_one(self) -> bool:
        """Whether this is all, and it is one photo."""
        return len(self.photos) == 1 and not self.page and not self.has_more


async def photos_of(
    session: AsyncSession, chat_id: int, person_id: int, *, page: int, page_size: int
) -> Found:
    """A page of the photos that one of the chat's people is in. Raises NotFound."""
    card = await cards.card(session, chat_id, person_id)
    photos = await appearances.of_person(session, person_id, limit=page_size + 1, skip=page * page_size)
    has_more = len(photos) > page_size
    return Found(person_id, card.name, tuple(photos[:page_size]), page, page_size, has_more)
