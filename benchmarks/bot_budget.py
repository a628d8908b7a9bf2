"""What the bot process costs: `python -m benchmarks.bot_budget`.

Three numbers, each beside its limit: how long a start takes until /start is answered, as a multiple of
merely importing telegram.ext, sqlalchemy.ext.asyncio and pydantic_settings (measured in the same run, turn by
turn); the resident memory when idle; and its peak when thirty documents of 18 MB arrive at once. The very
first start, which makes the database and exports the networks, is not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.scenarios.talking import Person, meet
from tests.support import pictures
from tests.support.glance import running_glance, starting_glance
from tests.support.sandbox import running_sandbox

IMPORTS = "import telegram.ext, sqlalchemy.ext.asyncio, pydantic_settings"
START_RATIO, IDLE_MB, BUSY_MB = 1.3, 120.0, 200.0
DOCUMENTS, DOCUMENT_BYTES = 30, 18 * 2**20


@dataclass(frozen=True)
class Budget:
    """What was measured; times in seconds, memory in MB."""

    import_s: float
    start_s: float
    idle_mb: float
    busy_mb: float

    @property
    def ratio(self) -> float:
        return self.start_s / self.import_s

    def __str__(self) -> str:
        return (
            f"first answer: {self.start_s:.2f} s, {self.ratio:.2f} times the {self.import_s:.2f} s "
            f"of importing (at most {START_RATIO})\n"
            f"idle: {self.idle_mb:.0f} MB (at most {IDLE_MB:.0f})\n"
            f"{DOCUMENTS} documents of 18 MB at once: {self.busy_mb:.0f} MB (at most {BUSY_MB:.0f})"
        )


async def measure(folder: Path, networks: Path | None, starts: int) -> Budget:
    """Measure in a folder; `networks` prepared already, or None to have them exported first."""
    imports: list[float] = []
    answers: list[float] = []
    async with running_sandbox("--no-rates") as sandbox:
        ann = await meet(sandbox, "Ann")
        idle_mb = await idle_rss_mb(ann, folder, networks)
        for _ in range(starts):
            imports.append(await asyncio.to_thread(import_s))
            answers.append(await first_answer_s(ann, folder, networks))
        busy_mb = await busy_peak_mb(ann, folder, networks)
    return Budget(statistics.median(imports), statistics.median(answers), idle_mb, busy_mb)


async def idle_rss_mb(ann: Person, folder: Path, networks: Path | None) -> float:
    """The resident memory of a bot that has answered a photo and waits for the next."""
    async with running_glance(ann.sandbox, folder, networks) as glance:
        await glance.wait_for_log("ready on", timeout_s=300)
        await ann.answers_to(await ann.shows(pictures.portrait()))
        return float(psutil.Process(glance.pid).memory_info().rss / 2**20)


def import_s() -> float:
    """Seconds from starting Python until the imports are done."""
    started_at = time.perf_counter()
    command = (sys.executable, "-c", IMPORTS + "; print(flush=True)")
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        return time.perf_counter() - started_at


async def first_answer_s(ann: Person, folder: Path, networks: Path | None) -> float:
    """Seconds from starting the bot until it has answered a /start that waited for it."""
    question = await ann.says("/start")
    started_at = time.perf_counter()
    async with starting_glance(ann.sandbox, folder, networks) as glance:
        await ann.hears("Hello")
        seconds = time.perf_counter() - started_at
        await ann.answers_to(question)
        await glance.stop()
    return seconds


async def busy_peak_mb(ann: Person, folder: Path, networks: Path | None) -> float:
    """The bot's highest resident memory where thirty large documents wait for it when it starts."""
    name, data = pictures.cat()
    document = (name, data + bytes(DOCUMENT_BYTES - len(data)))
    sent = [await ann.sends_file(document) for _ in range(DOCUMENTS)]
    async with running_glance(ann.sandbox, folder, networks) as glance:
        answers = await ann.answers_to(*sent)
        assert all(len(texts) == 1 for texts in answers), answers
        return peak_mb(glance.pid)


def peak_mb(pid: int) -> float:
    """The highest resident memory of a process so far; Linux keeps it."""
    status = Path(f"/proc/{pid}/status").read_text()
    peak_kb = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak_kb) / 1024


def main() -> int:
    """Measure, print, and return 1 where a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=7, help="how many starts to take the median of")
    parser.add_argument("--networks", type=Path, help="a folder of networks that are prepared already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        budget = asyncio.run(measure(Path(folder) / "data", options.networks, options.starts))
    print(budget)
    within = budget.ratio <= START_RATIO and budget.idle_mb <= IDLE_MB and budget.busy_mb <= BUSY_MB
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
