"""What can go wrong with what is stored.

StorageError
├── DatabaseUnavailable   the database cannot be used; its text is one sentence for whoever runs the bot
├── FilesUnavailable      the photo store cannot be written; likewise
├── NotFound              the row that was named is not there (any more)
├── LeaseLost             an update is somebody else's by now, answered, or taken back
├── NameTaken             another living person of the chat has that name
├── LabelTaken            another label of the chat has that name
├── TrainingOpen          the chat has a training of that kind already
├── TwoUsers              two people cannot be one: they are different Telegram users
└── PressRefused          a button that cannot be pressed
    ├── UnknownButton         no such button in this chat
    ├── NotYours              it is for somebody else to press
    ├── AlreadyUsed           it, or another of its keyboard, was pressed before
    └── ButtonExpired         its time is over
"""

from __future__ import annotations

from typing import Literal

Trouble = Literal[
    "bad_url",  # the address is not one of an SQLite file
    "not_writable",  # the file or its folder may not be written
    "locked",  # another process holds it for longer than we wait
    "full",  # the disk is
    "corrupt",  # damaged, or no SQLite file at all
    "foreign",  # an SQLite file of some other program
    "not_migrated",  # its tables are older than this program
    "newer",  # its tables are newer than this program
    "io",  # the disk reported an error
]


class StorageError(Exception):
    """The root of what the callers of storage catch."""


class DatabaseUnavailable(StorageError):
    """The database cannot be opened, read or written; `trouble` is why, the text says what to do."""

    def __init__(self, trouble: Trouble, sentence: str) -> None:
        super().__init__(sentence)
        self.trouble: Trouble = trouble
        self.sentence = sentence


class FilesUnavailable(StorageError):
    """The photo store's folder cannot be read or written; the text says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(StorageError):
    """There is no row `row_id` of this `kind` (any more)."""

    def __init__(self, kind: str, row_id: int) -> None:
        super().__init__(f"no {kind} {row_id}")
        self.kind = kind
        self.row_id = row_id


class LeaseLost(StorageError):
    """Update `update_id` is no longer leased to whoever worked on it, or it was answered meanwhile."""

    def __init__(self, update_id: int) -> None:
        super().__init__(f"update {update_id} is not ours any more")
        self.update_id = update_id


class NameTaken(StorageError):
    """The chat has a living person of that name: `person_id`, who spells it `name`."""

    def __init__(self, person_id: int, name: str) -> None:
        super().__init__(name)
        self.person_id = person_id
        self.name = name


class LabelTaken(StorageError):
    """The chat has a label of that name: `label_id`, spelt `name`."""

    def __init__(self, label_id: int, name: str) -> None:
        super().__init__(name)
        self.label_id = label_id
        self.name = name


class TrainingOpen(StorageError):
    """The chat has a training of that kind that has not ended: `training_id`."""

    def __init__(self, training_id: int) -> None:
        super().__init__(f"training {training_id} has not ended")
        self.training_id = training_id


class TwoUsers(StorageError):
    """The people `source` and `target` are linked to different Telegram users, so that they are not one."""

    def __init__(self, source: int, target: int) -> None:
        super().__init__(f"{source} and {target} are different Telegram users")
        self.source = source
        self.target = target


class PressRefused(StorageError):
    """A button that this person cannot press (now)."""


class UnknownButton(PressRefused):
    """No button of this chat has that token."""


class NotYours(PressRefused):
    """The button is for somebody else to press."""


class AlreadyUsed(PressRefused):
    """The button, or another one of its keyboard, was pressed before."""


class ButtonExpired(PressRefused):
    """The button's time is over."""
