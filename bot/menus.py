"""The command menus that Telegram's apps show: in private chats, to a group's members, and to its admins."""

from __future__ import annotations

import logging

from telegram import (
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot import texts
from bot.languages import LANGUAGES, WRITTEN_IN, speaking

log = logging.getLogger(__name__)

ABOUT_ME = ("mydata", "forgetme", "privacy")
PRIVATE = (
    "enroll", "done", "cancel", "people", "find", "unknown", "rename", "merge", "forget",
    "label", "labels", "train", "models", "teach", "settings", *ABOUT_ME, "status", "help", "start",
)  # fmt: skip
GROUP = (
    "who",
    "enroll",
    "people",
    "find",
    "unknown",
    "forget",
    "label",
    "labels",
    "teach",
    "done",
    "cancel",
    *ABOUT_ME,
    "status",
    "help",
)
ADMINS = (
    "who", "enroll", "people", "find", "unknown", "rename", "merge", "forget", "tagging",
    "label", "labels", "train", "models", "teach", "settings", "done", "cancel", *ABOUT_ME, "status", "help",
)  # fmt: skip
SCOPES = (
    (PRIVATE, BotCommandScopeAllPrivateChats()),
    (GROUP, BotCommandScopeAllGroupChats()),
    (ADMINS, BotCommandScopeAllChatAdministrators()),
)


async def publish(bot: ExtBot[None]) -> None:
    """Set the menus; without them the commands work all the same, so a failure is only logged."""
    for language in LANGUAGES:
        for names, scope in SCOPES:
            with speaking(language):
                commands = [BotCommand(name, texts.start.command(name)) for name in names]
            # The menu without a language is for everybody whose own language has none.
            code = None if language == WRITTEN_IN else language
            try:
                await bot.set_my_commands(commands, scope=scope, language_code=code)
            except TelegramError as error:
                log.warning("the command menu could not be set: %s", error)
