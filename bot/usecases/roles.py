"""Who may do what in a chat. In a private chat its person is the owner of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["owner", "admin", "member", "none"]

MANAGING: frozenset[Role] = frozenset({"owner", "admin"})
# Spares Telegram a question for each command and press of one conversation, and lets nobody manage for
# noticeably longer than they are an admin.
REMEMBERED_S = 20.0


def manages(role: Role) -> bool:
    """Whether somebody of this role may do what admins may."""
    return role in MANAGING


def may_remove(role: Role, asker: int, enrolled_by: int, linked_to: int | None) -> bool:
    """Whether somebody may have a person forgotten: admins anybody, others whom they enrolled, or themselves.

    `enrolled_by` and `linked_to` are the person's `created_by` and `user_id` (see schema.PersonColumns).
    """
    return manages(role) or (role == "member" and asker in (enrolled_by, linked_to))


@dataclass
class KnownRoles:
    """The admins whom Telegram named in the last moments.

    Only they are remembered: whoever is made an admin may act as one at once.
    """

    clock: Callable[[], float] = time.monotonic
    _until: dict[tuple[int, int], tuple[float, Role]] = field(default_factory=dict)

    def get(self, chat_id: int, user_id: int) -> Role | None:
        """What is remembered; None where Telegram has to be asked."""
        until, role = self._until.get((chat_id, user_id), (0.0, None))
        return role if until > self.clock() else None

    def note(self, chat_id: int, user_id: int, role: Role) -> None:
        """Remember an admin, and forget what its time is over for."""
        now = self.clock()
        self._until = {key: known for key, known in self._until.items() if known[0] > now}
        if manages(role):
            self._until[chat_id, user_id] = (now + REMEMBERED_S, role)
