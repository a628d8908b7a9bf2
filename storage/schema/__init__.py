"""The tables. Times are seconds since the epoch (UTC), ids of chats, users and messages are Telegram's.

A class lists the columns and says what a row means; the constant below it is the table, which queries are
made of (`INBOX.c.update_id`). Tables, not mapped classes: nothing here needs the ORM's identity map, and
mapping took 30 ms of each start.
"""

from __future__ import annotations

from storage.schema.access import GRANTS, INVITES, NOTES, USAGE
from storage.schema.answers import ANSWERS, BUTTONS, PENDING, REPLIES, STRANGERS
from storage.schema.base import METADATA
from storage.schema.chats import CHATS, REFUSALS
from storage.schema.people import CONSENTS, EMBEDDINGS, FACES, NEGATIVES, PEOPLE
from storage.schema.queues import INBOX, JOBS, OUTBOX
from storage.schema.teaching import (
    EXAMPLE_PEOPLE,
    EXAMPLES,
    LABELS,
    MODEL_EXAMPLES,
    MODEL_PEOPLE,
    MODELS,
    TRAININGS,
)

# The migration these tables are the result of; a test holds it against Alembic's head. Kept here so that
# a start on an up-to-date database need not import Alembic.
REVISION = "2026_11_22_teaching"

__all__ = [
    "ANSWERS",
    "BUTTONS",
    "CHATS",
    "CONSENTS",
    "EMBEDDINGS",
    "EXAMPLES",
    "EXAMPLE_PEOPLE",
    "FACES",
    "GRANTS",
    "INBOX",
    "INVITES",
    "JOBS",
    "LABELS",
    "METADATA",
    "MODELS",
    "MODEL_EXAMPLES",
    "MODEL_PEOPLE",
    "NEGATIVES",
    "NOTES",
    "OUTBOX",
    "PENDING",
    "PEOPLE",
    "REFUSALS",
    "REPLIES",
    "REVISION",
    "STRANGERS",
    "TRAININGS",
    "USAGE",
]
