"""How long /people takes in a chat that knows many: `python -m benchmarks.people_list`.

The whole bot answers over HTTP: the time is from sending the command to the answer's arrival in the chat, as
a person sees it. Each person has five faces, a consent and a "no", and the answers to the chat's last 10,000
photos are there for /find.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from msgspec import structs
from sqlalchemy import insert

from storage import chats
from storage.answers import NewAnswer
from storage.database import open_database
from storage.migrate import migrate
from storage.people import name_key
from storage.schema import ANSWERS, CONSENTS, FACES, NEGATIVES, PEOPLE
from tests.scenarios.talking import Person, meet
from tests.support.glance import running_glance
from tests.support.sandbox import running_sandbox

LIMIT_S = 0.3
PEOPLE_COUNT, FACES_EACH, PHOTOS = 500, 5, 10_000
NOW = 1_800_000_000.0


@dataclass(frozen=True)
class Times:
    """Medians in seconds."""

    list_s: float
    find_s: float

    def __str__(self) -> str:
        return (
            f"/people with {PEOPLE_COUNT} people: {self.list_s * 1000:.0f} ms "
            f"(at most {LIMIT_S * 1000:.0f})\n"
            f"/find among {PHOTOS} photos: {self.find_s * 1000:.0f} ms"
        )


async def fill(data_dir: Path, chat_id: int, people: int, photos: int) -> None:
    """A database in which a private chat knows so many people, the first of them in every tenth photo."""
    await asyncio.to_thread(data_dir.mkdir, parents=True, exist_ok=True)
    url = f"sqlite:///{data_dir / 'glance.db'}"
    await migrate(url)
    numbers = range(1, people + 1)
    async with open_database(url) as database, database.begin() as session:
        await chats.seen(session, chat_id, "private", "", NOW)
        await session.execute(insert(PEOPLE), [_person(chat_id, number) for number in numbers])
        faces = [_face(number, face) for number in numbers for face in range(FACES_EACH)]
        await session.execute(insert(FACES), faces)
        await session.execute(insert(CONSENTS), [_consent(number) for number in numbers])
        await session.execute(insert(NEGATIVES), [_denial(chat_id, number) for number in numbers])
        if photos:
            await session.execute(insert(ANSWERS), [_answer(chat_id, n, people) for n in range(photos)])


def _person(chat_id: int, number: int) -> dict[str, object]:
    name = f"Person {number:03}"
    who = {"id": number, "chat_id": chat_id, "name": name, "name_key": name_key(name)}
    return {**who, "created_by": chat_id, "created_at": NOW}


def _face(person: int, number: int) -> dict[str, object]:
    looks = {"box": [0, 0, 9, 9], "landmarks": [[1, 2]], "quality": {}}
    crop = f"{person:032x}{number:032x}"
    return {**looks, "person_id": person, "crop": crop, "source": crop, "enrolled_by": 1, "enrolled_at": NOW}


def _consent(person: int) -> dict[str, object]:
    return {"person_id": person, "kind": "attested", "given_by": 1, "wording": "", "given_at": NOW}


def _denial(chat_id: int, person: int) -> dict[str, object]:
    face = {"model": "m", "vector": b"", "source": f"photo {person}", "box": [0, 0, 9, 9]}
    return {**face, "chat_id": chat_id, "person_id": person, "created_by": 1, "created_at": NOW}


def _answer(chat_id: int, number: int, people: int) -> dict[str, object]:
    seen = 1 if number % 10 == 0 else 2 + number % (people - 1)
    faces = [{"person_id": seen, "name": "somebody", "tone": "sure", "box": [0, 0, 9, 9]}]
    answer = NewAnswer(chat_id, number, number, f"photo {number}", "file", "m", 1, {"faces": faces})
    return {**structs.asdict(answer), "created_at": NOW}


async def measure(folder: Path, networks: Path | None, rounds: int) -> Times:
    """Measure in a folder; `networks` prepared already, or None where the bot may be without."""
    async with running_sandbox("--no-rates") as sandbox:
        ann = await meet(sandbox, "Ann")
        await fill(folder, ann.chat_id, PEOPLE_COUNT, PHOTOS)
        async with running_glance(sandbox, folder, networks) as glance:
            await glance.wait_for_log("ready on", timeout_s=300)
            lists = [await answered_s(ann, "/people", f"{PEOPLE_COUNT} people") for _ in range(rounds)]
            finds = [await answered_s(ann, "/find Person 001", "Person 001") for _ in range(rounds)]
    return Times(statistics.median(lists), statistics.median(finds))


async def answered_s(person: Person, command: str, words: str) -> float:
    """Seconds from a command to the answer with these words; what else is said to it is waited for."""
    started_at = time.perf_counter()
    question = await person.says(command)
    await person.hears(words)
    seconds = time.perf_counter() - started_at
    await person.answers_to(question)
    return seconds


def main() -> int:
    """Measure, print, and return 1 where the limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="how many answers to take the median of")
    parser.add_argument("--networks", type=Path, help="a folder of networks that are prepared already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        times = asyncio.run(measure(Path(folder) / "data", options.networks, options.rounds))
    print(times)
    return 0 if times.list_s <= LIMIT_S else 1


if __name__ == "__main__":
    sys.exit(main())
