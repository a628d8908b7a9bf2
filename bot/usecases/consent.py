"""Who may be recognised: the record of it, and those who said No.

A person without Telegram is attested by whoever enrols them, a Telegram user is asked (see
`bot.usecases.asking`). Of a No only a keyed hash of the user's id stays.
"""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import Settings
from storage import consents, pending, secret_key
from storage.consents import NewConsent
from storage.pending import NewPending

# Rises when what people agree to is worded anew (`bot.texts.consent`), so that the record says to what.
WORDING = "2026-11"
KEY_FILE = "refusals.key"
# A row of `pending`: a Telegram user is asked, and faces wait for them to agree.
ASKED = "consent"
# And that somebody of a username said No lately: a digest without any id, which is nobody's row.
REFUSED_USERNAME, NOBODY = "consent_no", 0


def digest_of(key: bytes, user: int | str) -> str:
    """What stays of somebody who said No: HMAC-SHA256 (RFC 2104) of their id under the installation's key.

    A @username, in any case, is kept so as well, but for a while only.
    """
    return hmac.new(key, str(user).lower().encode(), hashlib.sha256).hexdigest()


def digest_for(settings: Settings, user: int | str) -> str:
    """`digest_of` with this installation's key, which is made on first need. Raises FilesUnavailable."""
    return digest_of(secret_key.read_or_make(settings.data_dir / KEY_FILE), user)


async def record_attested(session: AsyncSession, person_id: int, by: int, now: float) -> None:
    """`by`, who enrolled a person, says that the person agreed."""
    await consents.record(session, NewConsent(person_id, "attested", by, WORDING), now)


async def record_allowed(session: AsyncSession, person_id: int, user_id: int, now: float) -> None:
    """The Telegram user who a person is allowed it themselves."""
    await consents.record(session, NewConsent(person_id, "allowed", user_id, WORDING), now)


async def refused(session: AsyncSession, settings: Settings, chat_id: int, user_id: int) -> bool:
    """Whether this user said No in this chat. Raises FilesUnavailable."""
    if not await consents.has_refusals(session, chat_id):
        return False
    return await consents.refused(session, chat_id, digest_for(settings, user_id))


async def remember_refusal(
    session: AsyncSession, settings: Settings, chat_id: int, user_id: int, now: float
) -> None:
    """This user said No in this chat."""
    await consents.refuse(session, chat_id, digest_for(settings, user_id), now)


async def lift_refusal(session: AsyncSession, settings: Settings, chat_id: int, user_id: int) -> None:
    """This user changed their mind, by an act of their own."""
    if await consents.has_refusals(session, chat_id):
        await consents.lift_refusal(session, chat_id, digest_for(settings, user_id))


async def username_refused(
    session: AsyncSession, settings: Settings, chat_id: int, username: str, now: float
) -> bool:
    """Whether somebody of that username said No in this chat lately. Raises FilesUnavailable."""
    rows = await pending.of_kinds(session, (REFUSED_USERNAME,))
    digests = [row.data["digest"] for row in rows if row.chat_id == chat_id and row.expires_at > now]
    return bool(digests) and digest_for(settings, f"@{username}") in digests


async def remember_username(
    session: AsyncSession, settings: Settings, chat_id: int, username: str, now: float
) -> None:
    """Somebody of that username said No: for a while it is asked no more, by whoever has it.

    Telegram tells no id for a plain @username, so that the lasting refusal is of no use there.
    """
    data = {"digest": digest_for(settings, f"@{username}")}
    over = now + username_refused_s(settings)
    await pending.put(session, NewPending(chat_id, NOBODY, REFUSED_USERNAME, data, over), now)


def username_refused_s(settings: Settings) -> float:
    """For how long it is remembered that a username said No; usernames are given to others in time."""
    return settings.pending_face_s


async def lift_username(session: AsyncSession, settings: Settings, chat_id: int, username: str) -> None:
    """Whoever has that username changed their mind, by an act of their own."""
    for row in await pending.of_kinds(session, (REFUSED_USERNAME,)):
        if row.chat_id == chat_id and row.data["digest"] == digest_for(settings, f"@{username}"):
            await pending.remove(session, row.id)
