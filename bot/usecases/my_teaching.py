"""What /mydata tells of what somebody taught, and of what learnt from them.

A photo that they sent is in it; of one that only shows them, what is known of it: it is somebody else's, and
may show others.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from bot.usecases.held import Json, time_of, who
from storage import teachings, unlearning
from storage.teachings import HeldPhoto


async def labelled(
    session: AsyncSession, user_id: int, person_ids: Collection[int]
) -> tuple[list[Json], dict[str, str]]:
    """The labelled photos that a user sent, or is in; and those sent, as sha256 by names in the file."""
    photos = await teachings.photos(session, user_id, person_ids)
    sent = {_file(photo): photo.photo for photo in photos if photo.sender_id == user_id}
    return [_told(photo, user_id) for photo in photos], sent


async def learnt_from(session: AsyncSession, user_id: int, person_ids: Collection[int]) -> list[Json]:
    """The models that learnt from photos which a user sent, or is in, or from their enrolled faces."""
    taught = await unlearning.taught_with(session, user_id=user_id, person_ids=person_ids)
    return [
        {"chat": model.chat, "of": model.kind, "version": model.version, "in_use": model.live}
        for model in taught.models
    ]


async def acts(session: AsyncSession, user_id: int) -> Json:
    """What a user did to teach."""
    return {
        "labels_made": [
            {"chat": label.chat, "label": label.label, "at": time_of(label.created_at)}
            for label in await teachings.made(session, user_id)
        ],
        "photos_labelled": [
            {"chat": given.chat, "label": given.label, "photos": given.photos}
            for given in await teachings.labellings(session, user_id)
        ],
        "trained": [
            {
                "chat": model.chat,
                "of": model.kind,
                "version": model.version,
                "at": time_of(model.trained_at),
            }
            for model in await teachings.trained(session, user_id)
        ],
    }


def _told(photo: HeldPhoto, user_id: int) -> Json:
    told = {
        "chat": photo.chat,
        "label": photo.label,
        "sent_by": who(photo.sender_id, user_id),
        "labelled_by": who(photo.labelled_by, user_id),
        "at": time_of(photo.labelled_at),
    }
    return told | ({"photo": _file(photo)} if photo.sender_id == user_id else {})


def _file(photo: HeldPhoto) -> str:
    return f"labelled/{photo.id}.jpg"
