"""Which photos to ask about: active learning, by uncertainty and by novelty.

Of the photos that were answered lately and have no label, the one of whose label the model is least certain
is most worth one ("uncertainty sampling", Lewis & Gale 1994, doi:10.1007/978-1-4471-2099-5_1). But it knows
not what it does not know: every other question is about the photo least like all that it has learnt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.labels.gathering import ASKING
from bot.usecases.refresh import recognition_of
from bot.usecases.seen import Recognition
from storage import answers, examples, pending
from storage.answers import AnswerRow
from storage.pending import NewPending

LATELY_S = 30 * 24 * 3600.0
LOOKED_AT = 500
# As many as somebody answers in one go.
QUESTIONS = 10


class Queue(msgspec.Struct, frozen=True):
    """The photos to ask about, by their answers' ids, and how many were labelled on the way."""

    answers: tuple[int, ...]
    labelled: int = 0


async def begin(
    session: AsyncSession, chat_id: int, by: int, *, now: float, lasts_s: float
) -> AnswerRow | None:
    """Choose what to ask about, in place of what was begun so; the first photo, None where there is none."""
    await pending.remove_mine(session, chat_id, by, ASKING)
    rows = await answers.recent(session, chat_id, now - LATELY_S, LOOKED_AT)
    known = {row.file_unique_id for row in await examples.listing(session, chat_id)}
    chosen = [row.id for row in worth_asking([row for row in rows if row.file_unique_id not in known])]
    if not chosen:
        return None
    data = msgspec.to_builtins(Queue(tuple(chosen[:QUESTIONS])))
    await pending.put(session, NewPending(chat_id, by, ASKING, data, now + lasts_s), now)
    return await answers.get(session, chosen[0])


async def current(session: AsyncSession, chat_id: int, by: int, now: float) -> Queue | None:
    """What is still to be asked, the photo that is asked about first; None where it was ended."""
    row = await pending.mine(session, chat_id, by, ASKING, now)
    return msgspec.convert(row.data, Queue) if row else None


async def go_on(
    session: AsyncSession, chat_id: int, by: int, *, labelled: bool, now: float
) -> tuple[AnswerRow | None, Queue] | None:
    """The next photo, None after the last, and what is left then; None where it was ended."""
    row = await pending.mine(session, chat_id, by, ASKING, now)
    if row is None:
        return None
    before = msgspec.convert(row.data, Queue)
    left = Queue(before.answers[1:], before.labelled + labelled)
    while left.answers:
        photo = await answers.get(session, left.answers[0])
        if photo is not None:
            await pending.change(session, row.id, msgspec.to_builtins(left), row.files)
            return photo, left
        left = msgspec.structs.replace(left, answers=left.answers[1:])
    await pending.remove(session, row.id)
    return None, left


async def stop(session: AsyncSession, chat_id: int, by: int, now: float) -> Queue | None:
    """Ask no more; what was left."""
    found = await current(session, chat_id, by, now)
    await pending.remove_mine(session, chat_id, by, ASKING)
    return found


def worth_asking(rows: Sequence[AnswerRow]) -> list[AnswerRow]:
    """One answer for each photo that could be read, those most worth a label first."""
    photos = {row.file_unique_id: row for row in rows if row.file_id}
    seen = [(row, recognition_of(row)) for row in photos.values()]
    readable = [(row, one) for row, one in seen if one.refused is None and one.labels is not None]
    uncertain = sorted(readable, key=lambda pair: certainty(pair[1]))
    novel = sorted(readable, key=lambda pair: -_novelty(pair[1]))
    return list(_without_repeats(_in_turns([row for row, _ in uncertain], [row for row, _ in novel])))


def certainty(seen: Recognition) -> float:
    """The probability of the likeliest label, of the chat's own where it has a model."""
    if seen.own is not None:
        return seen.own.guesses[0].probability
    return seen.labels[0].probability if seen.labels else 0.0


def _novelty(seen: Recognition) -> float:
    return seen.own.novelty if seen.own is not None else 1.0 - certainty(seen)


def _in_turns(one: Sequence[AnswerRow], other: Sequence[AnswerRow]) -> Iterator[AnswerRow]:
    for pair in zip(one, other, strict=True):
        yield from pair


def _without_repeats(rows: Iterator[AnswerRow]) -> Iterator[AnswerRow]:
    told: set[int] = set()
    for row in rows:
        if row.id not in told:
            told.add(row.id)
            yield row
