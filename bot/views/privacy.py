"""What is kept, and what goes when somebody leaves."""

from __future__ import annotations

from collections.abc import Sequence

from bot import texts
from bot.replies import Choice, Keyboard, Reply
from bot.usecases.forget_me import Going
from bot.usecases.privacy import Terms
from storage.retiring import Named

# Long enough to read what goes.
DECIDE_S = 60 * 60.0


def privacy(terms: Terms) -> Reply:
    """What holds in this chat, from the settings in force."""
    lines = [
        texts.privacy.title(),
        texts.privacy.photos(terms.labelled, texts.privacy.duration(terms.undo_s)),
        texts.privacy.models(terms.models),
        texts.privacy.people(texts.privacy.duration(terms.undo_s)),
        texts.privacy.scope(),
        texts.privacy.waiting(
            texts.privacy.duration(terms.waiting_s),
            texts.privacy.duration(terms.gathering_s),
            texts.privacy.duration(terms.album_s),
        ),
        texts.privacy.answers(texts.privacy.duration(terms.answers_s)),
        texts.privacy.strangers(
            texts.privacy.duration(terms.strangers_s) if terms.strangers_s is not None else None
        ),
        texts.privacy.denials(terms.denials),
        texts.privacy.refusals(terms.refusals, texts.privacy.duration(terms.usernames_s)),
        texts.privacy.updates(texts.privacy.duration(terms.updates_s)),
        *(_group_lines(terms) if terms.is_group else ()),
        texts.privacy.language(terms.language),
        texts.privacy.where(),
        texts.privacy.owner(_owners(terms), terms.access),
    ]
    text = "\n".join([lines[0], *(f"• {line}" for line in lines[1:]), texts.privacy.ways_out()])
    return Reply(text)


def _group_lines(terms: Terms) -> tuple[str, ...]:
    return texts.privacy.tagging(terms.tagging), texts.privacy.left(texts.privacy.duration(terms.left_s))


def _owners(terms: Terms) -> str:
    called = [texts.privacy.owner_number(number) for number in range(1, len(terms.owners) + 1)]
    return ", ".join(map(texts.names.mention, terms.owners, called))


def forget_me(going: Going, by: int) -> Reply:
    """What goes, and the button that does it."""
    lines = [texts.privacy.forget_me_title()]
    lines += [texts.privacy.forget_me_person(name, chat, faces) for name, chat, faces in going.people]
    lines += [] if going.people else [texts.privacy.forget_me_nobody()]
    lines += [texts.privacy.forget_me_photos(going.photos)] if going.photos else []
    lines += [texts.privacy.forget_me_models(models_of(going.models))] if going.models else []
    lines += [texts.privacy.forget_me_own_chat(going.own_people), texts.privacy.forget_me_rest()]
    yes = Choice(texts.privacy.button_forget_me(), "forget_me")
    no = Choice(texts.buttons.button_cancel(), "keep_me")
    return Reply("\n".join(lines), Keyboard(((yes,), (no,)), by, DECIDE_S))


def forgotten_you(models: Sequence[Named]) -> str:
    """That it is done, and which models are gone with it."""
    return texts.privacy.forgotten_you(models_of(models))


def models_of(models: Sequence[Named]) -> str:
    """Models of several chats, by their names."""
    return ", ".join(texts.teaching.model_in(model.kind, model.version, model.chat) for model in models)
