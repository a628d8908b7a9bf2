"""When polling is given up, and when not."""

from __future__ import annotations

from telegram.error import Conflict, InvalidToken, NetworkError

from bot.lifetimes import Stop
from bot.polling import AnotherPollerError, PollWatch

# Passes between any two calls, so that the second of two conflicts is beyond it.
HARDLY_ANY_S = 1e-9


async def is_stopped(stop: Stop) -> bool:
    return await stop.asked_within(0)


async def test_one_conflict_is_no_reason_to_end() -> None:
    stop = Stop()
    PollWatch(HARDLY_ANY_S, stop).failed(Conflict("terminated by other getUpdates request"))
    assert not await is_stopped(stop)


async def test_conflicts_that_go_on_end_the_bot() -> None:
    stop = Stop()
    watch = PollWatch(HARDLY_ANY_S, stop)
    watch.failed(Conflict("one"))
    watch.failed(Conflict("two"))
    assert isinstance(stop.error, AnotherPollerError)


async def test_a_good_poll_between_two_conflicts_forgets_the_first() -> None:
    stop = Stop()
    watch = PollWatch(HARDLY_ANY_S, stop)
    watch.failed(Conflict("one"))
    watch.succeeded()
    watch.failed(Conflict("two"))
    assert not await is_stopped(stop)


async def test_a_bad_network_never_ends_the_bot() -> None:
    stop = Stop()
    watch = PollWatch(HARDLY_ANY_S, stop)
    for _ in range(3):
        watch.failed(NetworkError("no route"))
    assert not await is_stopped(stop)


async def test_a_token_that_is_refused_later_ends_the_bot() -> None:
    stop = Stop()
    PollWatch(60, stop).refused(InvalidToken())
    assert await is_stopped(stop)
    assert isinstance(stop.error, InvalidToken)
