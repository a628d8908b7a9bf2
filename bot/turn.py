"""One transaction for one update: what it changed, what is answered, and that it was answered.

Because the three are stored together, a crash leaves either all of them or none: nothing is done twice, and
no answer is lost. The outbox sends what was stored.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message, Update

from bot.replies import CAPTION_LIMIT, TEXT_LIMIT, Keyboard, Reply, Shown, pages
from bot.services import Services
from storage import buttons, chats, inbox, outbox
from storage.errors import StorageError
from storage.files import crops_in_use
from storage.outbox import Send

log = logging.getLogger(__name__)


class Address(msgspec.Struct, frozen=True):
    """Where an answer goes: the chat, the topic if it was written in one, the message it answers."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None

    def as_payload(self) -> dict[str, Any]:
        """The part of a send method's parameters that says where."""
        payload: dict[str, Any] = {"chat_id": self.chat_id}
        if self.thread_id is not None:
            payload["message_thread_id"] = self.thread_id
        if self.reply_to is not None:
            # The message may be deleted by the time we answer; the answer should still arrive.
            payload["reply_parameters"] = {
                "message_id": self.reply_to,
                "allow_sending_without_reply": True,
            }
        return payload


def address_of(message: Message) -> Address:
    """The address of an answer to this message."""
    thread = message.message_thread_id if message.is_topic_message else None
    return Address(message.chat_id, thread, message.message_id)


@dataclass
class Turn:
    """An open turn. `crops_to_delete` are removed from the photo store once the transaction is safe."""

    session: AsyncSession
    update_id: int | None
    now: float
    crops_to_delete: list[str] = field(default_factory=list)

    async def reply(self, to: Address, reply: Reply, *, answer_id: int | None = None) -> int:
        """Store an answer for the outbox, in as many messages as it needs; the first one's outbox id."""
        markup = await self._markup(to.chat_id, reply.keyboard)
        sends = self._sends(to, reply)
        # Buttons belong under the last message: that is where a person reads to. An album takes none.
        sends[-1].payload.update(markup)
        ids = [await outbox.put(self.session, send, self.now) for send in self._linked(sends, answer_id)]
        return ids[0]

    async def revise(self, message: Message, text: str, keyboard: Keyboard | None = None) -> None:
        """Edit one of our messages: its text or caption, and its buttons."""
        with_media = bool(message.effective_attachment)
        field_name, method = ("caption", "editMessageCaption") if with_media else ("text", "editMessageText")
        payload = {
            "chat_id": message.chat_id,
            "message_id": message.message_id,
            field_name: text,
            "parse_mode": "HTML",
            **await self._markup(message.chat_id, keyboard),
        }
        key = f"edit:{message.message_id}"
        send = Send(message.chat_id, method, payload, update_id=self.update_id, coalesce=key)
        await outbox.put(self.session, send, self.now)

    async def _markup(self, chat_id: int, keyboard: Keyboard | None) -> dict[str, Any]:
        if keyboard is None:
            return {}
        choices = [choice for row in keyboard.rows for choice in row]
        tokens = iter(
            await buttons.make(
                self.session,
                chat_id,
                keyboard.user_id,
                [(c.action, c.data) for c in choices],
                expires_at=self.now + keyboard.lasts_s,
            )
        )
        rows = [[{"text": c.label, "callback_data": next(tokens)} for c in row] for row in keyboard.rows]
        return {"reply_markup": {"inline_keyboard": rows}}

    def _sends(self, to: Address, reply: Reply) -> list[Send]:
        texts = pages(reply.text, TEXT_LIMIT)
        if not reply.pictures:
            return [self._text(to, text) for text in texts]
        if len(reply.text) <= CAPTION_LIMIT and (reply.keyboard is None or len(reply.pictures) == 1):
            return self._pictures(to, reply.pictures, reply.text)
        return [*self._pictures(to, reply.pictures, ""), *(self._text(to, text) for text in texts)]

    def _text(self, to: Address, text: str) -> Send:
        payload = {**to.as_payload(), "text": text, "parse_mode": "HTML"}
        return Send(to.chat_id, "sendMessage", payload, update_id=self.update_id)

    def _pictures(self, to: Address, pictures: Sequence[Shown], caption: str) -> list[Send]:
        if len(pictures) > 1 and all(picture.fits_photo for picture in pictures):
            return [self._album(to, pictures, caption)]
        return [
            self._picture(to, picture, caption if number == 0 else "")
            for number, picture in enumerate(pictures)
        ]

    def _picture(self, to: Address, picture: Shown, caption: str) -> Send:
        method, name = ("sendPhoto", "photo") if picture.fits_photo else ("sendDocument", "document")
        payload = {**to.as_payload(), "caption": caption, "parse_mode": "HTML"}
        files = {}
        if picture.file_id is not None:
            payload[name] = picture.file_id
        else:
            files[name] = str(picture.path)
        return Send(to.chat_id, method, payload, files=files, update_id=self.update_id)

    def _album(self, to: Address, pictures: Sequence[Shown], caption: str) -> Send:
        media: list[dict[str, Any]] = []
        files: dict[str, str] = {}
        for number, picture in enumerate(pictures):
            item = {"type": "photo", "media": picture.file_id or f"attach://picture{number}"}
            if number == 0:
                item |= {"caption": caption, "parse_mode": "HTML"}
            if picture.file_id is None:
                files[f"picture{number}"] = str(picture.path)
            media.append(item)
        payload = {**to.as_payload(), "media": media}
        return Send(to.chat_id, "sendMediaGroup", payload, files=files, update_id=self.update_id)

    def _linked(self, sends: Sequence[Send], answer_id: int | None) -> list[Send]:
        """The sends, the first of them tied to the answer that it shows."""
        first, *rest = sends
        tied = Send(
            first.chat_id,
            first.method,
            first.payload,
            files=first.files,
            update_id=first.update_id,
            answer_id=answer_id,
            coalesce=first.coalesce,
        )
        return [tied, *rest]


@asynccontextmanager
async def turn(services: Services, update: Update) -> AsyncIterator[Turn]:
    """Open the transaction that answers `update`; on leaving, everything in it is stored, or nothing is."""
    delivery = services.deliveries.get(update.update_id)
    now = time.time()
    async with services.database.begin() as session:
        if (chat := update.effective_chat) is not None:
            await chats.seen(session, chat.id, chat.type, chat.title or "", now)
        opened = Turn(session, update.update_id if delivery else None, now)
        yield opened
        for update_id in delivery.update_ids if delivery else ():
            await inbox.answered(session, update_id, now, services.intake.owner)
    if delivery is not None:
        delivery.outcome = "settled"
    services.outbox.wake()
    services.intake.wake()
    if opened.crops_to_delete:
        await _delete_unused(services, opened.crops_to_delete)


async def _delete_unused(services: Services, crops: Sequence[str]) -> None:
    """Crops are kept under their content's hash, so another face may still need the same file."""
    try:
        async with services.database.read() as session:
            used = await crops_in_use(session, crops)
        await services.photos.remove([crop for crop in crops if crop not in used])
    except StorageError as error:
        log.warning("crops are left for housekeeping to delete: %s", error)
