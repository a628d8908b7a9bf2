"""Asking a Telegram user whether they may be recognised."""

from __future__ import annotations

from collections.abc import Sequence

from bot import texts
from bot.replies import Choice, Keyboard, Reply, Shown
from bot.settings import DAY_S
from bot.usecases.asking import Open, Unsure
from bot.usecases.enrol import NotStored, Studied
from bot.views.common import shown
from bot.views.enrolling import not_stored
from storage.links import LinkRow

BUTTONS_PER_ROW = 5
BUTTONS_AT_MOST = 90  # Telegram takes 100 in a keyboard


def question(asked: Open, asker: str, lasts_s: float) -> Reply:
    """The question, to whoever is meant; anybody can press, and is told if it is not theirs."""
    subject = asked.question.subject
    called = subject.name if subject.user_id is not None else f"@{subject.username}"
    text = texts.consent.may_i(
        texts.names.mention(subject.user_id, called), asker, max(1, round(lasts_s / DAY_S))
    )
    data = {"open": asked.id}
    rows = (
        (
            Choice(texts.consent.button_allow(), "allow", data),
            Choice(texts.consent.button_refuse(), "refuse", data),
        ),
        (Choice(texts.consent.button_allow_mention(), "allow", data | {"mention": True}),),
    )
    return Reply(text, Keyboard(rows, None, lasts_s))


def is_it_them(asked: Open, person: LinkRow, lasts_s: float) -> Reply:
    """To the asker: whether the user is the person of the gallery who has that name."""
    data = {"open": asked.id, "person": person.id}
    row = (
        Choice(texts.consent.button_it_is_them(), "consent_is_enrolled", data),
        Choice(texts.consent.button_somebody_new(), "consent_is_new", data),
    )
    text = texts.consent.is_it_them(asked.question.subject.address, person.name)
    return Reply(text, Keyboard((row,), asked.question.by, lasts_s))


def who_is_it(unsure: Unsure, crop: Shown, lasts_s: float) -> Reply:
    """To the asker: faces that are to wait look like somebody else who is enrolled; one of them."""
    data, whom = {"pending": unsure.pending_id}, unsure.whom
    rows = (
        (Choice(texts.enrolling.button_yes_it_is(whom.name), "consent_keep", data),),
        (Choice(texts.enrolling.button_it_is(unsure.other), "consent_is_other", data),),
        (Choice(texts.buttons.button_cancel(), "drop_consent_pick", data),),
    )
    text = texts.enrolling.looks_like(whom.name, unsure.other, len(unsure.faces))
    return Reply(text, Keyboard(rows, whom.by, lasts_s), (crop,))


def which_face(name: str, studied: Studied, pending_id: int, by: int, lasts_s: float) -> Reply:
    """The photo with numbered faces, for the asker to say which one is meant."""
    assert studied.drawn is not None
    choices = [
        Choice(str(number + 1), "consent_pick", {"pending": pending_id, "face": number})
        for number in range(min(len(studied.faces), BUTTONS_AT_MOST))
    ]
    rows = [tuple(choices[i : i + BUTTONS_PER_ROW]) for i in range(0, len(choices), BUTTONS_PER_ROW)]
    cancel = Choice(texts.buttons.button_cancel(), "drop_consent_pick", {"pending": pending_id})
    keyboard = Keyboard((*rows, (cancel,)), by, lasts_s)
    return Reply(texts.enrolling.which_face(name), keyboard, (shown(studied.drawn),))


def waiting(name: str, photos: int, problems: Sequence[NotStored], *, awaits: bool) -> Reply | None:
    """To the asker: how many photos wait, what was wrong with others, and whether more are awaited."""
    lines = [not_stored(problem) for problem in problems]
    if photos:
        lines.append(texts.consent.waits_for_answer(name, photos))
    if awaits:
        lines.append(texts.consent.send_photos_to_wait(name))
    return Reply("\n".join(lines)) if lines else None
