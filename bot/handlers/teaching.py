"""Photos of somebody are studied, and stored or asked about."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from telegram import Chat, Update

from bot import texts, views
from bot.context import GlanceContext
from bot.handlers.incoming import message_of, pictures_of
from bot.handlers.roles import role_of
from bot.handlers.signs import busy
from bot.replies import Reply, Shown
from bot.services import Services
from bot.turn import Address, Turn, address_of
from bot.usecases import enrol as usecase
from bot.usecases import quota
from bot.usecases.asking import Question, enrol_user
from bot.usecases.enrol import Enrolled, FoundFace, LooksLike, NotStored, Studied, Whom
from bot.usecases.progress import Progress
from ml.protocol import EmbedderInfo
from storage import pending


@dataclass(frozen=True)
class Lesson:
    """Who is taught from an update's photos, and what is said about it where.

    `title` is the group's that a private chat teaches, else empty. `gathering`: the enrolment under way that
    the photos are for. `agreed`: who it is of the Telegram users, where they agreed by teaching themselves.
    `rest_unseen`: the photo is of an album, of which Telegram shows no other.
    """

    whom: Whom
    title: str = ""
    gathering: int | None = None
    agreed: Question | None = None
    rest_unseen: bool = False


async def teach(update: Update, context: GlanceContext, lesson: Lesson) -> None:
    """Study the update's photos and store what can be stored; ask where there are several faces.

    Where the enrolment that they are for was cancelled meanwhile, nothing is stored.
    """
    message, whom = message_of(update), lesson.whom
    if whom.privately and not await is_member(context, whom.chat_id, whom.by):
        async with context.turn(update) as turn:
            await turn.reply(address_of(message), Reply(texts.group_enrolling.not_a_member(lesson.title)))
        return
    studied = await _study(update, context, whom)
    async with context.turn(update) as turn:
        await quota.count(turn.session, quota.Sender(whom.by, whom.chat_id), len(studied), turn.now)
        ended = lesson.gathering is not None and (
            await pending.get(turn.session, lesson.gathering, turn.now) is None
        )
        if ended:
            turn.crops_to_delete += [face.crop for one in studied for face in one.faces]
            await turn.reply(address_of(message), Reply(texts.enrolling.not_gathering_any_more()))
            return
        if lesson.agreed is not None and any(map(_leaves_something, studied)):
            await enrol_user(
                turn.session, context.services.settings, lesson.agreed, mention=None, now=turn.now
            )
        await settle(Classroom(context.services, turn, address_of(message), lesson), studied)


def _leaves_something(one: Studied) -> bool:
    """Whether a face of a photo is kept, or waits to be picked."""
    return len(one.faces) > 1 or any(face.problem is None for face in one.faces)


async def is_member(context: GlanceContext, chat_id: int, user_id: int) -> bool:
    """Whether somebody is a member of a group, as Telegram says."""
    return await role_of(context, Chat(chat_id, Chat.SUPERGROUP), user_id) != "none"


async def _study(update: Update, context: GlanceContext, whom: Whom) -> list[Studied]:
    services, attempts = context.services, context.delivery(update).attempts
    async with busy(context.bot, address_of(message_of(update))):
        known = await services.worker.ready()
        await quota.check(services.ports, quota.Sender(whom.by, whom.chat_id), time.time())
        await usecase.check(services.ports, whom.chat_id, known)
        assert known.embedder is not None
        return [
            await _compared(
                services,
                whom,
                await usecase.study(services.ports, picture, known, attempts=attempts),
                known.embedder,
            )
            for picture in pictures_of(update, context)
        ]


async def _compared(services: Services, whom: Whom, one: Studied, embedder: EmbedderInfo) -> Studied:
    """The photo with whom else its faces look like."""
    faces = await usecase.resembled(services.ports, whom, one.faces, embedder)
    return msgspec.structs.replace(one, faces=tuple(faces))


@dataclass(frozen=True)
class Classroom:
    """Where a lesson is given: in this turn, answering there."""

    services: Services
    turn: Turn
    to: Address
    lesson: Lesson

    async def say(self, reply: Reply) -> None:
        await self.turn.reply(self.to, views.enrolling.for_group(reply, self.lesson.title))


async def settle(room: Classroom, studied: Sequence[Studied]) -> None:
    """Store, refuse or ask about each photo; photos that look like one other person are one question."""
    whom = room.lesson.whom
    outcomes: list[Enrolled | NotStored] = []
    alike: dict[int, list[FoundFace]] = {}
    for one in studied:
        if len(one.faces) > 1:
            await _ask_which(room, one)
            continue
        other = await usecase.other_person(room.turn.session, whom, one.faces[0]) if one.faces else None
        if other is not None:
            alike.setdefault(other[0], []).append(one.faces[0])
        else:
            outcomes.append(await _store(room, one))
    if outcomes:
        await tell(room, outcomes)
    for faces in alike.values():
        lasts_s = room.services.settings.pending_face_s
        expires_at = room.turn.now + lasts_s
        question = await usecase.ask_who(
            room.turn.session, whom, faces, now=room.turn.now, expires_at=expires_at
        )
        await ask_who(room, question, lasts_s)
    if room.lesson.rest_unseen:
        await room.say(Reply(texts.group_enrolling.rest_of_album(whom.name)))


async def _store(room: Classroom, one: Studied) -> Enrolled | NotStored:
    whom = room.lesson.whom
    if one.too_many:
        return NotStored(whom.name, "too_many_faces")
    if not one.faces:
        return NotStored(whom.name, one.refused or "no_face")
    outcome = await usecase.store(room.turn.session, whom, one.faces[0], room.turn.now)
    if isinstance(outcome, NotStored):
        room.turn.crops_to_delete.append(one.faces[0].crop)
    return outcome


async def _ask_which(room: Classroom, one: Studied) -> None:
    lasts_s, whom = room.services.settings.pending_face_s, room.lesson.whom
    pending_id = await usecase.ask_which(
        room.turn.session, whom, one.faces, now=room.turn.now, lasts_s=lasts_s
    )
    await room.say(views.enrolling.which_face(whom, one, pending_id, lasts_s))


async def tell(room: Classroom, outcomes: Sequence[Enrolled | NotStored]) -> None:
    """Say what became of the photos that were sent together."""
    services = room.services
    last = next((outcome for outcome in reversed(outcomes) if isinstance(outcome, Enrolled)), None)
    progress, crop = Progress(), None
    if last is not None:
        known = services.worker.description
        # After a restart, a press may come before the worker has said what it can do.
        varied = known.embedder.varied if known and known.embedder else 1.0
        progress = await usecase.outlook(room.turn.session, services.ports.gallery, last, varied)
        crop = shown_crop(services, last.crop, last.crop_size)
    by, undo_s = room.lesson.whom.by, services.settings.undo_s
    await room.say(views.enrolling.enrolled(outcomes, progress, crop, by, undo_s))


async def ask_who(room: Classroom, question: LooksLike, lasts_s: float) -> None:
    """Ask whether a face is the other person whom it looks like."""
    face = question.faces[-1]
    crop = shown_crop(room.services, face.crop, face.crop_size)
    await room.say(views.enrolling.who_is_it(question, crop, lasts_s))


def shown_crop(services: Services, crop: str, size: tuple[int, int]) -> Shown:
    """A crop of the photo store, to be shown; `size` is its sides at most."""
    path = services.kept.crops.path(crop)
    width, height = size
    return Shown(path=path, width=width, height=height, bytes=path.stat().st_size)
