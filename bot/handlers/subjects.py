"""Whom an `/enroll` is about: a Telegram user, or a person by name."""

from __future__ import annotations

from telegram import Message, MessageEntity, MessageOriginUser
from telegram import User as TelegramUser
from telegram.ext import filters

from bot.commands import parse
from bot.handlers.incoming import picture_in
from bot.handlers.matching import command_in
from bot.usecases.asking import Subject

ME = "me"


class _EnrolsAUser(filters.MessageFilter):
    """`/enroll` that names a Telegram user, or replies to one who shows no picture."""

    def filter(self, message: Message) -> bool:
        command = command_in(message)
        return command is not None and command.name == "enroll" and subject_in(message) is not None


ENROLS_A_USER = _EnrolsAUser("EnrolsAUser")


def subject_in(message: Message) -> Subject | None:
    """The Telegram user that an `/enroll` is about; None where it is about a person without Telegram."""
    command = parse(message.text or message.caption)
    arguments = command.arguments if command else ""
    first, _, rest = arguments.partition(" ")
    if message.from_user is not None and first.casefold() == ME:
        user = message.from_user
        return Subject(rest.strip() or user.first_name, user.id, user.username or "", user.first_name)
    mentioned = _mentioned_in(message)
    if mentioned is not None:
        user, words = mentioned
        own_name = arguments.replace(words, "", 1).strip()
        return Subject(own_name or user.first_name, user.id, called=user.first_name)
    if first.startswith("@") and len(first) > 1:
        return Subject(rest.strip() or first[1:], username=first[1:])
    return _replied_to(message, arguments)


def _mentioned_in(message: Message) -> tuple[TelegramUser, str] | None:
    """Somebody who has no username, and how they are called in the text."""
    kinds: list[str | None] = [MessageEntity.TEXT_MENTION]
    found = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    return next(((entity.user, words) for entity, words in found.items() if entity.user), None)


def _replied_to(message: Message, arguments: str) -> Subject | None:
    """Whose message a message without pictures replies to, if they are another person and it has none."""
    replied = message.reply_to_message
    if replied is None or picture_in(message) or picture_in(replied) or replied.forum_topic_created:
        return None
    author = replied.from_user
    if author is None or author.is_bot or replied.sender_chat or author == message.from_user:
        return None
    return Subject(arguments or author.first_name, author.id, called=author.first_name)


def authors_in(message: Message) -> dict[int, str]:
    """Whose photo a message teaches from, if it is somebody else's: the user's id, and their first name.

    That is who sent the photo that it replies to, or from whom that one, or its own, was forwarded; nobody
    where Telegram does not say.
    """
    shown = message if picture_in(message) else message.reply_to_message
    if shown is None or picture_in(shown) is None:
        return {}
    author = shown.from_user if shown.sender_chat is None else None
    if shown.forward_origin is not None:
        origin = shown.forward_origin
        author = origin.sender_user if isinstance(origin, MessageOriginUser) else None
    if author is None or author.is_bot or author == message.from_user:
        return {}
    return {author.id: author.first_name}
