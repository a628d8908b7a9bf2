"""What a child process settles before it works: whom it dies with, where its pipes lead, what it may lock.

    python -m ml.process --parent PID MODULE [ARGUMENT …]

runs a module as a child that dies with its parent.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import os
import resource
import runpy
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LOCK_POLL_S = 0.05
_ON_LINUX = sys.platform == "linux"
_LIBC = ctypes.CDLL(None, use_errno=True) if _ON_LINUX else None


class FolderInUseError(Exception):
    """Another process works in the folder."""


def die_with_parent(parent: int) -> None:
    """Has the kernel kill this process when the thread that started it ends; `parent` is its process's id.

    The end of stdin alone would not do: a long C call does not look at it. Elsewhere than on Linux there is
    nothing but the end of stdin.
    """
    if _LIBC is None:
        return
    if _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:
        # It died before the call above, so no signal will come.
        raise SystemExit("the parent process is gone")


def take_over_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes from and to the parent; whatever else reads stdin finds it empty, prints go to stderr.

    Works on file descriptors, so that C libraries cannot break a frame either.
    """
    from_parent = os.fdopen(os.dup(0), "rb")
    to_parent = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return from_parent, to_parent


@contextlib.contextmanager
def only_one_in(folder: Path, *, wait_s: float) -> Iterator[None]:
    """Holds the one place in a folder, waiting for a predecessor that is just ending.

    The lock is on the folder itself, which leaves no file behind for somebody to tidy away, and the kernel
    frees it however the process ends. Raises FolderInUseError after `wait_s`.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(descriptor, folder, time.monotonic() + wait_s)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path, until: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= until:
                raise FolderInUseError(f"another process already works in {folder}") from error
        time.sleep(_LOCK_POLL_S)


def limit_memory(limit_bytes: int) -> None:
    """Caps what the process may allocate: a picture that wants more gets a MemoryError, not the machine."""
    if _ON_LINUX:
        resource.setrlimit(resource.RLIMIT_DATA, (limit_bytes, limit_bytes))


def be_the_first_to_go() -> None:
    """When the machine runs out of memory, the kernel is to take this process before any other."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def be_the_last_to_run() -> None:
    """Leaves the processor to everybody else: what nobody wants is enough for a training.

    Call it before there are threads, which inherit it. Elsewhere than on Linux it is niceness alone.
    """
    os.nice(19)
    if _ON_LINUX:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def give_memory_back() -> None:
    """Returns freed memory to the system, which glibc keeps otherwise."""
    if _LIBC is not None and hasattr(_LIBC, "malloc_trim"):
        _LIBC.malloc_trim(0)


def child_command(module: str, *arguments: str) -> tuple[str, ...]:
    """The command line that runs a module as a child that dies with this process."""
    return (sys.executable, "-m", "ml.process", "--parent", str(os.getpid()), module, *arguments)


def main() -> None:
    """Runs the module named on the command line as a child that dies with its parent."""
    parser = argparse.ArgumentParser(prog="python -m ml.process")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("module")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    die_with_parent(options.parent)
    sys.argv[1:] = options.arguments
    runpy.run_module(options.module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
