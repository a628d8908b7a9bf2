"""Enrolling: what was stored, what was not and why, which face it is, and who."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from bot import texts
from bot.replies import Choice, Keyboard, Reply, Shown
from bot.usecases.enrol import Enrolled, Gathering, LooksLike, NotStored, Outcome, Studied, Waiting, Whom
from bot.usecases.progress import Progress
from bot.views.common import bad_photo, in_rows, shown, turning, undo_keyboard
from ml.errors import BadPhoto

FACES_PER_PAGE = 8
BUTTONS_PER_ROW = 4


def enrolled(
    outcomes: Sequence[Outcome], progress: Progress, crop: Shown | None, by: int, undo_s: float
) -> Reply:
    """What became of the photos that were sent together: the last crop, what would help, and the way back."""
    stored = _stored(outcomes)
    if not stored:
        return Reply(refusals(outcomes))
    last = stored[-1]
    if len(outcomes) == 1:
        first = texts.enrolling.stored(last.name, last.photos)
    else:
        first = texts.enrolling.summary(last.name, len(stored), last.photos)
    keyboard = _undo_enrol(stored, by, undo_s)
    return Reply(_below(f"{first} {_outlook(progress)}", outcomes), keyboard, (crop,) if crop else ())


def late(outcomes: Sequence[Outcome], by: int, undo_s: float) -> Reply:
    """What became of photos of an album that came after it was answered, in short."""
    stored = _stored(outcomes)
    if not stored:
        return Reply(refusals(outcomes))
    first = texts.enrolling.stored_late(stored[-1].name, len(stored), stored[-1].photos)
    return Reply(_below(first, outcomes), _undo_enrol(stored, by, undo_s))


def _stored(outcomes: Sequence[Outcome]) -> list[Enrolled]:
    return [outcome for outcome in outcomes if isinstance(outcome, Enrolled)]


def _below(first: str, outcomes: Sequence[Outcome]) -> str:
    """What was stored, what was not, and what it confirms that somebody new was enrolled."""
    stored, lines = _stored(outcomes), [first]
    if len(stored) < len(outcomes):
        lines.append(refusals(outcomes))
    if any(outcome.is_new for outcome in stored):
        lines.append(texts.enrolling.attested(stored[-1].name))
    return "\n".join(lines)


def _outlook(progress: Progress) -> str:
    return (
        texts.enrolling.known_well()
        if progress.is_ready
        else texts.enrolling.would_help(progress.help, progress.missing)
    )


def refusals(outcomes: Sequence[Outcome]) -> str:
    """A line for each photo that was not stored, numbered where there are several photos."""
    refused = [(n, one) for n, one in enumerate(outcomes, start=1) if isinstance(one, NotStored)]
    if len(outcomes) == 1:
        return not_stored(refused[0][1])
    return "\n".join(f"{texts.photos.album_part(number)}: {not_stored(one)}" for number, one in refused)


def _undo_enrol(stored: Sequence[Enrolled], by: int, undo_s: float) -> Keyboard:
    data = {"person": stored[0].person_id, "faces": [outcome.face_id for outcome in stored]}
    return undo_keyboard("undo_enrol", data, by, undo_s)


def not_stored(outcome: NotStored) -> str:
    """Why a face was not stored, and what to do."""
    if isinstance(outcome.reason, BadPhoto):
        return bad_photo(outcome.reason)
    return texts.enrolling.not_stored(outcome.reason)


def which_face(whom: Whom, studied: Studied, pending_id: int, lasts_s: float) -> Reply:
    """The photo with numbered faces, a button for each of the first ones, and Cancel."""
    assert studied.drawn is not None
    keyboard = faces_keyboard(len(studied.faces), 0, pending_id, whom.by, lasts_s)
    return Reply(texts.enrolling.which_face(whom.name), keyboard, (shown(studied.drawn),))


def faces_keyboard(count: int, page: int, pending_id: int, by: int, lasts_s: float) -> Keyboard:
    """A page of numbers to pick from, the ways to the other pages, and Cancel."""
    numbers = range(count)[page * FACES_PER_PAGE : (page + 1) * FACES_PER_PAGE]
    picks = [Choice(str(n + 1), "pick", {"pending": pending_id, "face": n}) for n in numbers]
    has_more = (page + 1) * FACES_PER_PAGE < count
    turns = turning("turn_page", {"pending": pending_id}, page, has_more=has_more)
    rows = (*in_rows(picks, BUTTONS_PER_ROW), turns, (_cancel(pending_id),))
    return Keyboard(tuple(row for row in rows if row), by, lasts_s)


def other_page(waiting: Waiting, title: str, page: int, pending_id: int, now: float) -> Reply:
    """The question which face it is, turned to another page of its numbers."""
    lasts_s = waiting.expires_at - now
    keyboard = faces_keyboard(len(waiting.faces), page, pending_id, waiting.whom.by, lasts_s)
    return for_group(Reply(texts.enrolling.which_face(waiting.whom.name), keyboard), title)


def who_is_it(question: LooksLike, crop: Shown, lasts_s: float) -> Reply:
    """Faces look like somebody else who is enrolled: one of them, and who it may be."""
    data = {"pending": question.pending_id}
    whom = question.whom
    rows = (
        (Choice(texts.enrolling.button_yes_it_is(whom.name), "is_new_one", data),),
        (Choice(texts.enrolling.button_it_is(question.other), "is_other", data),),
        (_cancel(question.pending_id),),
    )
    text = texts.enrolling.looks_like(whom.name, question.other, len(question.faces))
    return Reply(text, Keyboard(rows, whom.by, lasts_s), (crop,))


def _cancel(pending_id: int) -> Choice:
    return Choice(texts.buttons.button_cancel(), "drop_pick", {"pending": pending_id})


def send_photos(name: str, link: str, *, sees_photos: bool, lasts_s: float) -> list[Reply]:
    """In a group: how to send photos of somebody there, and the way to the private chat."""
    button = Choice(texts.group_enrolling.button_send_privately(), url=link)
    privately = Reply(texts.group_enrolling.or_in_private(name), Keyboard(((button,),), None, lasts_s))
    if sees_photos:
        return [Reply(texts.enrolling.send_photos_of(name), privately.keyboard)]
    # The forced reply comes last, so that it is what the person's app begins to answer.
    return [
        privately,
        Reply(texts.group_enrolling.send_in_group(name), hint=texts.group_enrolling.photos_hint()),
    ]


def done(gathering: Gathering, photos: int, *, asked: bool) -> Reply:
    """The enrolment that gathered photos is over; `asked`: a question about one of them is open."""
    say = texts.enrolling.done_but_asked if asked else texts.enrolling.done
    return for_group(Reply(say(gathering.whom.name, photos)), gathering.title)


def for_group(reply: Reply, title: str) -> Reply:
    """In a private chat: says first which group it is about; as it is where it is about no other chat."""
    if not title:
        return reply
    return msgspec.structs.replace(reply, text=f"{texts.group_enrolling.for_group(title)}\n{reply.text}")
