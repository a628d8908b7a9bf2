"""/settings: one message, edited as one goes through it."""

from __future__ import annotations

from collections.abc import Sequence

from bot import texts
from bot.replies import Choice, Keyboard, Reply
from bot.settings import DAY_S
from bot.usecases.chat_settings import STRICTNESS, ChatSettings, Key, Value, keys
from bot.views.people import MENU_S

CHOSEN = "✓"


def overview(chat: ChatSettings, by: int) -> Reply:
    """Every setting as it is, a button for each."""
    lines = [texts.settings.title()]
    lines += [texts.settings.setting_line(key, said(key, chat.value(key))) for key in keys(chat)]
    rows = [(Choice(texts.settings.setting(key), "settings_open", {"key": key}),) for key in keys(chat)]
    done = Choice(texts.settings.button_done(), "settings_done")
    return Reply("\n".join(lines), Keyboard((*rows, (done,)), by, MENU_S))


def closed(chat: ChatSettings) -> str:
    """The settings without buttons."""
    return overview(chat, by=0).text


def one(chat: ChatSettings, key: Key, choices: Sequence[Value], strangers_s: float, by: int) -> Reply:
    """One setting: what it does, and what it can be."""
    lines = [f"<b>{texts.settings.setting(key)}</b>", texts.settings.setting_explained(key)]
    if key == "strictness":
        lines += [texts.settings.strictness_explained(value) for value in STRICTNESS]
    if key == "strangers":
        lines.append(texts.settings.strangers_kept_for(texts.privacy.duration(strangers_s)))
    current = chat.value(key)
    options = tuple(
        Choice(_marked(said(key, value), value == current), "settings_set", {"key": key, "value": value})
        for value in choices
    )
    back = Choice(texts.people.button_back(), "settings_back")
    return Reply("\n".join(lines), Keyboard((options, (back,)), by, MENU_S))


def said(key: Key, value: Value) -> str:
    """A setting's value in words."""
    if isinstance(value, bool):
        return texts.settings.switch(value)
    if isinstance(value, int):
        return texts.privacy.duration(value * DAY_S)
    return texts.settings.strictness(str(value)) if key == "strictness" else texts.settings.language(value)


def _marked(label: str, is_current: bool) -> str:
    return f"{CHOSEN} {label}" if is_current else label
