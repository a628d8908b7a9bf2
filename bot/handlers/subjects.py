"""Whom an `/enroll` is about: a Telegram user, or a person by name."""

from __future__ import annotations

import re

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Chat, Message, MessageEntity, MessageOriginUser
from telegram import User as TelegramUser
from telegram.ext import filters

from bot.commands import parse
from bot.handlers.incoming import picture_in
from bot.handlers.matching import command_in
from bot.settings import Settings
from bot.usecases.asking import check_named
from bot.usecases.subjects import Subject, User

ME = "me"
# Not what is written into a word, such as an address.
USERNAME = re.compile(r"(?<!\w)@(?P<username>\w+)")


class _EnrolsAUser(filters.MessageFilter):
    """`/enroll` that names a Telegram user, or replies to one who shows no picture."""

    def filter(self, message: Message) -> bool:
        command = command_in(message)
        return command is not None and command.name == "enroll" and subject_in(message) is not None


ENROLS_A_USER = _EnrolsAUser("EnrolsAUser")


def user_of(user: TelegramUser) -> User:
    """A Telegram user, as use cases know them."""
    return User(user.id, user.username or "", user.first_name, user.last_name or "")


def subject_in(message: Message) -> Subject | None:
    """The Telegram user that an `/enroll` is about; None where it is about a person without Telegram."""
    command = parse(message.text or message.caption)
    arguments = command.arguments if command else ""
    first, _, rest = arguments.partition(" ")
    if message.from_user is not None and first.casefold() == ME:
        return myself(message.from_user, rest.strip())
    return mentioned_in(message, arguments) or _replied_to(message, arguments)


def myself(user: TelegramUser, name: str) -> Subject:
    """Whoever enrols themselves, under a name of their own or as Telegram calls them."""
    return Subject(name or user.first_name, user.id, user.username or "", user.first_name)


def mentioned_in(message: Message, words: str) -> Subject | None:
    """The Telegram user whom `words`, a part of a message's text, mention; the rest of them is the name.

    Somebody without a username is mentioned by a link, which says who it is.
    """
    for called, user in _linked_in(message).items():
        if called in words:
            return Subject(_without(words, called) or user.first_name, user.id, called=user.first_name)
    found = USERNAME.search(words)
    if found is None:
        return None
    name, username = _without(words, found.group()), found["username"]
    return Subject(name or username, username=username, is_nameless=not name)


def _linked_in(message: Message) -> dict[str, TelegramUser]:
    """The users whom links in a text say, by the words that are the links."""
    kinds: list[str | None] = [MessageEntity.TEXT_MENTION]
    links = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    return {called: entity.user for entity, called in links.items() if entity.user is not None}


async def name_given(
    session: AsyncSession, settings: Settings, message: Message, name: str, now: float
) -> str:
    """The name that a message gives to a face: as it says, or as a user whom it mentions is called there.

    `name` has no sign before a username. Raises Refused, HasToBeAsked. Nobody can be asked in a private chat,
    and nobody has said No there.
    """
    if message.chat.type == Chat.PRIVATE:
        return name
    signed = {found["username"]: found.group() for found in USERNAME.finditer(message.text or "")}
    subject = mentioned_in(message, " ".join(signed.get(word, word) for word in name.split()))
    return name if subject is None else await check_named(session, settings, message.chat_id, subject, now)


def _without(words: str, mention: str) -> str:
    return " ".join(words.replace(mention, "", 1).split())


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
    """Whose photo a message teaches from, if it is somebody else's: the user's id, and their first name."""
    author = author_of(message)
    return {author.id: author.first_name} if author is not None and author != message.from_user else {}


def author_of(message: Message) -> TelegramUser | None:
    """Whose photo a message shows, or replies to; None where Telegram does not say.

    That is who sent it, or from whom it was forwarded.
    """
    shown = message if picture_in(message) else message.reply_to_message
    if shown is None or picture_in(shown) is None:
        return None
    author = shown.from_user if shown.sender_chat is None else None
    if shown.forward_origin is not None:
        origin = shown.forward_origin
        author = origin.sender_user if isinstance(origin, MessageOriginUser) else None
    return author if author is not None and not author.is_bot else None
