"""How a worker's memory grows: resident size after 200 photos and after 2,000, which may be 10 % more.

    python -m benchmarks.worker_memory [--photos 2000] [--every 200] [--sides 240 640] [--networks FOLDER]
                                       [PICTURE …]

Sends JPEGs of ever new sizes (scikit-image's photographs, or the pictures named) through a real worker with
the starter's weights: classified, faces found, embedded and cropped, every tenth drawn on. Width and
height are chosen at random between `--sides`, in pixels. A row follows every `--every` photos; the first is
what the last is compared with. Exit code 1 beyond 10 %.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import skimage.data
from PIL import Image

from ml.client import LocalWorker
from ml.config import WorkerConfig
from ml.protocol import Analyse, Analysis, Draw, Mark

EVERY = 200
ALLOWED_GROWTH = 1.10
AT_ONCE = 12
NAMES = ("astronaut", "chelsea", "coffee", "rocket")
SIDES_PX = (240, 640)


@dataclass(frozen=True)
class Measured:
    photos: int
    resident_mb: float
    seconds: float


@dataclass(frozen=True)
class Source:
    """Pictures, and the shortest and longest side in pixels of the photos made from them."""

    pictures: list[Image.Image]
    shortest_px: int
    longest_px: int

    def photos(self, *, seed: int) -> Iterator[Image.Image]:
        """The pictures in turn, for ever, each time in another size and form."""
        chance = random.Random(seed)
        while True:
            for picture in self.pictures:
                width_px = chance.randint(self.shortest_px, self.longest_px)
                height_px = chance.randint(self.shortest_px, self.longest_px)
                yield picture.resize((width_px, height_px))


async def measure(config: WorkerConfig, source: Source, photos: int, every: int) -> list[Measured]:
    """Runs `photos` photos through one worker; a row after every `every`."""
    rows = []
    async with LocalWorker(config, timeout_s=120, start_timeout_s=600) as worker:
        await worker.ready()
        began = time.monotonic()
        for done in range(0, photos, every):
            await _send(worker, config.spool, source.photos(seed=done), every)
            assert worker.pid and worker.restarts == 0
            resident_mb = psutil.Process(worker.pid).memory_info().rss / 1e6
            rows.append(Measured(done + every, resident_mb, time.monotonic() - began))
            print(f"{rows[-1].photos:5} photos  {resident_mb:7.1f} MB  {rows[-1].seconds:6.0f} s", flush=True)
    return rows


async def _send(worker: LocalWorker, spool: Path, pictures: Iterator[Image.Image], count: int) -> None:
    """Sends photos, some at a time, as a busy bot does."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(index: int) -> None:
        async with places:
            name = f"{index}.jpg"
            await asyncio.to_thread(next(pictures).save, spool / name)
            analysis = await worker.ask(Analyse(photo=name, crops=True))
            if index % 10 == 0:
                await worker.ask(Draw(photo=name, marks=_marks(analysis), target=f"{index}-drawn.jpg"))

    await asyncio.gather(*(one(index) for index in range(count)))
    # The worker gives a batch's memory back after its answers: by the answer to this, the last one's is.
    await worker.ask(Analyse(photo="0.jpg", classify=False, faces=False))
    await asyncio.to_thread(_empty, spool)


def _empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


def _marks(analysis: Analysis) -> tuple[Mark, ...]:
    faces = analysis.faces or ()
    return tuple(Mark(box=face.box, number=n, text="Somebody") for n, face in enumerate(faces, start=1))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worker_memory")
    parser.add_argument("--photos", type=int, default=2000)
    parser.add_argument("--every", type=int, default=EVERY)
    parser.add_argument("--sides", type=int, nargs=2, metavar=("FROM", "TO"), default=SIDES_PX)
    parser.add_argument("--networks", type=Path, help="exported networks to use (default: exports them anew)")
    parser.add_argument("pictures", type=Path, nargs="*")
    options = parser.parse_args()
    pictures = [Image.open(path).convert("RGB") for path in options.pictures]
    pictures = pictures or [Image.fromarray(getattr(skimage.data, name)()) for name in NAMES]
    with tempfile.TemporaryDirectory() as folder:
        config = WorkerConfig(
            spool=Path(folder) / "spool",
            networks=options.networks or Path(folder) / "networks",
            weights=Path(folder) / "weights",
            models=Path(folder) / "models",
            device="cpu",
        )
        config.spool.mkdir()
        rows = asyncio.run(measure(config, Source(pictures, *options.sides), options.photos, options.every))
    growth = rows[-1].resident_mb / rows[0].resident_mb
    print(f"after {rows[-1].photos} photos {growth:.3f} times what it was after {rows[0].photos}")
    raise SystemExit(0 if growth <= ALLOWED_GROWTH else 1)


if __name__ == "__main__":
    main()
