"""The buttons under an answer, and the menus in which it is corrected. Anybody in the chat may press them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from bot import texts
from bot.replies import Choice, Keyboard, Reply
from bot.settings import DAY_S
from bot.usecases.correct import Called
from bot.usecases.seen import Recognition, SeenFace
from bot.views import labelling
from bot.views.common import in_rows, turning, undo_keyboard
from bot.views.labelling import Photo

# As long as somebody scrolls back to a photo of a weekend; the reply with a name works for longer.
LASTS_S = 7 * DAY_S
# Whoever is asked what they meant has just written it.
ASKED_S = DAY_S
NAMES_PER_PAGE = 8
NAMES_PER_ROW = 2
NUMBERS_PER_ROW = 5
# More rows hide the photo on a phone; the others are found under "Correct…".
MOST_MAYBES = 6
# Of Telegram's 100 buttons.
MOST_NUMBERS = 60


class Said(msgspec.Struct, frozen=True):
    """The answers of one reply, photo by photo: their ids and what they say.

    `undo`: the record of its latest correction (`bot.usecases.correct.recording`), if that can be undone.
    `photos`: those that may get a label, where the chat has labels.
    """

    reply_id: int
    answers: tuple[tuple[int, Recognition], ...]
    undo: int | None = None
    photos: tuple[Photo, ...] = ()


class Pointed(msgspec.Struct, frozen=True):
    """A face of a reply: its answer, its index there, and its name in buttons ("" if it is alone)."""

    answer_id: int
    index: int
    face: SeenFace
    label: str

    @property
    def data(self) -> dict[str, int]:
        """What a button about it carries."""
        return {"answer": self.answer_id, "face": self.index}

    @property
    def title(self) -> str:
        """What it is called in a sentence: "Face 2 (Alice?)", or "" if it is alone."""
        if not self.label:
            return ""
        photo, _, number = self.label.rpartition(".")
        name = (self.face.name or "") if self.face.is_named else ""
        return texts.correcting.face(
            number, photo, f"{name}?" if name and self.face.tone == "maybe" else name
        )


class Page(msgspec.Struct, frozen=True):
    """Some of a chat's people to choose from, likeliest first: (id, name), and whether there are more."""

    people: tuple[tuple[int, str], ...]
    number: int
    has_more: bool


def faces_of(said: Said, *, left_out: bool = False) -> list[Pointed]:
    """The faces that are spoken of: "2" is the second of a photo, "3.2" that of an album's third photo.

    `left_out`: those as well that a person said to be nobody's.
    """
    total = sum(len(recognition.faces or ()) for _, recognition in said.answers)
    pointed = []
    for position, (answer_id, recognition) in enumerate(said.answers, start=1):
        prefix = f"{position}." if len(said.answers) > 1 else ""
        for index, face in enumerate(recognition.faces or ()):
            label = f"{prefix}{index + 1}" if total > 1 else ""
            if left_out or not face.dismissed:
                pointed.append(Pointed(answer_id, index, face, label))
    return pointed


def keyboard(said: Said) -> Keyboard | None:
    """Yes, No and Someone else for whom we are not sure of; Correct…, Why? and Undo for others; labels."""
    rows = [*_of_faces(said), labelling.row(said.reply_id, said.photos)]
    return keyboard_of(rows) if any(rows) else None


def _of_faces(said: Said) -> list[tuple[Choice, ...]]:
    faces = faces_of(said, left_out=True)
    if not faces:
        return []
    named = [face for face in faces if face.face.is_named]
    maybes = [face for face in named if face.face.tone == "maybe"][:MOST_MAYBES]
    last = []
    if len(faces) > len(maybes):
        last.append(Choice(texts.correcting.button_correct(), "correct", {"reply": said.reply_id}))
    if named:
        last.append(Choice(texts.correcting.button_why(), "why", {"reply": said.reply_id}))
    if said.undo is not None:
        last.append(Choice(texts.buttons.button_undo(), "undo_in_place", {"record": said.undo}))
    return [*map(_maybe, maybes), tuple(last)]


def which_to_correct(said: Said, faces: Sequence[Pointed]) -> Reply:
    """The numbers of faces to correct, and Back."""
    return Reply(texts.correcting.which_to_correct(), _numbers(said, faces, "correct_face"))


