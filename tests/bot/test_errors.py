"""Every typed error has a sentence for the person, and none says more than it should."""

from __future__ import annotations

import errno
import logging
from typing import get_args

import pytest
from telegram.error import BadRequest, NetworkError, TimedOut

from bot import texts
from bot.errors import SENTENCES, is_retried, sentence_for
from ml import errors as ml_errors
from ml.errors import BadPhoto, BadPhotoReason, MissingWeights, MLError, WeightsMissing
from ml.protocol import QualityProblem
from storage.errors import DatabaseUnavailable, LeaseLost, PressRefused, StorageError

FILE = MissingWeights("resnet50", "resnet50.pth", "0123abcd", "weights", "python -m ml.weights pull resnet50")


def leaves(kind: type[Exception]) -> set[type[Exception]]:
    """The classes below this one that have none below themselves."""
    below = kind.__subclasses__()
    return {kind} if not below else set().union(*(leaves(one) for one in below))


@pytest.mark.parametrize(
    "kind", sorted((k for k in leaves(MLError) if k.__module__ == ml_errors.__name__), key=str)
)
def test_every_fault_of_the_worker_has_a_sentence(kind: type[Exception]) -> None:
    assert any(base in SENTENCES for base in kind.__mro__ if base is not Exception)


@pytest.mark.parametrize("kind", sorted(leaves(StorageError), key=str))
def test_every_fault_of_the_storage_is_told_retried_a_refused_press_or_a_lost_lease(
    kind: type[Exception],
) -> None:
    is_told = any(base in SENTENCES for base in kind.__mro__ if base is not Exception)
    assert is_told or issubclass(kind, (DatabaseUnavailable, PressRefused, LeaseLost))


@pytest.mark.parametrize("reason", get_args(BadPhotoReason))
def test_every_reason_to_refuse_a_photo_says_what_to_do(reason: BadPhotoReason) -> None:
    assert sentence_for(BadPhoto(reason, actual=9_000_000, limit=20 * 2**20)).endswith(".")


@pytest.mark.parametrize("problem", get_args(QualityProblem))
def test_every_problem_of_a_face_says_what_to_send_instead(problem: str) -> None:
    assert "Send" in texts.enrolling.not_stored(problem) or "would help" in texts.enrolling.not_stored(
        problem
    )


def test_missing_weights_are_told_with_file_checksum_folder_and_command() -> None:
    sentence = sentence_for(WeightsMissing((FILE,)))
    assert all(word in sentence for word in (FILE.file, FILE.sha256, FILE.folder, FILE.command))


def test_anything_unexpected_gets_a_reference_and_the_log_has_the_rest(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        sentence = sentence_for(RuntimeError("/home/ann/secret.txt"))
    reference = sentence.rsplit(" ", 1)[1]
    assert "secret" not in sentence
    assert reference in caplog.text and "RuntimeError" in caplog.text


def test_a_full_disk_has_its_own_sentence() -> None:
    assert sentence_for(OSError(errno.ENOSPC, "No space left on device")) == texts.failures.disk_full()


@pytest.mark.parametrize(
    ("error", "retried"),
    [
        (NetworkError("no route"), True),
        (TimedOut(), True),
        (DatabaseUnavailable("locked", "It is locked."), True),
        (BadRequest("chat not found"), False),
        (BadPhoto("damaged"), False),
    ],
)
def test_faults_that_may_pass_are_tried_again(error: Exception, retried: bool) -> None:
    assert is_retried(error) is retried
