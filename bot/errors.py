"""From an exception's type to what the person is told, searched along its MRO.

Whatever is not in the table gets a reference under which the log has the whole of it; a traceback never
leaves the log. `RETRIED` says which faults are not the update's own: it goes back to the inbox for later.
"""

from __future__ import annotations

import errno
import logging
import secrets
from collections.abc import Callable
from typing import Any

from telegram.error import BadRequest, NetworkError, RetryAfter

from bot import texts
from bot.usecases.asking import AlreadyAsked, AuthorRefused, HasToBeAsked, Refused
from bot.usecases.enrol import DiskFull, NothingPending, OtherModel
from bot.usecases.labels import BadLabel, NoSuchLabel
from bot.usecases.names import BadName
from bot.usecases.people import NobodyCalled, TwoNamesNeeded
from bot.usecases.quota import QuotaExceeded
from bot.usecases.tagging import NoSwitch
from bot.views.common import bad_photo, missing
from ml.errors import (
    BadPhoto,
    ModelUnusable,
    TrainerFailed,
    WeightsMissing,
    WorkerCrashed,
    WorkerStopped,
    WorkerTimeout,
)
from storage.errors import (
    DatabaseUnavailable,
    FilesUnavailable,
    LabelTaken,
    NameTaken,
    NotFound,
    TrainingOpen,
    TwoUsers,
)

log = logging.getLogger(__name__)


def os_error(error: OSError) -> str | None:
    """A full disk has its own sentence; any other OSError is unexpected."""
    return texts.failures.disk_full() if error.errno in (errno.ENOSPC, errno.EDQUOT) else None


SENTENCES: dict[type[BaseException], Callable[[Any], str | None]] = {
    BadPhoto: bad_photo,
    WeightsMissing: lambda error: "\n".join(map(missing, error.missing)) or texts.failures.no_model(),
    ModelUnusable: lambda _: texts.failures.model_unusable(),
    WorkerCrashed: lambda _: texts.failures.worker_crashed(),
    WorkerTimeout: lambda _: texts.failures.worker_timeout(),
    WorkerStopped: lambda _: texts.failures.worker_stopped(),
    TrainerFailed: lambda _: texts.failures.trainer_failed(),
    BadName: lambda error: texts.enrolling.bad_name(error.reason),
    BadLabel: lambda error: texts.labels.bad_label(error.reason),
    NoSuchLabel: lambda error: texts.labels.no_such(str(error)),
    LabelTaken: lambda error: texts.labels.taken(error.name),
    NobodyCalled: lambda error: texts.people.nobody_called(str(error)),
    NotFound: lambda _: texts.failures.send_again(),
    NameTaken: lambda error: texts.people.name_taken(error.name),
    TrainingOpen: lambda _: texts.training.open_already(),
    FilesUnavailable: lambda _: texts.failures.disk_full(),
    QuotaExceeded: lambda error: texts.access.quota(error.whose, error.limit),
    OtherModel: lambda _: texts.enrolling.other_model(),
    DiskFull: lambda _: texts.failures.disk_full(),
    NothingPending: lambda _: texts.failures.send_again(),
    Refused: lambda error: texts.consent.refused_before(error.name),
    AuthorRefused: lambda error: texts.consent.author_refused(error.name),
    HasToBeAsked: lambda error: texts.consent.has_to_be_asked(error.name),
    AlreadyAsked: lambda error: texts.consent.already_asked(error.name),
    TwoUsers: lambda _: texts.people.two_users(),
    TwoNamesNeeded: lambda _: texts.people.two_names_rename(),
    NoSwitch: lambda _: texts.groups.tagging_usage(),
    OSError: os_error,
}


def is_retried(error: BaseException) -> bool:
    """Whether the fault lies outside the update, so that trying it again later may help."""
    if isinstance(error, BadRequest):  # a NetworkError by inheritance, but a refusal by nature
        return False
    return isinstance(error, (NetworkError, RetryAfter, DatabaseUnavailable))


def sentence_for(error: BaseException) -> str:
    """What the person is told."""
    for kind in type(error).__mro__:
        describe = SENTENCES.get(kind)
        sentence = describe(error) if describe is not None else None
        if sentence is not None:
            return sentence
    reference = secrets.token_hex(4)
    log.error("unexpected error, reference %s", reference, exc_info=error)
    return texts.failures.unexpected(reference)
