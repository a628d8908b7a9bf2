"""Results into replies: pure functions, no Telegram and no database."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from bot import texts
from bot.replies import Choice, Keyboard, Reply, Shown
from bot.usecases.enrol import READY_PHOTOS, Enrolled, NotStored, Studied
from bot.usecases.recognise import Recognition, SeenFace, Told, Unreadable
from bot.usecases.status import Status
from ml.errors import BadPhoto, MissingWeights
from ml.protocol import Drawn, Label
from storage.people import PersonRow

# Below this a label is noise beside the others.
WORTH_SAYING = 0.02
# Where nothing is likely, a list of unlikely things is only odd; beside a person it can be rude.
WORTH_GUESSING = 0.05
WORTH_GUESSING_BESIDE_PEOPLE = 0.10
BUTTONS_PER_ROW = 5


def photo(told: Told | Unreadable) -> Reply:
    """What is in a photo, and who."""
    return Reply("\n\n".join(_paragraphs(told)), pictures=_picture(told))


def album(told: Sequence[Told | Unreadable]) -> Reply:
    """One answer to all photos of an album."""
    parts = [
        f"{texts.album_part(number)}\n" + "\n".join(_paragraphs(one))
        for number, one in enumerate(told, start=1)
    ]
    return Reply("\n\n".join(parts), pictures=tuple(shown for one in told for shown in _picture(one)))


def _paragraphs(told: Told | Unreadable) -> list[str]:
    return [bad_photo(told.refusal)] if isinstance(told, Unreadable) else _seen(told.recognition)


def _seen(seen: Recognition) -> list[str]:
    parts = []
    if seen.faces:
        parts.append(texts.left_to_right([_who(face) for face in seen.faces]))
    if seen.names_paused:
        parts.append(texts.NAMES_PAUSED)
    if seen.labels is not None:
        parts.append(_labels(seen.labels, seen.sure, beside_people=bool(seen.faces)))
    parts += _lacking(seen.missing, seen.troubles)
    return parts or [texts.NOTHING_SEEN]


def _who(face: SeenFace) -> str:
    if face.name is None or face.tone == "unknown":
        return texts.SOMEONE
    return texts.name(face.name) if face.tone == "sure" else texts.maybe(face.name)


def _labels(labels: Sequence[Label], sure: bool, *, beside_people: bool) -> str:
    if sure:
        first, *others = labels
        return "\n".join([f"<b>{_label(first)}</b>", *_likely(others, WORTH_SAYING)])
    if not beside_people:
        first, *others = labels
        return "\n".join([texts.NOT_SURE, _label(first), *_likely(others, WORTH_GUESSING)])
    lines = _likely(labels, WORTH_GUESSING_BESIDE_PEOPLE)
    return "\n".join([texts.NOT_SURE_BESIDE_PEOPLE, *lines]) if lines else texts.NO_IDEA_BESIDE_PEOPLE


def _likely(labels: Sequence[Label], at_least: float) -> list[str]:
    return [_label(label) for label in labels if label.probability >= at_least]


def _label(label: Label) -> str:
    return f"{html.escape(label.name)} – {label.probability:.0%}"


def _picture(told: Told | Unreadable) -> tuple[Shown, ...]:
    if isinstance(told, Unreadable):
        return ()
    if told.file_id is not None:
        return (Shown(file_id=told.file_id),)
    return (shown(told.drawn),) if told.drawn is not None else ()


def shown(drawn: Drawn) -> Shown:
    """A picture the worker drew."""
    return Shown(path=Path(drawn.path), width=drawn.width, height=drawn.height, bytes=drawn.bytes)


def _lacking(weights: Sequence[MissingWeights], troubles: Sequence[str]) -> list[str]:
    return [*map(missing, weights), *map(html.escape, troubles)]


def missing(weights: MissingWeights) -> str:
    """What to do about weights that are not there."""
    return texts.weights_missing(weights.file, weights.sha256, weights.folder, weights.command)


# ── enrolling ────────────────────────────────────────────────────────────────────────────────────


def enrolled(outcome: Enrolled, crop: Shown, by: int, undo_s: float) -> Reply:
    """One face was stored: its crop, what would help, and the way back."""
    text = texts.stored(outcome.name, outcome.photos, READY_PHOTOS - outcome.photos)
    return Reply(text, _undo_enrol([outcome], by, undo_s), (crop,))


def enrolled_album(
    outcomes: Sequence[Enrolled | NotStored], crop: Shown | None, by: int, undo_s: float
) -> Reply:
    """Several photos were sent at once: one line for each that was not stored, and one Undo for the rest."""
    stored = [outcome for outcome in outcomes if isinstance(outcome, Enrolled)]
    lines = [texts.summary(stored[-1].name, len(stored), stored[-1].photos)] if stored else []
    lines += [
        f"{texts.album_part(number)}: {not_stored(outcome)}"
        for number, outcome in enumerate(outcomes, start=1)
        if isinstance(outcome, NotStored)
    ]
    if not stored:
        return Reply("\n".join(lines))
    return Reply("\n".join(lines), _undo_enrol(stored, by, undo_s), (crop,) if crop else ())


def _undo_enrol(stored: Sequence[Enrolled], by: int, undo_s: float) -> Keyboard:
    data = {"person": stored[0].person_id, "faces": [outcome.face_id for outcome in stored]}
    return undo_keyboard("undo_enrol", data, by, undo_s)


def not_stored(outcome: NotStored) -> str:
    """Why a face was not stored, and what to do."""
    if isinstance(outcome.reason, BadPhoto):
        return bad_photo(outcome.reason)
    return texts.NOT_STORED[outcome.reason]


def bad_photo(error: BadPhoto) -> str:
    """Why a file cannot be used, and what to do."""
    if error.reason == "too_large":
        return texts.too_large(error.limit // 2**20)
    if error.reason == "too_many_pixels":
        return texts.too_many_pixels(error.actual, error.limit)
    return texts.BAD_PHOTO[error.reason]


def which_face(name: str, studied: Studied, pending_id: int, by: int, lasts_s: float) -> Reply:
    """The photo with numbered faces, a button for each, and Cancel."""
    assert studied.drawn is not None
    choices = [
        Choice(str(number + 1), "pick", {"pending": pending_id, "face": number})
        for number in range(len(studied.faces))
    ]
    rows = [tuple(choices[i : i + BUTTONS_PER_ROW]) for i in range(0, len(choices), BUTTONS_PER_ROW)]
    cancel = Choice(texts.BUTTON_CANCEL, "drop_pick", {"pending": pending_id})
    keyboard = Keyboard((*rows, (cancel,)), by, lasts_s)
    return Reply(texts.which_face(name), keyboard, (shown(studied.drawn),))


def undo_keyboard(action: str, data: dict[str, object], by: int | None, lasts_s: float) -> Keyboard:
    """One Undo button."""
    return Keyboard(((Choice(texts.BUTTON_UNDO, action, data),),), by, lasts_s)


# ── people and status ────────────────────────────────────────────────────────────────────────────


def people(rows: Sequence[PersonRow]) -> Reply:
    """Everybody in the chat's gallery."""
    if not rows:
        return Reply(texts.NOBODY_YET)
    lines = [texts.people_title(len(rows)), *(texts.person_line(row.name, row.faces) for row in rows)]
    return Reply("\n".join(lines))


def status(now: Status) -> Reply:
    """How the installation is doing."""
    lines = [
        *_models(now),
        f"People known in this chat: {now.people}",
        f"Waiting for me: {now.waiting}. Waiting to be sent: {now.unsent}",
    ]
    if now.names_paused:
        lines.append(texts.NAMES_PAUSED)
    if now.owner is not None:
        lines += [
            f"Disk: {now.owner.disk_mb} of {now.owner.disk_cap_mb} MB",
            f"Database: {html.escape(now.owner.database)}. Access: {now.owner.access}",
            f"Worker restarts: {now.worker_restarts}",
        ]
    return Reply("\n".join(lines))


def _models(now: Status) -> list[str]:
    models = now.models
    if now.trouble is not None:
        # The reason is the worker's own words, paths and all: for owners.
        return [texts.worker_trouble(now.trouble) if now.owner else texts.WORKER_STOPPED]
    if models is None:
        return [texts.STILL_LOADING]
    classifier = models.classifier.id if models.classifier else "none"
    embedder = models.embedder.id if models.embedder else "none"
    lines = [f"Things: {html.escape(classifier)} · Faces: {html.escape(embedder)} · on {models.device}"]
    return lines + _lacking(models.missing, models.troubles)
