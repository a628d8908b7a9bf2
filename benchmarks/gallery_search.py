"""How fast the nearest people are found among 100,000 faces: `python -m benchmarks.gallery_search`.

The yardstick, in the same run and on matrices of the same size: one numpy product of a normalised probe with
100,000 normalised vectors of 512 numbers, and argpartition of the result. The search is timed as the bot
calls it, through a real database, its cache warm; and its answer is compared with that of plain sorting.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from storage import chats
from storage.database import open_database
from storage.gallery import Candidate, Gallery
from storage.migrate import migrate
from storage.schema import EMBEDDINGS, FACES, PEOPLE

Floats = NDArray[np.float32]
CHAT, MODEL = -1, "random"
DIMENSION, K = 512, 5
ROWS = 5_000


async def measure(faces: int, each: int, rounds: int, folder: Path) -> None:
    """One gallery of `faces` random faces, `each` a person: prints the medians and their ratio."""
    random = np.random.default_rng(seed=1)
    url = f"sqlite:///{folder / str(each)}.db"
    await migrate(url)
    async with open_database(url) as database:
        vectors = faces_of(random, faces // each, each)
        means = normalised(vectors.reshape(-1, each, DIMENSION).mean(axis=1))
        async with database.begin() as session:
            await fill(session, vectors, each)
        gallery, probes = Gallery(), random.normal(size=(rounds, DIMENSION)).astype(np.float32)
        async with database.read() as session:
            started = time.perf_counter()
            await search(session, gallery, probes[0])
            cold_s = time.perf_counter() - started
            searches, yardsticks = [], []
            for probe in probes:
                started = time.perf_counter()
                found = await search(session, gallery, probe)
                between = time.perf_counter()
                yardstick(vectors, probe)
                searches.append(between - started)
                yardsticks.append(time.perf_counter() - between)
                check(found, means, probe)
    ours, plain = statistics.median(searches), statistics.median(yardsticks)
    print(
        f"{faces} faces of {faces // each} people: search {ours * 1e3:.1f} ms, product and argpartition"
        f" {plain * 1e3:.1f} ms, ratio {ours / plain:.2f}; first search {cold_s:.1f} s"
    )


def faces_of(random: np.random.Generator, people: int, each: int) -> Floats:
    """Random faces, person by person; those of one person have a cosine of about 0.8."""
    middle = np.repeat(random.normal(size=(people, DIMENSION)), each, axis=0)
    return normalised((middle + random.normal(scale=0.5, size=middle.shape)).astype(np.float32))


async def fill(session: AsyncSession, vectors: Floats, each: int) -> None:
    """Enrols the vectors, `each` of them a person, numbered from 1."""
    by_whom = {"created_by": 1, "created_at": 0.0}
    empty = {"box": [], "landmarks": [], "quality": {}, "enrolled_by": 1, "enrolled_at": 0.0}
    await chats.seen(session, CHAT, "group", "Everybody", 0.0)
    for start in range(1, len(vectors) + 1, ROWS):
        faces = range(start, min(start + ROWS, len(vectors) + 1))
        people = [(face - 1) // each + 1 for face in faces if (face - 1) % each == 0]
        await session.execute(
            insert(PEOPLE),
            [{"id": n, "chat_id": CHAT, "name": str(n), "name_key": str(n), **by_whom} for n in people],
        )
        await session.execute(
            insert(FACES),
            [
                {"id": n, "person_id": (n - 1) // each + 1, "crop": str(n), "source": str(n), **empty}
                for n in faces
            ],
        )
        await session.execute(
            insert(EMBEDDINGS),
            [{"face_id": n, "model": MODEL, "vector": vectors[n - 1].tobytes()} for n in faces],
        )


async def search(session: AsyncSession, gallery: Gallery, probe: Floats) -> list[Candidate]:
    [found] = await gallery.nearest(session, CHAT, MODEL, "cosine", [probe.tobytes()], K)
    return found


def yardstick(vectors: Floats, probe: Floats) -> NDArray[np.intp]:
    similarity = vectors @ probe
    return np.argpartition(similarity, len(similarity) - K)[-K:]


def check(found: list[Candidate], means: Floats, probe: Floats) -> None:
    """Raises AssertionError where these are not the nearest people; rounding may swap equals."""
    exact = means @ (probe / np.linalg.norm(probe))
    similarity = [candidate.similarity for candidate in found]
    assert np.allclose(similarity, np.sort(exact)[::-1][: len(found)], atol=1e-5)
    assert np.allclose(similarity, exact[[candidate.person_id - 1 for candidate in found]], atol=1e-5)


def normalised(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faces", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for each in (1, 5):
            asyncio.run(measure(options.faces, each, options.rounds, Path(folder)))


if __name__ == "__main__":
    main()
