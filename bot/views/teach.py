"""/teach: a photo, and the labels that it may have."""

from __future__ import annotations

from collections.abc import Sequence

from bot import texts
from bot.replies import Choice, Keyboard, Reply, Shown
from bot.usecases.seen import Recognition
from bot.views.common import in_rows, turning
from bot.views.labelling import LABELS_PER_PAGE, LABELS_PER_ROW, ordered
from storage.answers import AnswerRow
from storage.labels import LabelRow

LASTS_S = 24 * 3600.0


def question(row: AnswerRow, seen: Recognition, labels: Sequence[LabelRow], left: int, by: int) -> Reply:
    """A photo to be labelled, and how many come after it."""
    text = texts.teaching.what_is_this(left)
    return Reply(text, keyboard(row.id, ordered(labels, seen), 0, by), (Shown(file_id=row.file_id),))


def keyboard(answer_id: int, labels: Sequence[LabelRow], page: int, by: int) -> Keyboard:
    """The chat's labels, a new one, and the ways out."""
    data = {"answer": answer_id}
    some = labels[page * LABELS_PER_PAGE : (page + 1) * LABELS_PER_PAGE]
    choices = [Choice(row.name, "teach_label", {**data, "label": row.id}) for row in some]
    turns = turning("teach_page", data, page, has_more=len(labels) > (page + 1) * LABELS_PER_PAGE)
    new = (Choice(texts.teaching.button_new_label(), "teach_new", data),)
    out = (
        Choice(texts.teaching.button_skip(), "teach_skip", data),
        Choice(texts.teaching.button_stop(), "teach_stop", data),
    )
    rows = (*in_rows(choices, LABELS_PER_ROW), turns, new, out)
    return Keyboard(tuple(row for row in rows if row), by, LASTS_S)
