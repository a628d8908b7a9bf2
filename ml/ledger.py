"""The client's book of requests: what waits, what was sent, what the worker is at. No I/O in here.

The rules after a death of the worker:

- asked but not begun: sent again;
- begun with others: each is sent again alone, with nothing else in flight;
- begun alone: it is what kills the worker, and is given up.

After an end on purpose, everything is sent again as if it had never been begun.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import ceil
from pathlib import PurePath

from ml.protocol import (
    Analyse,
    Analysis,
    Ask,
    Cluster,
    Clustered,
    Compare,
    Draw,
    Drawing,
    Drawn,
    Embed,
    Embedded,
    Keep,
    Outcome,
    Package,
    Packaged,
    Refused,
    Request,
    Sheet,
    Unequipped,
    Unusable,
)
from ml.wire import WireError

# Two full batches: one being worked on, one waiting in the worker for its turn.
WINDOW = 16
CROPS_PER_TURN = 16

_RESULT_OF: dict[type, type] = {
    Analyse: Analysis,
    Draw: Drawn,
    Compare: Drawn,
    Sheet: Drawn,
    Keep: Drawn,
    Embed: Embedded,
    Cluster: Clustered,
    Package: Packaged,
}


@dataclass(eq=False, slots=True)
class Entry:
    """A request, and the future its caller waits for."""

    id: int
    request: Request
    alone: bool
    answer: asyncio.Future[Outcome]

    @property
    def turns(self) -> int:
        """How many photos' worth of time it may take: an Embed's crops go by sixteen."""
        if not isinstance(self.request, Embed):
            return 1
        return max(1, ceil(len(self.request.crops) / CROPS_PER_TURN))

    def as_frame(self) -> Ask:
        return Ask(id=self.id, request=self.request, alone=self.alone)


@dataclass(eq=False, slots=True)
class Ledger:
    """Where every open request stands: an entry is in exactly one of the five places."""

    waiting: deque[Entry] = field(default_factory=deque)
    drawings: deque[Entry] = field(default_factory=deque)
    lone: deque[Entry] = field(default_factory=deque)
    sent: dict[int, Entry] = field(default_factory=dict)
    begun: dict[int, Entry] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def in_flight(self) -> int:
        return len(self.sent) + len(self.begun)

    def enter(self, request: Request, *, alone: bool) -> Entry:
        """Books a request; its answer is a future of the running loop."""
        entry = Entry(next(self._ids), request, alone, asyncio.get_running_loop().create_future())
        self._queue_of(entry).append(entry)
        return entry

    def drop(self, entry: Entry) -> None:
        """Forgets a request that nobody waits for any more; one in flight stays until its answer."""
        if entry in self._queue_of(entry):
            self._queue_of(entry).remove(entry)

    def next_to_send(self) -> Entry | None:
        """The entry to send now, booked as sent, or None while the window is full or somebody is alone.

        A drawing passes by the photos and the window: it is cheap, and its photo has had its turn.
        """
        if self.lone:
            return None if self.in_flight else self._send(self.lone)
        if any(entry.alone for entry in (*self.sent.values(), *self.begun.values())):
            return None
        if self.drawings:
            return self._send(self.drawings)
        return self._send(self.waiting) if self.waiting and self.in_flight < WINDOW else None

    def begin(self, ids: Iterable[int]) -> int:
        """The worker is at these now; the turns they may take together."""
        started = [self.sent.pop(id_) for id_ in ids if id_ in self.sent]
        self.begun.update((entry.id, entry) for entry in started)
        return sum(entry.turns for entry in started)

    def settle(self, id_: int, outcome: Outcome) -> None:
        """Hands an outcome to its caller; WireError where it is none that the request can have."""
        entry = self.begun.get(id_) or self.sent.get(id_)
        if entry is None:
            raise WireError(f"an answer to {id_}, which was not asked")
        if not _can_answer(entry.request, outcome):
            raise WireError(f"{type(outcome).__name__} does not answer {type(entry.request).__name__}")
        self.begun.pop(id_, None)
        self.sent.pop(id_, None)
        if not entry.answer.done():
            entry.answer.set_result(outcome)

    def bury(self) -> list[Entry]:
        """The worker died: books everything in flight for another try, but for what it returns to give up."""
        culprits = [entry for entry in self.begun.values() if entry.alone]
        suspects = [entry for entry in self.begun.values() if not entry.alone]
        self.begun.clear()
        self.recall()
        for entry in _wanted(suspects):
            entry.alone = True
            self.lone.append(entry)
        return _wanted(culprits)

    def recall(self) -> None:
        """The worker was ended on purpose: books everything in flight as it was before it was sent."""
        in_flight = [*self.begun.values(), *self.sent.values()]
        self.begun.clear()
        self.sent.clear()
        for entry in reversed(_wanted(in_flight)):
            self._queue_of(entry).appendleft(entry)

    def clear(self) -> list[Entry]:
        """Empties the book and returns whoever still waits."""
        everybody = [*self.begun.values(), *self.sent.values(), *self.lone, *self.drawings, *self.waiting]
        for place in (self.begun, self.sent, self.lone, self.drawings, self.waiting):
            place.clear()
        return _wanted(everybody)

    def _send(self, queue: deque[Entry]) -> Entry:
        entry = queue.popleft()
        self.sent[entry.id] = entry
        return entry

    def _queue_of(self, entry: Entry) -> deque[Entry]:
        if entry.alone:
            return self.lone
        return self.drawings if isinstance(entry.request, Drawing) else self.waiting


def _wanted(entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if not entry.answer.done()]


def _can_answer(request: Request, outcome: Outcome) -> bool:
    """Whether this is the kind of answer that was asked for, naming no file but its own.

    Its own are the target of what it writes and the crops of a photo. A worker taken over by a crafted photo
    must not be able to have the bot send other files.
    """
    if isinstance(outcome, Refused | Unequipped | Unusable):
        return True
    if not isinstance(outcome, _RESULT_OF[type(request)]):
        return False
    if isinstance(request, Drawing | Keep | Package) and isinstance(outcome, Drawn | Packaged):
        return outcome.path == request.target
    if isinstance(request, Analyse) and isinstance(outcome, Analysis):
        return all(_is_crop_of(request, face.crop.path) for face in outcome.faces or () if face.crop)
    if isinstance(request, Cluster) and isinstance(outcome, Clustered):
        return len(outcome.groups) == len(request.vectors)
    return True


def _is_crop_of(request: Analyse, crop: str) -> bool:
    """Whether crops were asked for and this is named as one of the photo's, in the photo's folder."""
    photo, path = PurePath(request.photo), PurePath(crop)
    return request.crops and path.parent == photo.parent and path.name.startswith(f"{photo.stem}-face-")
