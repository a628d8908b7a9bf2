"""The control API: what the page and the tests use to be people, and to watch the bot."""

from __future__ import annotations

from starlette.routing import Route

from bot.sandbox.control import chatting, people, watching

ROUTES = [
    Route("/sandbox/state", people.state),
    Route("/sandbox/bot", people.change_bot, methods=["POST"]),
    Route("/sandbox/users", people.add_user, methods=["POST"]),
    Route("/sandbox/users/{user_id}/block", people.block_bot, methods=["POST"]),
    Route("/sandbox/chats", people.add_chat, methods=["POST"]),
    Route("/sandbox/chats/{chat_id}/topics", people.add_topic, methods=["POST"]),
    Route("/sandbox/chats/{chat_id}/membership", people.set_membership, methods=["POST"]),
    Route("/sandbox/chats/{chat_id}/migrate", people.migrate_chat, methods=["POST"]),
    Route("/sandbox/chats/{chat_id}/messages", chatting.post_message, methods=["POST"]),
    Route("/sandbox/chats/{chat_id}/messages", chatting.history),
    Route("/sandbox/chats/{chat_id}/commands", chatting.command_menu),
    Route("/sandbox/chats/{chat_id}/press", chatting.press_button, methods=["POST"]),
    Route("/sandbox/chats/{chat_id}/edit", chatting.edit_message, methods=["POST"]),
    Route("/sandbox/chats/{chat_id}/delete", chatting.delete_message, methods=["POST"]),
    Route("/sandbox/files/{unique_id}", chatting.file_bytes),
    Route("/sandbox/events", watching.events),
    Route("/sandbox/stream", watching.stream),
    Route("/sandbox/traffic", watching.traffic),
    Route("/sandbox/faults", watching.list_faults),
    Route("/sandbox/faults", watching.add_fault, methods=["POST"]),
    Route("/sandbox/faults", watching.clear_faults, methods=["DELETE"]),
    Route("/sandbox/updates", watching.push_update, methods=["POST"]),
]
