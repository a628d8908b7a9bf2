"""Answers that nobody asked for, where more come than a group should get: several become one message."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Chat, Message

from bot import views
from bot.handlers.correcting import said_in
from bot.replies import TEXT_LIMIT, Reply, length
from bot.turn import Address, Turn, address_of
from bot.usecases.mentions import mentions
from bot.usecases.recognise import Asked, Said, Told, remember
from bot.usecases.refresh import recognition_of
from storage import answers, outbox
from storage.outbox import Waiting

# Fewer than this waiting are sent within seconds, each as a reply to its photo.
CROWD = 3
# As many as an album may have; more make a message that nobody reads to its end.
MOST_PHOTOS = 10


def key(to: Address, reply_id: int) -> str:
    """The outbox key of an answer that others may be folded into."""
    return f"{_prefix(to)}{reply_id}"


async def to_fold_into(turn: Turn, message: Message) -> Waiting | None:
    """The answer that more photos should join; None where they get one of their own.

    Only where messages have addresses: else nobody could tell which of the photos is meant.
    """
    to = address_of(message)
    if message.chat.type != Chat.SUPERGROUP or await outbox.unsent(turn.session, to.chat_id) < CROWD:
        return None
    return await outbox.last_waiting(turn.session, to.chat_id, _prefix(to))


async def fold(
    turn: Turn, message: Message, waiting: Waiting, asked: Sequence[Asked], told: Sequence[Told]
) -> bool:
    """Replace an answer that waits by one to its photos and these, in words alone; False where it is full."""
    reply_id, chat_id = waiting.reply_id, message.chat_id
    rows = await answers.of_reply(turn.session, reply_id)
    seen = [*map(recognition_of, rows), *(one.recognition for one in told)]
    message_ids = [*(row.message_id for row in rows), *(message.message_id for _ in told)]
    links = views.photos.links(chat_id, message_ids)
    words = views.photos.words(seen, await mentions(turn.session, chat_id), links)
    if len(seen) > MOST_PHOTOS or length(words) > TEXT_LIMIT:
        return False
    said = Said(turn.update_id or 0, message.message_id, reply_id, position=len(rows) + 1)
    ids = [*(row.id for row in rows), *await remember(turn.session, asked, told, said)]
    keyboard = views.correcting.keyboard(await said_in(turn.session, reply_id))
    to = Address(chat_id, address_of(message).thread_id)
    await turn.reply(to, Reply(words, keyboard), reply_id=reply_id, answer_ids=ids, coalesce=waiting.key)
    return True


def _prefix(to: Address) -> str:
    return f"tag:{to.thread_id or 0}:"
