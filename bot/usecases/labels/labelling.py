"""Photos get a label, in the caller's transaction, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.labels.values import Asked, KeptPhoto, Labelled
from storage import examples, labels
from storage.examples import Added, NewExample
from storage.files import labelled


async def label(
    session: AsyncSession, asked: Asked, name: str, kept: Sequence[KeptPhoto], now: float
) -> Labelled:
    """Give photos the label of that name, which is made where there is none."""
    found = await labels.find(session, asked.chat_id, name)
    if found is not None:
        return await label_as(session, asked, found.id, kept, now)
    if all(one.refused for one in kept):
        return Labelled(labels.LabelRow(0, name, 0), 0, 0, 0, _refusals(kept), {})
    label_id = await labels.add(session, asked.chat_id, name, asked.by, now)
    outcome = await label_as(session, asked, label_id, kept, now)
    outcome.undo["made"] = True
    return outcome


async def label_as(
    session: AsyncSession, asked: Asked, label_id: int, kept: Sequence[KeptPhoto], now: float
) -> Labelled:
    """Give photos one of the chat's labels. Raises NotFound."""
    done = [await _add(session, asked, label_id, one, now) for one in kept if one.refused is None]
    new = [one.id for one in done if one.before is None]
    moved = [(one.id, one.before) for one in done if one.before not in (None, label_id)]
    return Labelled(
        label=await labels.get(session, asked.chat_id, label_id),
        added=len(new),
        moved=len(moved),
        same=len(done) - len(new) - len(moved),
        refused=_refusals(kept),
        undo={"label": label_id, "added": new, "moved": moved},
    )


async def undo(session: AsyncSession, chat_id: int, done: dict[str, Any], by: int, now: float) -> list[str]:
    """Take back what `label` did; the addresses of files that nothing needs any more.

    Photos whose label of before is gone by now keep the one they have.
    """
    for example_id, before in done["moved"]:
        if await _is_there(session, chat_id, before):
            await examples.move(session, chat_id, [example_id], before, by=by, now=now)
    unused = await examples.remove(session, chat_id, done["added"])
    if done.get("made") and not await examples.listing(session, chat_id, done["label"]):
        await labels.remove(session, done["label"])
    return unused


def files_of(kept: Sequence[KeptPhoto]) -> list[str]:
    """The addresses of kept photos, for what is not labelled after all."""
    return [labelled(one.photo) for one in kept if one.photo]


def _refusals(kept: Sequence[KeptPhoto]) -> tuple[Any, ...]:
    return tuple(one.refused for one in kept if one.refused is not None)


async def _add(session: AsyncSession, asked: Asked, label_id: int, one: KeptPhoto, now: float) -> Added:
    new = NewExample(
        chat_id=asked.chat_id,
        label_id=label_id,
        photo=one.photo,
        file_unique_id=one.picture.file_unique_id,
        message_id=one.picture.message_id,
        sender_id=asked.sender_id,
        album=asked.album,
        people=one.people,
    )
    return await examples.add(session, new, asked.by, now)


async def _is_there(session: AsyncSession, chat_id: int, label_id: int) -> bool:
    return any(row.id == label_id for row in await labels.listing(session, chat_id))
