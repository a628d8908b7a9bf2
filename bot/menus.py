"""The command menus that Telegram's clients show: one for private chats, one for groups."""

from __future__ import annotations

import logging

from telegram import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot import texts

log = logging.getLogger(__name__)

PRIVATE = ("start", "help", "enroll", "done", "cancel", "people", "rename", "merge", "forget", "status")
GROUP = ("who", "enroll", "people", "rename", "merge", "forget", "help", "status")


async def publish(bot: ExtBot[None]) -> None:
    """Set the menus; without them the commands work all the same, so a failure is only logged."""
    scopes = ((PRIVATE, BotCommandScopeAllPrivateChats()), (GROUP, BotCommandScopeAllGroupChats()))
    for names, scope in scopes:
        commands = [BotCommand(name, texts.COMMANDS[name]) for name in names]
        try:
            await bot.set_my_commands(commands, scope=scope)
        except TelegramError as error:
            log.warning("the command menu could not be set: %s", error)
