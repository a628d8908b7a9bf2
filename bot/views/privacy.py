"""What is kept, and what goes when somebody leaves."""

from __future__ import annotations

from bot import texts
from bot.replies import Choice, Keyboard, Reply
from bot.usecases.forget_me import Going
from bot.usecases.privacy import Terms

# Long enough to read what goes.
DECIDE_S = 60 * 60.0


def privacy(terms: Terms) -> Reply:
    """What holds in this chat, from the settings in force."""
    lines = [
        texts.privacy_title(),
        texts.privacy_photos(),
        texts.privacy_people(texts.duration(terms.undo_s)),
        texts.privacy_scope(),
        texts.privacy_waiting(texts.duration(terms.waiting_s), texts.duration(terms.gathering_s)),
        texts.privacy_answers(texts.duration(terms.answers_s)),
        texts.privacy_strangers(texts.duration(terms.strangers_s) if terms.strangers_s is not None else None),
        texts.privacy_denials(terms.denials),
        texts.privacy_refusals(terms.refusals),
        texts.privacy_updates(texts.duration(terms.updates_s)),
        *(_group_lines(terms) if terms.is_group else ()),
        texts.privacy_language(terms.language),
        texts.privacy_where(),
        texts.privacy_owner(_owners(terms), terms.access),
    ]
    text = "\n".join([lines[0], *(f"• {line}" for line in lines[1:]), texts.privacy_ways_out()])
    return Reply(text)


def _group_lines(terms: Terms) -> tuple[str, ...]:
    return texts.privacy_tagging(terms.tagging), texts.privacy_left(texts.duration(terms.left_s))


def _owners(terms: Terms) -> str:
    called = [texts.owner_number(number) for number in range(1, len(terms.owners) + 1)]
    return ", ".join(map(texts.mention, terms.owners, called))


def forget_me(going: Going, by: int) -> Reply:
    """What goes, and the button that does it."""
    lines = [texts.forget_me_title()]
    lines += [texts.forget_me_person(name, chat, faces) for name, chat, faces in going.people]
    lines += [] if going.people else [texts.forget_me_nobody()]
    lines += [texts.forget_me_own_chat(going.own_people), texts.forget_me_rest()]
    yes = Choice(texts.button_forget_me(), "forget_me")
    no = Choice(texts.button_cancel(), "keep_me")
    return Reply("\n".join(lines), Keyboard(((yes,), (no,)), by, DECIDE_S))
