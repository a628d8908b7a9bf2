"""One transaction for one update: what it changed, what is answered, and that it was answered.

Because the three are stored together, a crash leaves either all of them or none: nothing is done twice, and
no answer is lost. The outbox sends what was stored.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message, Update

from bot.edits import Edit, send_for
from bot.replies import Keyboard, Reply
from bot.sends import linked, sends_for
from bot.services import Services
from storage import buttons, chats, deletion, inbox, jobs, outbox
from storage.errors import StorageError
from storage.jobs import JobRow
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
    """An open turn. Once it is stored, the files `crops_to_delete` go, unless a row needs them.

    They are named by their addresses (see `storage.files`).

    `is_job`: nobody waits for what it edits. `leaves_no_trace`: what it deleted was promised to be gone, so
    that the database is written anew.
    """

    session: AsyncSession
    update_id: int | None
    now: float
    is_job: bool = False
    crops_to_delete: list[str] = field(default_factory=list)
    leaves_no_trace: bool = False

    async def reply(
        self,
        to: Address,
        reply: Reply,
        *,
        reply_id: int | None = None,
        answer_ids: Sequence[int] = (),
        coalesce: str | None = None,
    ) -> int:
        """Store an answer for the outbox, in as many messages as it needs; the first one's outbox id.

        `reply_id`: what is said is the reply of that id (`storage.replies`). `answer_ids`: the answers that
        the pictures show, one each and in their order, or that the text is about where there are none.
        `coalesce`: it takes the place of what waits under that key; only what is one message can.
        """
        markup = _forced(reply.hint) or await self._markup(to.chat_id, reply.keyboard)
        sends = linked(sends_for(reply, to.as_payload()), reply_id, answer_ids)
        # Buttons belong under the last message: that is where a person reads to. An album takes none.
        sends[-1].payload.update(markup)
        if len(sends) == 1:
            sends = [msgspec.structs.replace(sends[0], coalesce=coalesce)]
        ids = [await self._put(send) for send in sends]
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
        await self._put(Send(message.chat_id, method, payload, coalesce=key))

    async def revise_sent(self, chat_id: int, outbox_id: int, text: str, keyboard: Keyboard | None) -> None:
        """Edit the message of an earlier call, by its outbox id: it need not be sent yet."""
        payload = {
            "chat_id": chat_id,
            "text": text,
            "parse_mode": "HTML",
            **await self._markup(chat_id, keyboard),
        }
        key = f"sent:{outbox_id}"
        await self._put(Send(chat_id, "editMessageText", payload, edits=outbox_id, coalesce=key))

    async def edit(self, chat_id: int, edit: Edit) -> None:
        """Edit one of our messages, known by its id; in a job, once nothing else waits for the chat."""
        send = send_for(chat_id, edit, await self._markup(chat_id, edit.keyboard))
        await self._put(msgspec.structs.replace(send, patient=self.is_job))

    async def reply_file(self, to: Address, file: Path, name: str, caption: str) -> None:
        """Store an answer that is a file of the spool; it is deleted once it is sent.

        `name`: what the file is called in the chat, without its suffix.
        """
        document = f"attach://{name}"
        payload = {**to.as_payload(), "document": document, "caption": caption, "parse_mode": "HTML"}
        await self._put(Send(to.chat_id, "sendDocument", payload, files={name: str(file)}))

    async def _put(self, send: Send) -> int:
        send = msgspec.structs.replace(send, update_id=self.update_id)
        self.crops_to_delete += await outbox.files_replaced_by(self.session, send)
        return await outbox.put(self.session, send, self.now)

    async def _markup(self, chat_id: int, keyboard: Keyboard | None) -> dict[str, Any]:
        if keyboard is None:
            return {}
        choices = [choice for row in keyboard.rows for choice in row if not choice.url]
        tokens = iter(
            await buttons.make(
                self.session,
                chat_id,
                keyboard.user_id,
                [(c.action, c.data) for c in choices],
                expires_at=self.now + keyboard.lasts_s,
            )
        )
        rows = [
            [
                {"text": c.label, "url": c.url} if c.url else {"text": c.label, "callback_data": next(tokens)}
                for c in row
            ]
            for row in keyboard.rows
        ]
        return {"reply_markup": {"inline_keyboard": rows}}


def _forced(hint: str) -> dict[str, Any]:
    """What makes the app of whoever asked, and nobody else's, begin an answer; nothing without a hint."""
    forced = {"force_reply": True, "selective": True, "input_field_placeholder": hint}
    return {"reply_markup": forced} if hint else {}


@asynccontextmanager
async def turn(services: Services, update: Update, made: Sequence[str] = ()) -> AsyncIterator[Turn]:
    """Open the transaction that answers `update`; on leaving, everything in it is stored, or nothing is.

    `made`: crops and files of the spool that were made for the answer, and go where it is not stored. Raises
    LeaseLost on leaving where the update is no longer ours to answer.
    """
    delivery = services.deliveries.get(update.update_id)
    now = time.time()
    async with AsyncExitStack() as unless_stored:
        unless_stored.push_async_callback(_delete, services, made)
        async with services.database.begin() as session:
            # Old buttons can be pressed in a chat that we left, which does not bring us back.
            if (chat := update.effective_chat) is not None and update.callback_query is None:
                await chats.seen(session, chat.id, chat.type, chat.title or "", now)
            opened = Turn(session, update.update_id if delivery else None, now)
            yield opened
            if opened.leaves_no_trace:
                await deletion.scrub_later(session, now)
            for update_id in delivery.update_ids if delivery else ():
                await inbox.answered(session, update_id, now, services.intake.owner)
        unless_stored.pop_all()
    if delivery is not None:
        delivery.outcome = "settled"
    services.outbox.wake()
    services.intake.wake()
    services.jobs.wake()
    services.trainings.wake()
    await _clean_up(services, opened)


@asynccontextmanager
async def job_turn(services: Services, job: JobRow) -> AsyncIterator[Turn]:
    """Open the transaction that ends a job; on leaving, everything in it is stored, or nothing is.

    Where the job was replaced meanwhile, what this one did is stored all the same: the newer one comes after.
    """
    async with work_turn(services) as opened:
        yield opened
        await jobs.finish(opened.session, job.id)


@asynccontextmanager
async def work_turn(services: Services) -> AsyncIterator[Turn]:
    """Open a transaction for what no update asks for just now; it is stored as a whole, or not at all."""
    async with services.database.begin() as session:
        opened = Turn(session, None, time.time(), is_job=True)
        yield opened
    services.outbox.wake()
    services.jobs.wake()
    await _clean_up(services, opened)


async def _clean_up(services: Services, turn: Turn) -> None:
    await _delete(services, turn.crops_to_delete)
    if turn.leaves_no_trace:
        try:
            await deletion.scrub(services.database)
        except StorageError as error:
            log.warning("the log is left for housekeeping: %s", error)


async def _delete(services: Services, files: Sequence[str]) -> None:
    """What a crash, or trouble, leaves undone here is done by housekeeping."""
    try:
        if files:
            await services.kept.remove_unused(services.database, files)
    except StorageError as error:
        log.warning("files are left for housekeeping: %s", error)
