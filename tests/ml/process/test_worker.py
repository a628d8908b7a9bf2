"""The worker process by itself, driven over its pipes as the bot would, by a test that holds them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from ml import wire
from ml.child import PROJECT_ROOT, bare_environment
from ml.config import WorkerConfig
from ml.protocol import Analyse, Answer, Ask, FromWorker, Ready, Started
from tests.ml.process.standin_worker import SEEN

PROGRAM = (sys.executable, "-m", "tests.ml.process.standin_worker")


@contextmanager
def process(config: WorkerConfig) -> Iterator[subprocess.Popen[bytes]]:
    command = (*PROGRAM, "--config", config.to_json(), "--parent", str(os.getpid()))
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=PROJECT_ROOT) as running:
        try:
            yield running
        finally:
            running.kill()


def ask(running: subprocess.Popen[bytes], *asks: Ask) -> None:
    assert running.stdin
    for one in asks:
        wire.write(running.stdin, one)  # type: ignore[arg-type]  # typeshed: IO[bytes]


def hear(running: subprocess.Popen[bytes]) -> FromWorker | None:
    assert running.stdout
    return wire.read(running.stdout, wire.FROM_WORKER)  # type: ignore[arg-type]


def test_it_says_ready_then_started_then_answers(config: WorkerConfig) -> None:
    with process(config) as running:
        assert isinstance(hear(running), Ready)
        ask(running, Ask(id=7, request=Analyse(photo="1.jpg")))
        assert hear(running) == Started(ids=(7,))
        assert hear(running) == Answer(id=7, outcome=SEEN)


def test_it_ends_when_its_stdin_does(config: WorkerConfig) -> None:
    with process(config) as running:
        hear(running)
        assert running.stdin
        running.stdin.close()
        assert running.wait(timeout=10) == 0


def test_it_ends_at_a_frame_it_does_not_know(config: WorkerConfig) -> None:
    with process(config) as running:
        hear(running)
        assert running.stdin and running.stderr
        running.stdin.write(b"\x00\x00\x00\x01x")
        running.stdin.flush()
        assert running.wait(timeout=10) == 0
        assert b"a bad frame" in running.stderr.read()


def test_it_does_not_mind_ctrl_c(config: WorkerConfig) -> None:
    with process(config) as running:
        hear(running)
        running.send_signal(signal.SIGINT)
        ask(running, Ask(id=1, request=Analyse(photo="1.jpg")))
        assert hear(running) == Started(ids=(1,))


def test_a_second_one_in_the_same_spool_is_refused_with_a_sentence(config: WorkerConfig) -> None:
    with process(config) as first:
        assert isinstance(hear(first), Ready)
        with process(config) as second:
            assert second.wait(timeout=20) == 1
            assert second.stderr
            assert b"another process already works in" in second.stderr.read()


def test_a_successor_gets_the_spool_once_its_predecessor_is_killed(config: WorkerConfig) -> None:
    with process(config) as first:
        hear(first)
        with process(config) as second:
            first.kill()
            assert isinstance(hear(second), Ready)


def test_it_dies_with_its_parent_even_while_it_is_busy(config: WorkerConfig) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, config.to_json()], cwd=PROJECT_ROOT, stdout=subprocess.PIPE
    )
    with parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        assert parent.stdout.readline() == b"begun\n"
        parent.kill()
    child.wait(timeout=10)
    assert not child.is_running()


# A bot whose worker is too busy to notice the end of its stdin.
PARENT = """
import os, subprocess, sys
from ml import wire
from ml.protocol import Ask, Analyse
command = [sys.executable, "-m", "tests.ml.process.standin_worker", "--config", sys.argv[1]]
worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
print(worker.pid, flush=True)
wire.read(worker.stdout, wire.FROM_WORKER)
wire.write(worker.stdin, Ask(id=1, request=Analyse(photo="hang")))
wire.read(worker.stdout, wire.FROM_WORKER)
print("begun", flush=True)
worker.wait()
"""


@pytest.mark.parametrize("secret", ["TELEGRAM_BOT_TOKEN", "DATABASE_URL", "HTTPS_PROXY", "OWNER_IDS"])
def test_secrets_are_not_passed_on(secret: str) -> None:
    assert secret not in bare_environment({"PATH": "/bin", secret: "x"}, threads=0)


def test_a_child_finds_its_programs_and_uses_the_threads_it_is_given() -> None:
    bare = bare_environment({"PATH": "/bin", "HOME": "/home/a"}, threads=2)
    assert bare == {
        "PATH": "/bin",
        "HOME": "/home/a",
        "MALLOC_ARENA_MAX": "2",
        "OMP_NUM_THREADS": "2",
        "OPENBLAS_NUM_THREADS": "1",
    }
