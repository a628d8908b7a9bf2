"""What can go wrong with what a chat has taught.

ml.errors.MLError
└── TuningFailed              of several processes that tuned together, one ended too early

ml.errors.ModelUnusable   a chat's model cannot be used
├── ModelGone                 there is no such file
├── ModelDamaged              the file is not what was written
├── ModelForeign              another version of this program wrote it, or it is for something else
└── BackboneGone              the network whose features it stands on is no longer here
"""

from __future__ import annotations

from ml.errors import MLError, ModelUnusable


class TuningFailed(MLError):
    """Of several processes that were to tune together, one ended too early."""


class ModelGone(ModelUnusable):
    """There is no file of that name."""


class ModelDamaged(ModelUnusable):
    """The file's content is not what its name, or what it says of itself, promises."""


class ModelForeign(ModelUnusable):
    """The file is whole, and of a format that this version does not read, or not for what was asked."""


class BackboneGone(ModelUnusable):
    """The network whose features the model stands on was exported once, and is no longer here."""
