"""Filters for commands, in texts and captions alike, and for pictures."""

from __future__ import annotations

from telegram import Message
from telegram.ext import filters

from bot.commands import Command, parse


def command_in(message: Message) -> Command | None:
    """The command a message is, if this bot is meant by it."""
    command = parse(message.text or message.caption)
    return command if command and command.is_for(message.get_bot().username) else None


class CommandIs(filters.MessageFilter):
    """Messages that are this command, in any case, with or without our @username."""

    def __init__(self, name: str) -> None:
        super().__init__(f"CommandIs({name})")
        self._command = name

    def filter(self, message: Message) -> bool:
        command = command_in(message)
        return command is not None and command.name == self._command


class _AnyCommand(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        return command_in(message) is not None


class _ReplyToUs(filters.MessageFilter):
    def filter(self, message: Message) -> bool:
        replied = message.reply_to_message
        sender = replied.from_user if replied is not None else None
        return sender is not None and sender.id == message.get_bot().id


ANY_COMMAND = _AnyCommand("AnyCommand")
REPLY_TO_US = _ReplyToUs("ReplyToUs")
# A GIF comes as an animation with a document beside it.
PICTURE = filters.PHOTO | (filters.Document.ALL & ~filters.ANIMATION)
