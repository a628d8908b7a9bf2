"""Labels: a chat's own words for its photos, and the photos that have them."""

from bot.usecases.labels.editing import Joined, Renamed, delete, merge, named, rename, restore, unmerge
from bot.usecases.labels.gathering import GATHER, Gathering, await_photos, finish, under_way
from bot.usecases.labels.keeping import check, keep
from bot.usecases.labels.labelling import files_of, label, label_as, undo
from bot.usecases.labels.listing import Missing, Page, missing, page, smallest
from bot.usecases.labels.values import (
    Asked,
    BadLabel,
    KeptPhoto,
    Labelled,
    NoSuchLabel,
    TwoLabelsNeeded,
    parse_label,
)

__all__ = [
    "GATHER",
    "Asked",
    "BadLabel",
    "Gathering",
    "Joined",
    "KeptPhoto",
    "Labelled",
    "Missing",
    "NoSuchLabel",
    "Page",
    "Renamed",
    "TwoLabelsNeeded",
    "await_photos",
    "check",
    "delete",
    "files_of",
    "finish",
    "keep",
    "label",
    "label_as",
    "merge",
    "missing",
    "named",
    "page",
    "parse_label",
    "rename",
    "restore",
    "smallest",
    "under_way",
    "undo",
    "unmerge",
]
