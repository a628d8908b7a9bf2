"""The processes that learn together, one for each GPU: each knows its number, and they can add up numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch.distributed
from torch import Tensor

Item = TypeVar("Item")


@dataclass(frozen=True)
class Ranks:
    """This process among the `world` that learn together; alone unless said otherwise."""

    rank: int = 0
    world: int = 1
    device: str = "cpu"

    @property
    def is_first(self) -> bool:
        return self.rank == 0

    def share(self, items: Sequence[Item]) -> Sequence[Item]:
        """This process's part: all parts together are the whole."""
        return items[self.rank :: self.world]

    def total(self, numbers: Tensor) -> Tensor:
        """The sum of everybody's numbers, which each of them has to bring."""
        if self.world == 1:
            return numbers
        summed = numbers.to(self.device)
        torch.distributed.all_reduce(summed)
        return summed.cpu()
