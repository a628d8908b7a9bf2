"""What the worker takes on next: the requests that wait while it works, and the rule that picks."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence

from ml.protocol import Analyse, Ask, Drawing

# Past eight photos a batch gains nothing more on two cores, and everybody in it waits for the last one.
MAX_BATCH = 8


def next_batch(waiting: Sequence[Ask]) -> list[Ask]:
    """The asks to take on together, out of those waiting, oldest first (at least one).

    The oldest drawing goes first: it is cheap, and somebody has waited for a whole analysis already. Photos
    are analysed together; every other request, and whatever asks to be alone, is.
    """
    for ask in waiting:
        if isinstance(ask.request, Drawing):
            return [ask]
    oldest = waiting[0]
    if not _joins(oldest):
        return [oldest]
    return [ask for ask in waiting if _joins(ask)][:MAX_BATCH]


def _joins(ask: Ask) -> bool:
    return isinstance(ask.request, Analyse) and not ask.alone


class Backlog:
    """The asks that wait: filled by the thread that reads, emptied by the one that works."""

    def __init__(self) -> None:
        self._waiting: deque[Ask] = deque()
        self._closed = False
        self._changed = threading.Condition()

    def put(self, ask: Ask) -> None:
        with self._changed:
            self._waiting.append(ask)
            self._changed.notify()

    def close(self) -> None:
        """Nobody asks any more, nor waits for an answer: what still waits is not taken."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def take(self) -> list[Ask] | None:
        """Waits for the next batch; None once the backlog is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            batch = next_batch(self._waiting)
            for ask in batch:
                self._waiting.remove(ask)
            return batch
