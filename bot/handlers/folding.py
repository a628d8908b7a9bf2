"""Answers that nobody asked for, where more come than a group should get: several become one message."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Message

from bot import views
from bot.handlers.wording import said_in
from bot.replies import TEXT_LIMIT, Reply, length
from bot.turn import Address, Turn, address_of
from bot.usecases.mentions import mentions
from bot.usecases.recognise import Asked, Said, Told, remember
from bot.usecases.refresh import recognition_of
from storage import answers, replies, sending

# Fewer messages than this waiting are sent within seconds.
CROWD = 3
# Of the twenty messages that Telegram allows a group in a minute (`bot.rates`), those with which what nobody
# asked for may fill it: an album of ten, and its words. The others are for whoever asks.
MINUTE_S = 60.0
MOST_IN_A_MINUTE = 12
# Photos, or albums; more make a message that nobody reads to its end.
MOST_ANSWERED = 10


def key(to: Address, reply_id: int) -> str:
    """The outbox key of an answer that others may be folded into."""
    return f"{_prefix(to)}{reply_id}"


async def has_room(turn: Turn, message: Message, pictures: int) -> bool:
    """Whether a group can take so many pictures and words about them, and is not shown much already."""
    ahead = await sending.messages_ahead(turn.session, message.chat_id)
    lately = await sending.messages_since(turn.session, message.chat_id, turn.now - MINUTE_S)
    count = pictures + 1 if pictures > 1 else 1
    return ahead < CROWD and lately + ahead + count <= MOST_IN_A_MINUTE


async def fold(turn: Turn, message: Message, asked: Sequence[Asked], told: Sequence[Told]) -> bool:
    """Replace the last answer that waits by one to its photos and these; False where none has room.

    It replies to the first of the photos, and they stand in the order in which they came: where messages have
    no addresses, that is how people know which photo is meant.
    """
    to, chat_id = address_of(message), message.chat_id
    waiting = await sending.last_waiting(turn.session, chat_id, _prefix(to))
    if waiting is None:
        return False
    rows = await answers.of_reply(turn.session, waiting.reply_id)
    seen = [(row.message_id, recognition_of(row)) for row in rows]
    seen += [(one.picture.message_id or message.message_id, one.recognition) for one in told]
    seen.sort(key=lambda one: one[0])
    message_ids = [message_id for message_id, _ in seen]
    words = views.photos.words_apart(
        [recognition for _, recognition in seen],
        await mentions(turn.session, chat_id),
        views.photos.links(chat_id, message_ids),
    )
    if len({row.update_id for row in rows}) >= MOST_ANSWERED or length(words) > TEXT_LIMIT:
        return False
    said = Said(turn.update_id or 0, message.message_id, waiting.reply_id, position=len(rows) + 1)
    ids = [*(row.id for row in rows), *await remember(turn.session, asked, told, said)]
    await answers.sort(turn.session, waiting.reply_id)
    await replies.widen(turn.session, waiting.reply_id)
    keyboard = views.correcting.keyboard(await said_in(turn.session, waiting.reply_id))
    to_first = Address(chat_id, to.thread_id, message_ids[0])
    reply = Reply(words, keyboard)
    await turn.reply(to_first, reply, reply_id=waiting.reply_id, answer_ids=ids, coalesce=waiting.key)
    return True


def _prefix(to: Address) -> str:
    return f"tag:{to.thread_id or 0}:"