def why_which(said: Said, faces: Sequence[Pointed]) -> Reply:
    """The numbers of faces whose names have reasons, and Back."""
    return Reply(texts.correcting.why_which(), _numbers(said, faces, "why_face"))


def _numbers(said: Said, faces: Sequence[Pointed], action: str) -> Keyboard:
    numbers = [Choice(_number(face), action, {**face.data, "page": 0}) for face in faces[:MOST_NUMBERS]]
    return keyboard_of([*in_rows(numbers, NUMBERS_PER_ROW), (_back(said),)])


def _number(face: Pointed) -> str:
    return texts.correcting.button_left_out(face.label) if face.face.dismissed else face.label


def who_is_it(said: Said, at: Pointed, page: Page) -> Reply:
    """A page of names, a new one, that it is not whom we said, that it is nobody, and Back."""
    people = [Choice(name, "correct_is", {**at.data, "person": person_id}) for person_id, name in page.people]
    turns = turning("correct_face", at.data, page.number, has_more=page.has_more)
    rows = [*in_rows(people, NAMES_PER_ROW), turns, (_new_name(at),), *_not(at), (_back(said),)]
    return Reply(texts.correcting.who_is_it(at.title), keyboard_of(rows))


def which_is(name: str, faces: Sequence[Pointed], by: int | None) -> Reply:
    """A name without a number: whose is it?"""
    numbers = [Choice(face.label, "is_named", {**face.data, "name": name}) for face in faces[:MOST_NUMBERS]]
    cancel = Choice(texts.buttons.button_cancel(), "drop_question")
    rows = (*in_rows(numbers, NUMBERS_PER_ROW), (cancel,))
    return Reply(texts.enrolling.which_face(name), Keyboard(rows, by, ASKED_S))


def is_it_a_name(name: str, at: Pointed, by: int | None) -> Reply:
    """A word that is nobody known here: a name, or talk?"""
    answers = (
        Choice(texts.correcting.button_yes(), "is_named", {**at.data, "name": name}),
        Choice(texts.correcting.button_no(), "drop_question"),
    )
    return Reply(texts.correcting.is_called(name), Keyboard((answers,), by, ASKED_S))


def called(outcome: Called, undo_s: float) -> Reply:
    """What corrections in words did, and the way back, for whoever corrected and admins."""
    if len(outcome.named) == 1:
        lines = [texts.correcting.called(outcome.named[0].person.name)]
    else:
        lines = [texts.correcting.called_several()]
        lines += [texts.correcting.called_line(one.label, one.person.name) for one in outcome.named]
    lines += [texts.enrolling.attested(one.person.name) for one in outcome.named if one.is_new]
    keyboard = undo_keyboard("undo_correction", {"record": outcome.record}, None, undo_s)
    return Reply("\n".join(lines), keyboard)


def _maybe(at: Pointed) -> tuple[Choice, ...]:
    about = {**at.data, "person": at.face.person_id}
    return (
        Choice(_labelled(at, texts.correcting.button_yes()), "face_yes", about),
        Choice(_labelled(at, texts.correcting.button_no()), "face_no", about),
        Choice(_labelled(at, texts.correcting.button_someone_else()), "correct_face", {**at.data, "page": 0}),
    )


def _labelled(at: Pointed, text: str) -> str:
    return f"{at.label}: {text}" if at.label else text


def _new_name(at: Pointed) -> Choice:
    return Choice(texts.correcting.button_new_name(), "correct_new", at.data)


def _not(at: Pointed) -> Iterator[tuple[Choice, ...]]:
    if at.face.dismissed:
        yield (Choice(texts.correcting.button_is_a_face(), "correct_back_in", at.data),)
        return
    if at.face.is_named and at.face.name is not None:
        about = {**at.data, "person": at.face.person_id}
        yield (Choice(texts.correcting.button_not(at.face.name), "face_no", about),)
    yield (Choice(texts.correcting.button_nobody_here(), "correct_nobody", at.data),)


def _back(said: Said) -> Choice:
    return Choice(texts.people.button_back(), "correct_back", {"reply": said.reply_id})


def keyboard_of(rows: Sequence[tuple[Choice, ...]]) -> Keyboard:
    """Buttons that anybody may press for as long as an answer is looked back at."""
    return Keyboard(tuple(row for row in rows if row), None, LASTS_S)
