"""What was used last, kept for the next time, up to a limit."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Values by key; whatever was not used for longest goes where they weigh more than `limit` together.

    One that weighs more than that by itself is not kept at all.
    """

    def __init__(self, limit: int, weigh: Callable[[Value], int]) -> None:
        self._limit = limit
        self._weigh = weigh
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value kept under that key, else the one that is made now."""
        value = self._values.pop(key) if key in self._values else make()
        self._values[key] = value
        while self.weight > self._limit:
            self._values.popitem(last=False)
        return value

    @property
    def weight(self) -> int:
        """What all that is kept weighs."""
        return sum(map(self._weigh, self._values.values()))
