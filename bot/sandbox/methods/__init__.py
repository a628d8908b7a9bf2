"""The Bot API methods that the sandbox knows, by their names in lower case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.sandbox.call import Call
from bot.sandbox.methods import chats, editing, profile, sending
from bot.sandbox.world import World

Method = Callable[[World, Call], Awaitable[Any]]

METHODS: Mapping[str, Method] = {
    "getme": profile.get_me,
    "getupdates": profile.get_updates,
    "deletewebhook": profile.delete_webhook,
    "getwebhookinfo": profile.get_webhook_info,
    "setmycommands": profile.set_my_commands,
    "getmycommands": profile.get_my_commands,
    "deletemycommands": profile.delete_my_commands,
    "setmydescription": profile.set_my_description,
    "getmydescription": profile.get_my_description,
    "setmyshortdescription": profile.set_my_short_description,
    "getmyshortdescription": profile.get_my_short_description,
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "senddocument": sending.send_document,
    "sendmediagroup": sending.send_media_group,
    "copymessage": sending.copy_message,
    "forwardmessage": sending.forward_message,
    "editmessagetext": editing.edit_message_text,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagemedia": editing.edit_message_media,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "deletemessage": editing.delete_message,
    "answercallbackquery": editing.answer_callback_query,
    "sendchataction": chats.send_chat_action,
    "setmessagereaction": chats.set_message_reaction,
    "getfile": chats.get_file,
    "getchat": chats.get_chat,
    "getchatmember": chats.get_chat_member,
    "getchatadministrators": chats.get_chat_administrators,
    "getchatmembercount": chats.get_chat_member_count,
    "leavechat": chats.leave_chat,
}

# What counts towards the sending rates: new messages and edits, not signs of life, reads or deletions.
COUNTED = frozenset({
    "sendmessage", "sendphoto", "senddocument", "sendmediagroup", "copymessage", "forwardmessage",
    "editmessagetext", "editmessagecaption", "editmessagemedia", "editmessagereplymarkup",
})  # fmt: skip


def messages_in(call: Call) -> int:
    """How many messages a call counts for: an album counts each of its items."""
    if call.method.lower() != "sendmediagroup":
        return 1
    return max(len(call.structure("media", list[dict[str, Any]]) or []), 1)
