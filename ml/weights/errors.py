"""What can go wrong while weights are chosen, fetched and prepared.

MLError
├── WeightsMissing        (ml.errors) no weights for what was asked
└── WeightsError
    ├── UnknownModel      no such model, or a file whose model cannot be told
    ├── WrongWeights      a file that is not what its name or its catalogue entry says
    ├── NotPrepared       the weights are there, their exported network is not
    ├── ParityFailed      an exported network does not compute what torch computes
    └── FetchFailed       a download that did not come to its end
        └── NoNetwork     the publisher cannot be reached at all
"""

from __future__ import annotations

from typing import ClassVar

from ml.errors import MLError


class WeightsError(MLError):
    """The root of this package's errors. `exit_code` is what `python -m ml.weights` ends with."""

    exit_code: ClassVar[int] = 1


class UnknownModel(WeightsError):
    """A model name that no catalogue knows, or a weights file that does not say which model it is for."""

    exit_code = 64


class WrongWeights(WeightsError):
    """A file whose checksum or contents differ from what was promised."""

    exit_code = 65


class NotPrepared(WeightsError):
    """Weights were found, but `python -m ml.weights prepare` has not exported them yet, or could not."""

    exit_code = 66


class ParityFailed(WeightsError):
    """The exported network and torch disagree by more than rounding; the export was thrown away."""

    exit_code = 70


class FetchFailed(WeightsError):
    """The publisher answered with an error, or the connection broke more often than is worth trying."""

    exit_code = 75


class NoNetwork(FetchFailed):
    """The publisher's host cannot be reached."""

    exit_code = 69
