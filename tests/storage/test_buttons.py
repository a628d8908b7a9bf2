"""Buttons: who may press, once, for how long, and in which chat."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from storage import buttons, chats
from storage.buttons import Pressed
from storage.database import Database
from storage.errors import AlreadyUsed, ButtonExpired, NotYours, PressRefused, UnknownButton
from tests.storage.rows import CHAT, NOW

OWNER, OTHER = 1, 2
ACTIONS = [("pick", {"face": 1}), ("pick", {"face": 2}), ("cancel", {})]


async def make(session: AsyncSession, user_id: int | None = OWNER) -> list[str]:
    return await buttons.make(session, CHAT, user_id, ACTIONS, NOW + 60)


async def press(session: AsyncSession, token: str, user_id: int = OWNER, now: float = NOW) -> Pressed:
    """A press that uses the whole keyboard up."""
    pressed = await buttons.press(session, token, CHAT, user_id, now)
    await buttons.use_up(session, pressed, now)
    return pressed


async def test_a_press_tells_what_the_button_means(session: AsyncSession) -> None:
    _, second, _ = await make(session)
    pressed = await press(session, second)
    assert (pressed.action, pressed.data) == ("pick", {"face": 2})


async def test_tokens_differ_and_fit_telegrams_64_bytes(session: AsyncSession) -> None:
    tokens = await make(session) + await make(session)
    assert len(set(tokens)) == 6
    assert max(len(token.encode()) for token in tokens) <= 64


async def test_one_press_uses_the_whole_keyboard_up(session: AsyncSession) -> None:
    first, second, _ = await make(session)
    await press(session, first)
    for token in (first, second):
        with pytest.raises(AlreadyUsed):
            await press(session, token)


async def test_a_press_that_uses_nothing_up_can_be_repeated(session: AsyncSession) -> None:
    first, *_ = await make(session)
    await buttons.press(session, first, CHAT, OWNER, NOW)
    assert (await buttons.press(session, first, CHAT, OWNER, NOW)).action == "pick"


async def test_a_press_uses_up_the_buttons_about_the_same_thing_alone(session: AsyncSession) -> None:
    about = [("yes", {"face": 1}), ("no", {"face": 1}), ("yes", {"face": 2}), ("why", {})]
    yes, no, other, why = await buttons.make(session, CHAT, OWNER, about, NOW + 60)
    await buttons.use_up(session, await buttons.press(session, yes, CHAT, OWNER, NOW), NOW, same=("face",))
    assert (await buttons.press(session, other, CHAT, OWNER, NOW)).data == {"face": 2}
    assert (await buttons.press(session, why, CHAT, OWNER, NOW)).action == "why"
    with pytest.raises(AlreadyUsed):
        await buttons.press(session, no, CHAT, OWNER, NOW)


async def test_a_press_may_use_up_its_own_button_alone(session: AsyncSession) -> None:
    first, second, _ = await make(session)
    await buttons.use_one_up(session, await buttons.press(session, first, CHAT, OWNER, NOW), NOW)
    assert (await buttons.press(session, second, CHAT, OWNER, NOW)).data == {"face": 2}
    with pytest.raises(AlreadyUsed):
        await buttons.press(session, first, CHAT, OWNER, NOW)


async def test_another_keyboard_is_not_touched(session: AsyncSession) -> None:
    (first, *_), (other, *_) = await make(session), await make(session)
    await press(session, first)
    assert (await press(session, other)).data == {"face": 1}


async def test_only_the_person_asked_may_press_and_a_refusal_uses_nothing_up(session: AsyncSession) -> None:
    token, *_ = await make(session)
    with pytest.raises(NotYours):
        await press(session, token, user_id=OTHER)
    assert (await press(session, token)).action == "pick"


async def test_a_button_for_anybody_may_be_pressed_by_anybody(session: AsyncSession) -> None:
    token, *_ = await make(session, user_id=None)
    assert (await press(session, token, user_id=OTHER)).action == "pick"


async def test_a_button_whose_time_is_over_is_refused(session: AsyncSession) -> None:
    token, *_ = await make(session)
    with pytest.raises(ButtonExpired):
        await press(session, token, now=NOW + 60)


async def test_a_token_of_another_chat_is_unknown(session: AsyncSession) -> None:
    token, *_ = await make(session)
    with pytest.raises(UnknownButton):
        await buttons.press(session, token, -200, OWNER, NOW)


async def test_a_token_nobody_made_is_unknown(session: AsyncSession) -> None:
    with pytest.raises(PressRefused):
        await press(session, "made up")


async def test_a_press_whose_work_fails_can_be_repeated(db: Database) -> None:
    async with db.begin() as session:
        await chats.seen(session, CHAT, "group", "Friends", NOW)
        token, *_ = await make(session)
    with pytest.raises(ZeroDivisionError):
        async with db.begin() as failing:
            await press(failing, token)
            raise ZeroDivisionError
    async with db.begin() as again:
        assert (await press(again, token)).action == "pick"


async def test_a_keyboard_without_buttons_is_no_keyboard(session: AsyncSession) -> None:
    assert await buttons.make(session, CHAT, OWNER, [], NOW) == []


async def test_only_expired_buttons_are_purged(session: AsyncSession) -> None:
    await make(session)
    assert await buttons.purge(session, NOW + 60) == 0
    assert await buttons.purge(session, NOW + 61) == 3


async def test_a_buttons_action_is_known_before_it_is_pressed_in_its_own_chat_alone(
    session: AsyncSession,
) -> None:
    (token,) = await buttons.make(session, CHAT, None, [("as_admin", {})], NOW + 60)
    assert await buttons.action_of(session, token, CHAT) == "as_admin"
    assert await buttons.action_of(session, token, CHAT - 1) is None
