"""The client and a real worker process: answers, crashes, timeouts, restarts."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import psutil
import pytest

from ml.errors import BadPhoto, MLError, WorkerCrashed, WorkerStopped, WorkerTimeout
from ml.ledger import WINDOW
from ml.protocol import Analyse, Draw, Embed
from tests.ml.process.standin_worker import SEEN, batches
from tests.ml.process.workers import StartWorker, ask_all, leave_open, open_gate, until_begun


async def test_an_ask_is_answered(worker: StartWorker) -> None:
    async with worker() as running:
        assert await running.ask(Analyse(photo="1.jpg")) == SEEN


async def test_entering_does_not_wait_for_the_models_but_ready_does(worker: StartWorker, gate: Path) -> None:
    async with worker(model="wait-for-gate") as running:
        assert running.description is None
        await open_gate(gate)
        assert await running.ready() == running.description


async def test_a_bad_photo_refuses_itself_alone(worker: StartWorker, spool: Path, gate: Path) -> None:
    async with worker(model="wait-for-gate") as running:
        answers = ask_all(running, "1.jpg", "bad.jpg", "2.jpg")
        await open_gate(gate)
        good, bad, also_good = await answers
    assert isinstance(bad, BadPhoto) and bad.reason == "damaged"
    assert good == also_good == SEEN


async def test_requests_that_wait_are_batched_by_the_worker(
    worker: StartWorker, spool: Path, gate: Path
) -> None:
    async with worker(model="wait-for-gate") as running:
        answers = ask_all(running, *(f"{n}.jpg" for n in range(6)))
        await open_gate(gate)
        await answers
    assert max(len(batch) for batch in batches(spool)) > 1


async def test_more_asks_than_the_window_are_all_answered(worker: StartWorker) -> None:
    async with worker() as running:
        answers = await ask_all(running, *(f"{n}.jpg" for n in range(WINDOW * 3)))
    assert answers == [SEEN] * (WINDOW * 3)


async def test_a_lone_killer_is_given_up_and_its_companions_are_answered(
    worker: StartWorker, gate: Path, spool: Path
) -> None:
    async with worker() as running:
        held = asyncio.ensure_future(running.ask(Analyse(photo="wait-for-gate")))
        opened = await until_begun(gate)
        answers = ask_all(running, "1.jpg", "crash.jpg", "2.jpg")
        await asyncio.sleep(0)
        os.close(opened)
        first, killer, last = await answers
        assert await held == first == last == SEEN
        assert isinstance(killer, WorkerCrashed) and "SIGSEGV" in str(killer)
        assert running.restarts == 2
    assert ["crash.jpg"] in batches(spool)


async def test_what_was_not_begun_when_the_worker_died_is_asked_again(
    worker: StartWorker, gate: Path
) -> None:
    async with worker() as running:
        held = asyncio.ensure_future(running.ask(Analyse(photo="wait-for-gate")))
        opened = await until_begun(gate)
        waiting = ask_all(running, "1.jpg", "2.jpg")
        await asyncio.sleep(0)
        assert running.pid
        await asyncio.to_thread(leave_open, gate)
        os.kill(running.pid, signal.SIGKILL)
        assert await held == SEEN
        assert await waiting == [SEEN, SEEN]
    os.close(opened)


async def test_a_late_request_gets_its_worker_killed_and_others_live_on(worker: StartWorker) -> None:
    async with worker(timeout_s=0.4) as running:
        with pytest.raises(WorkerTimeout):
            await running.ask(Analyse(photo="hang.jpg"))
        assert await running.ask(Analyse(photo="1.jpg")) == SEEN


async def test_a_cold_start_does_not_count_towards_a_requests_time(worker: StartWorker, gate: Path) -> None:
    async with worker(timeout_s=0.2, model="wait-for-gate") as running:
        answer = asyncio.ensure_future(running.ask(Analyse(photo="1.jpg")))
        _, late = await asyncio.wait({answer}, timeout=0.5)
        assert late
        await open_gate(gate)
        assert await answer == SEEN


async def test_a_request_known_to_be_dangerous_is_asked_alone_and_given_up_at_once(
    worker: StartWorker, spool: Path
) -> None:
    async with worker() as running:
        with pytest.raises(WorkerCrashed):
            await running.ask(Analyse(photo="crash.jpg"), alone=True)
        await running.ready()
    assert batches(spool) == [["crash.jpg"]]


async def test_a_worker_that_cannot_start_is_given_up_with_its_last_words(worker: StartWorker) -> None:
    async with worker(model="broken") as running:
        with pytest.raises(WorkerStopped, match="this model is broken"):
            await running.ask(Analyse(photo="1.jpg"))
        assert running.restarts == 3


async def test_after_giving_up_the_next_ask_tries_again(worker: StartWorker, gate: Path) -> None:
    async with worker(model="wait-for-gate") as running:
        await asyncio.to_thread(gate.unlink)
        with pytest.raises(WorkerStopped):
            await running.ready()
        await asyncio.to_thread(gate.touch)
        assert await running.ask(Analyse(photo="1.jpg")) == SEEN


async def test_a_start_that_takes_too_long_is_killed(worker: StartWorker) -> None:
    async with worker(model="never", start_timeout_s=0.3) as running:
        with pytest.raises(WorkerStopped, match="too long"):
            await running.ready()


async def test_cancelling_the_caller_drops_an_ask_that_was_not_sent(
    worker: StartWorker, spool: Path, gate: Path
) -> None:
    async with worker(model="wait-for-gate") as running:
        dropped = asyncio.ensure_future(running.ask(Analyse(photo="dropped.jpg")))
        answers = ask_all(running, "1.jpg")
        await asyncio.sleep(0)
        dropped.cancel()
        await open_gate(gate)
        await answers
    assert batches(spool) == [["1.jpg"]]


async def test_an_answer_to_a_caller_who_left_is_dropped(worker: StartWorker, gate: Path) -> None:
    async with worker() as running:
        left = asyncio.ensure_future(running.ask(Analyse(photo="wait-for-gate")))
        opened = await until_begun(gate)
        left.cancel()
        os.close(opened)
        assert await running.ask(Analyse(photo="1.jpg")) == SEEN
        assert running.restarts == 0


async def test_a_drawing_passes_by_photos_that_wait(worker: StartWorker, spool: Path, gate: Path) -> None:
    async with worker(model="wait-for-gate") as running:
        photos = ask_all(running, *(f"{n}.jpg" for n in range(WINDOW * 2)))
        await asyncio.sleep(0)
        drawing = asyncio.ensure_future(running.ask(Draw(photo="drawn", marks=(), target="out.jpg")))
        await open_gate(gate)
        await asyncio.gather(photos, drawing)
    assert ["drawn"] in batches(spool)[:3]


async def test_prints_do_not_break_frames(worker: StartWorker) -> None:
    async with worker() as running:
        assert await ask_all(running, "print", "1.jpg", "print") == [SEEN] * 3
        assert running.restarts == 0


async def test_an_answer_of_another_kind_is_not_believed(worker: StartWorker) -> None:
    async with worker() as running:
        with pytest.raises(WorkerCrashed, match="does not answer"):
            await running.ask(Analyse(photo="lie"))


async def test_crops_are_embedded(worker: StartWorker) -> None:
    async with worker() as running:
        assert (await running.ask(Embed(crops=()))).vectors == ()


async def test_closing_ends_the_process_and_whoever_waits(worker: StartWorker, gate: Path) -> None:
    async with worker() as running:
        waiting = asyncio.ensure_future(running.ask(Analyse(photo="wait-for-gate")))
        await running.ready()
        pid = running.pid
    with pytest.raises(WorkerStopped):
        await waiting
    assert pid and not psutil.pid_exists(pid)


async def test_closing_right_after_entering_leaves_nothing_behind(worker: StartWorker) -> None:
    async with worker() as running:
        assert running.description is None
    assert running.pid is None


async def test_asking_a_closed_worker_says_so(worker: StartWorker) -> None:
    async with worker() as running:
        await running.ready()
    with pytest.raises(WorkerStopped):
        await running.ask(Analyse(photo="1.jpg"))


async def test_a_request_beyond_a_frame_is_refused_before_it_is_sent(worker: StartWorker) -> None:
    async with worker() as running:
        with pytest.raises(MLError, match="bytes"):
            await running.ask(Analyse(photo="x" * 17_000_000))


async def test_the_process_starts_without_the_bots_secrets(
    worker: StartWorker, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    async with worker() as running:
        await running.ask(Draw(photo="1.jpg", marks=(), target="environment"))
        assert running.pid
        seen = psutil.Process(running.pid).environ()
    assert not {"TELEGRAM_BOT_TOKEN", "DATABASE_URL"} & set(seen)


async def test_it_starts_wherever_the_bot_was_started(
    worker: StartWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with worker() as running:
        assert await running.ask(Analyse(photo="1.jpg")) == SEEN
