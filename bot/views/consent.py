"""Asking a Telegram user whether they may be recognised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot import texts
from bot.replies import Choice, Keyboard, Reply
from bot.settings import DAY_S
from bot.usecases.enrol import NotStored, Open, Outcome, Whom
from bot.views.enrolling import refusals
from storage.links import LinkRow

# Buttons carry the messages until then.
DECIDE_S = 60 * 60.0


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


def is_it_you(whom: Whom, messages: Sequence[dict[str, Any]]) -> Reply:
    """To whoever said No and enrols somebody new: whether that is them; `messages` are put back then."""
    data = {"name": whom.name, "messages": list(messages)}
    rows = (
        (Choice(texts.consent.button_it_is_me(), "own_face", data),),
        (Choice(texts.consent.button_somebody_else(), "others_face", data),),
        (Choice(texts.buttons.button_cancel(), "drop_question"),),
    )
    return Reply(texts.consent.is_it_you(whom.name), Keyboard(rows, whom.by, DECIDE_S))


def waiting(name: str, photos: int, outcomes: Sequence[Outcome], *, awaits: bool) -> Reply:
    """To the asker: how many photos wait, what was wrong with others, and whether more are awaited."""
    lines = [refusals(outcomes)] if any(isinstance(one, NotStored) for one in outcomes) else []
    if photos:
        lines.append(texts.consent.waits_for_answer(name, photos))
    if awaits:
        lines.append(texts.consent.send_photos_to_wait(name))
    return Reply("\n".join(lines))
