"""What came with an update: its message, its pictures, who sent it."""

from __future__ import annotations

from telegram import Bot, Message, Update

from bot.context import GlanceContext
from bot.usecases.ports import Picture


def message_of(update: Update) -> Message:
    """The message an update is about; handlers for messages are only called with one."""
    message = update.effective_message
    assert message is not None
    return message


def sender_of(update: Update) -> int:
    """Who acts: a user's id, or that of the chat in whose name an anonymous admin or a channel writes."""
    sender = update.effective_sender
    return sender.id if sender is not None else 0


def presser_of(update: Update) -> int | None:
    """Who alone may press the buttons of an answer; None, for anybody, where nobody knows who asked."""
    message = message_of(update)
    return sender_of(update) if message.sender_chat is None else None


def picture_in(message: Message | None) -> Picture | None:
    """The picture of a message: a photo's largest size, or a document, whatever it claims to be."""
    if message is None:
        return None
    if message.photo:
        largest = message.photo[-1]
        return Picture(largest.file_id, largest.file_unique_id, largest.file_size or 0, message.message_id)
    # A GIF comes as an animation with a document beside it; it is not a picture file that somebody sent.
    if message.document and not message.animation:
        document = message.document
        return Picture(document.file_id, document.file_unique_id, document.file_size or 0, message.message_id)
    return None


def messages_of(update: Update, context: GlanceContext) -> list[Message]:
    """The update's message, or those of its whole album, in order."""
    bot: Bot = context.bot
    return [Message.de_json(raw["message"], bot) for raw in context.delivery(update).raw if "message" in raw]


def pictures_of(update: Update, context: GlanceContext) -> list[Picture]:
    """The update's pictures: one, or its whole album's in order, or that of the message it replies to."""
    found = [picture for message in messages_of(update, context) if (picture := picture_in(message))]
    if found:
        return found
    replied = picture_in(message_of(update).reply_to_message)
    return [replied] if replied else []
