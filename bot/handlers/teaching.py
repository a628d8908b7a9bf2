"""Photos of somebody are studied, and stored or asked about."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Chat, Update

from bot import texts, views
from bot.context import GlanceContext
from bot.handlers.incoming import message_of, messages_of, pictures_of
from bot.handlers.roles import role_of
from bot.handlers.signs import busy
from bot.handlers.subjects import authors_in
from bot.replies import Reply, Shown
from bot.services import Services
from bot.turn import Address, Turn, address_of
from bot.usecases import enrol as usecase
from bot.usecases import quota
from bot.usecases.asking import check_authors
from bot.usecases.enrol import Enrolled, FoundFace, LooksLike, NotStored, Outcome, Studied, Whom
from bot.usecases.progress import Progress
from ml.protocol import EmbedderInfo


@dataclass(frozen=True)
class Lesson:
    """Who is taught from an update's photos, and what is said about it where.

    `title` is the group's that a private chat teaches, else empty. `gathering`: the enrolment under way that
    the photos are for. `rest_unseen`: the photo is of an album, of which Telegram shows no other. `album`:
    the photos are the first of that album; `is_late`: they come after those.
    """

    whom: Whom
    title: str = ""
    gathering: int | None = None
    rest_unseen: bool = False
    album: str | None = None
    is_late: bool = False


async def teach(update: Update, context: GlanceContext, lesson: Lesson) -> None:
    """Study the update's photos and place what can be placed; ask where there are several faces.

    Where the enrolment that they are for was cancelled meanwhile, nothing is stored.
    """
    message, whom = message_of(update), lesson.whom
    if whom.privately and not await is_member(context, whom.chat_id, whom.by):
        async with context.turn(update) as turn:
            await turn.reply(address_of(message), Reply(texts.group_enrolling.not_a_member(lesson.title)))
        return
    studied = await study(update, context, whom)
    async with context.turn(update, crops_of(studied)) as turn:
        await check_whose(turn.session, update, context, whom.chat_id)
        await quota.count(turn.session, quota.Sender(whom.by, whom.chat_id), len(studied), turn.now)
        lesson_now = await _going_on(turn, lesson)
        if lesson_now is None:
            turn.crops_to_delete += crops_of(studied)
            await turn.reply(address_of(message), Reply(texts.enrolling.not_gathering_any_more()))
        else:
            await settle(Classroom(context.services, turn, address_of(message), lesson_now), studied)


async def _going_on(turn: Turn, lesson: Lesson) -> Lesson | None:
    """The lesson as it is by now: who was asked may have allowed it, or the enrolment is over."""
    if lesson.gathering is None:
        return lesson
    whom = await usecase.still_for(turn.session, lesson.gathering, turn.now)
    if whom is None:
        return None
    return replace(lesson, whom=msgspec.structs.replace(whom, privately=lesson.whom.privately))


def crops_of(studied: Sequence[Studied]) -> list[str]:
    """The crops of all faces of photos."""
    return [face.crop for one in studied for face in one.faces]


async def is_member(context: GlanceContext, chat_id: int, user_id: int) -> bool:
    """Whether somebody is a member of a group, as Telegram says."""
    return await role_of(context, Chat(chat_id, Chat.SUPERGROUP), user_id) != "none"


async def study(update: Update, context: GlanceContext, whom: Whom) -> list[Studied]:
    """The faces of the update's photos, with whom else they look like; none without photos.

    Raises AuthorRefused.
    """
    services, attempts = context.services, context.delivery(update).attempts
    pictures = pictures_of(update, context)
    if not pictures:
        return []
    async with services.database.read() as session:
        await check_whose(session, update, context, whom.chat_id)
    async with busy(context.bot, address_of(message_of(update))):
        known = await services.worker.ready()
        await quota.check(services.ports, quota.Sender(whom.by, whom.chat_id), time.time())
        await usecase.check(services.ports, whom.chat_id, known)
        assert known.embedder is not None
        studied = [
            await usecase.study(services.ports, picture, known, attempts=attempts) for picture in pictures
        ]
        return [await _compared(services, whom, one, known.embedder) for one in studied]


async def check_whose(session: AsyncSession, update: Update, context: GlanceContext, chat_id: int) -> None:
    """Whose photos the update's are; to be asked again in the turn, for a No may come while they are studied.

    Raises AuthorRefused.
    """
    authors = {who: name for one in messages_of(update, context) for who, name in authors_in(one).items()}
    await check_authors(session, context.services.settings, chat_id, authors)


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
    """Place, refuse or ask about each photo; without any, say what is awaited."""
    turn, settings, whom = room.turn, room.services.settings, room.lesson.whom
    for one in studied:
        if len(one.faces) > 1:
            await _ask_which(room, one)
    faces = [_face_of(whom, one) for one in studied if len(one.faces) <= 1]
    placed = await usecase.place_all(turn.session, settings, whom, faces, turn.now)
    turn.crops_to_delete += placed.unused
    if placed.outcomes or not studied:
        await tell(room, placed.outcomes)
    for question in placed.unsure:
        await ask_who(room, question, settings.pending_face_s)
    if room.lesson.album is not None:
        await usecase.remember_album(turn.session, room.lesson.album, whom, turn.now)
    if room.lesson.rest_unseen:
        await room.say(Reply(texts.group_enrolling.rest_of_album(whom.name)))


def _face_of(whom: Whom, one: Studied) -> FoundFace | NotStored:
    if one.too_many:
        return NotStored(whom.name, "too_many_faces")
    return one.faces[0] if one.faces else NotStored(whom.name, one.refused or "no_face")


async def _ask_which(room: Classroom, one: Studied) -> None:
    lasts_s, whom = room.services.settings.pending_face_s, room.lesson.whom
    pending_id = await usecase.ask_which(
        room.turn.session, whom, one.faces, now=room.turn.now, lasts_s=lasts_s
    )
    await room.say(views.enrolling.which_face(whom, one, pending_id, lasts_s))


async def tell(room: Classroom, outcomes: Sequence[Outcome]) -> None:
    """Say what became of the photos that were sent together."""
    if room.lesson.whom.asked is not None:
        await _tell_what_waits(room, outcomes)
        return
    services, by, undo_s = room.services, room.lesson.whom.by, room.services.settings.undo_s
    if room.lesson.is_late:
        await room.say(views.enrolling.late(outcomes, by, undo_s))
        return
    last = next((outcome for outcome in reversed(outcomes) if isinstance(outcome, Enrolled)), None)
    progress, crop = Progress(), None
    if last is not None:
        known = services.worker.description
        # After a restart, a press may come before the worker has said what it can do.
        varied = known.embedder.varied if known and known.embedder else 1.0
        progress = await usecase.outlook(room.turn.session, services.ports.gallery, last, varied)
        crop = shown_crop(services, last.crop, last.crop_size)
    await room.say(views.enrolling.enrolled(outcomes, progress, crop, by, undo_s))


async def _tell_what_waits(room: Classroom, outcomes: Sequence[Outcome]) -> None:
    turn, whom = room.turn, room.lesson.whom
    asked = await usecase.question(turn.session, whom.asked or 0, turn.now)
    gathering = await usecase.under_way(turn.session, whom.chat_id, whom.by, turn.now)
    awaits = gathering is not None and gathering.whom.asked == asked.id and not asked.faces
    await room.say(views.consent.waiting(whom.name, len(asked.faces), outcomes, awaits=awaits))


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
