"""What can go wrong with what a chat has taught.

LearningError
└── ModelUnusable     a chat's model cannot be used
    ├── ModelGone         there is no such file
    ├── ModelDamaged      the file is not what was written
    └── ModelForeign      another version of this program wrote it
"""

from __future__ import annotations

from ml.errors import MLError


class LearningError(MLError):
    """The root of what this package raises."""


class ModelUnusable(LearningError):
    """A chat's model cannot be used."""


class ModelGone(ModelUnusable):
    """There is no file of that name."""


class ModelDamaged(ModelUnusable):
    """The file's content is not what its name, or what it says of itself, promises."""


class ModelForeign(ModelUnusable):
    """The file is whole, and of a format that this version does not read."""
