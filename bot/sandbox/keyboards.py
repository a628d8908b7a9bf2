"""What Telegram accepts as reply_markup, checked."""

from __future__ import annotations

from typing import Any

from bot.sandbox.errors import bad_request

Json = dict[str, Any]

MAX_BUTTONS = 100
MAX_CALLBACK_BYTES = 64
ACTIONS = (
    "callback_data", "url", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
OTHER_MARKUPS = ("keyboard", "remove_keyboard", "force_reply")


def check_markup(markup: Json | None) -> Json | None:
    """The reply markup of a message that is sent; ApiError. An empty keyboard is none."""
    if not markup:
        return None
    if any(kind in markup for kind in OTHER_MARKUPS):
        return markup
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse reply keyboard markup JSON object")
    for row in rows:
        for button in row:
            _check_button(button)
    if sum(len(row) for row in rows) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": [row for row in rows if row]} if any(rows) else None


def inline_only(markup: Json | None) -> Json | None:
    """The part of a markup that is stored with the message: an inline keyboard."""
    return markup if markup and "inline_keyboard" in markup else None


def callback_data_of(message: Json) -> set[str]:
    """The callback data of all buttons under a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {button["callback_data"] for row in rows for button in row if "callback_data" in button}


def _check_button(button: Any) -> None:
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    if sum(action in button for action in ACTIONS) != 1:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
