"""Why a face was called by a name."""

from __future__ import annotations

from bot import texts
from bot.replies import Reply
from bot.usecases.seen import SeenFace
from bot.usecases.why import Reasons, percent
from bot.views.common import shown


def reasons(face: SeenFace, found: Reasons) -> Reply:
    """The face beside those nearest to it, and the rule in plain words."""
    return Reply(_rule(face, found), pictures=(shown(found.drawn),))


def nothing_to_compare() -> Reply:
    """There is no photo any more, or nobody to compare it with."""
    return Reply(texts.correcting.nothing_to_compare())


def _rule(face: SeenFace, found: Reasons) -> str:
    name = face.name or ""
    if face.told or found.similarity is None:
        return texts.correcting.why_told(name)
    similarity, sure, maybe = (
        percent(value, found.metric)
        for value in (found.similarity, found.thresholds.sure, found.thresholds.maybe)
    )
    lines = [texts.correcting.why_alike(name, similarity, sure, maybe)]
    if face.tone == "maybe" and found.similarity >= found.thresholds.sure:
        lines.append(texts.correcting.why_maybe_nevertheless())
    return "\n".join(lines)
