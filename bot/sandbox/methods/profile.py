"""Methods about the bot itself: getMe, updates, command menus, descriptions."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from bot.sandbox.call import Call
from bot.sandbox.errors import bad_request
from bot.sandbox.values import ADMINS, Chat, Json
from bot.sandbox.world import World

MAX_POLL_S = 50.0
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
MAX_COMMANDS = 100
MAX_COMMAND_DESCRIPTION = 256
MAX_DESCRIPTION = 512
MAX_SHORT_DESCRIPTION = 120
DEFAULT_SCOPE: Json = {"type": "default"}


async def get_me(world: World, call: Call) -> Json:
    return {
        **world.bot.as_user(),
        "can_join_groups": True,
        "can_read_all_group_messages": world.bot.can_read_all_group_messages,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_updates(world: World, call: Call) -> list[Json]:
    world.updates.allow(call.structure("allowed_updates", list[str]))
    timeout_s = min(max(call.integer("timeout"), 0), MAX_POLL_S)
    return await world.updates.get(call.integer("offset"), call.integer("limit", 100), timeout_s)


async def delete_webhook(world: World, call: Call) -> bool:
    if call.flag("drop_pending_updates"):
        world.updates.pending.clear()
    return True


async def get_webhook_info(world: World, call: Call) -> Json:
    waiting = len(world.updates.pending)
    return {"url": "", "has_custom_certificate": False, "pending_update_count": waiting}


async def set_my_commands(world: World, call: Call) -> bool:
    commands = call.structure("commands", list[dict[str, str]]) or []
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(command.get("command", "").removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= MAX_COMMAND_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    await delete_my_commands(world, call)
    world.bot.commands.append((*_menu(call), commands))
    return True


async def get_my_commands(world: World, call: Call) -> list[Json]:
    scope, language = _menu(call)
    return commands_of(world, scope, language)


async def delete_my_commands(world: World, call: Call) -> bool:
    menu = _menu(call)
    world.bot.commands = [entry for entry in world.bot.commands if entry[:2] != menu]
    return True


async def set_my_description(world: World, call: Call) -> bool:
    text = call.text("description")
    if len(text) > MAX_DESCRIPTION:
        raise bad_request("BOT_DESCRIPTION_INVALID")
    world.bot.descriptions[call.text("language_code")] = text
    return True


async def get_my_description(world: World, call: Call) -> Json:
    return {"description": _by_language(world.bot.descriptions, call)}


async def set_my_short_description(world: World, call: Call) -> bool:
    text = call.text("short_description")
    if len(text) > MAX_SHORT_DESCRIPTION:
        raise bad_request("BOT_SHORT_DESCRIPTION_INVALID")
    world.bot.short_descriptions[call.text("language_code")] = text
    return True


async def get_my_short_description(world: World, call: Call) -> Json:
    return {"short_description": _by_language(world.bot.short_descriptions, call)}


def commands_of(world: World, scope: str, language: str) -> list[Json]:
    """The menu that was set for exactly this scope and language."""
    return next((menu for *key, menu in world.bot.commands if key == [scope, language]), [])


def menu_for(world: World, chat: Chat, user_id: int) -> list[Json]:
    """The menu that a person sees in a chat, by the order of
    https://core.telegram.org/bots/api#determining-list-of-commands
    """
    own: list[Json] = [{"type": "chat", "chat_id": chat.id}]
    if chat.private:
        scopes = [*own, {"type": "all_private_chats"}, DEFAULT_SCOPE]
    else:
        member = [{"type": "chat_member", "chat_id": chat.id, "user_id": user_id}]
        for_admins = chat.status(user_id) in ADMINS
        admins = [{"type": "chat_administrators", "chat_id": chat.id}] if for_admins else []
        all_admins: list[Json] = [{"type": "all_chat_administrators"}] if for_admins else []
        scopes = [*member, *admins, *own, *all_admins, {"type": "all_group_chats"}, DEFAULT_SCOPE]
    menus = (commands_of(world, _key(scope), language) for scope in scopes for language in ("en", ""))
    return next((menu for menu in menus if menu), [])


def _menu(call: Call) -> tuple[str, str]:
    scope = call.structure("scope", dict[str, Any]) or DEFAULT_SCOPE
    return _key(scope), call.text("language_code")


def _key(scope: Json) -> str:
    return msgspec.json.encode(scope, order="deterministic").decode()


def _by_language(texts: dict[str, str], call: Call) -> str:
    return texts.get(call.text("language_code")) or texts.get("", "")
