"""What goes over the pipes."""

from __future__ import annotations

from ml.protocol.models import Description
from ml.protocol.requests import Request
from ml.protocol.results import Outcome
from ml.protocol.values import Value


class Ask(Value, frozen=True, tag="ask"):
    """bot -> worker. `alone`: not to be batched with others, since it may be what kills the worker."""

    id: int
    request: Request
    alone: bool = False


class Ready(Value, frozen=True, tag="ready"):
    """worker -> bot, once, when the models are loaded."""

    description: Description


class Started(Value, frozen=True, tag="started"):
    """worker -> bot: these requests are being worked on now; the clock of their timeout starts here."""

    ids: tuple[int, ...]


class Answer(Value, frozen=True, tag="answer"):
    """worker -> bot: the outcome of one request."""

    id: int
    outcome: Outcome


FromBot = Ask
FromWorker = Ready | Started | Answer
