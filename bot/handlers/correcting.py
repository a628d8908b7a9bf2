"""The buttons that correct an answer: Yes, No, who it is instead, that it is nobody; and Undo."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from bot import texts
from bot.handlers import calling, correcting_menu
from bot.handlers.calling import by_press, needs_admin
from bot.handlers.pressing import Declined, Press, Routed, Sparing
from bot.usecases import correct
from bot.usecases.correct import Correction, Outdated, Spot

# One of the corrections of a face (`bot.usecases.correct`).
Change = Callable[[AsyncSession, Spot, Correction], Awaitable[None]]


async def _change(press: Press, change: Change, if_outdated: str) -> None:
    """Correct the face that the button points at; `if_outdated`: what is said where that is too late."""
    turn, correction = press.turn, by_press(press)
    at = await correcting_menu.spot(press)
    before = await correct.look(turn.session, press.message.chat_id, [at])
    try:
        with needs_admin():
            await change(turn.session, at, correction)
    except Outdated as error:
        raise Declined(if_outdated) from error
    await correct.record(turn.session, before, correction)


async def _yes(press: Press) -> None:
    async def confirm(session: AsyncSession, at: Spot, correction: Correction) -> None:
        await correct.confirm(session, at, press.data["person"], correction)

    await _change(press, confirm, texts.buttons.already_done())


async def _no(press: Press) -> None:
    async def deny(session: AsyncSession, at: Spot, correction: Correction) -> None:
        await correct.deny(session, at, press.data["person"], correction)

    await _change(press, deny, texts.buttons.already_done())


async def _is(press: Press) -> None:
    async def call(session: AsyncSession, at: Spot, correction: Correction) -> None:
        await correct.call_known(session, at, press.data["person"], correction)

    await _change(press, call, texts.buttons.too_late())


async def _nobody(press: Press) -> None:
    await _change(press, correct.dismiss, texts.buttons.too_late())


async def _back_in(press: Press) -> None:
    await _change(press, correct.bring_back, texts.buttons.already_done())


ACTIONS: dict[str, Routed] = {
    "face_yes": Sparing(_yes, "face"),
    "face_no": Sparing(_no, "face"),
    "correct_is": Sparing(_is, "face"),
    "correct_nobody": Sparing(_nobody, "face"),
    "correct_back_in": Sparing(_back_in, "face"),
    **correcting_menu.ACTIONS,
    **calling.ACTIONS,
}
