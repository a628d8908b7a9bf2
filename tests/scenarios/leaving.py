"""What scenarios about somebody who leaves share: how they do, and what must not be left of them."""

from __future__ import annotations

import asyncio

from tests.scenarios.talking import Person
from tests.support.glance import Glance
from tests.support.leftovers import name_traces, rows_with


async def leaves(person: Person) -> None:
    """They ask to be forgotten, and press."""
    await person.says("/forgetme")
    await person.presses(await person.hears("Shall I delete everything"), "Delete everything")
    await person.hears("know nothing about you")


async def is_in_no_row(glance: Glance, person: Person) -> None:
    """Wait until no row has their id; that of their private chat goes with the last that is said there."""
    async with asyncio.timeout(30):
        while rows_with(glance, person.user_id):
            await person.sandbox.last_event()


def crops_of(glance: Glance, name: str) -> list[str]:
    query = "SELECT crop FROM faces JOIN people ON person_id = people.id WHERE name = ?"
    return [crop for (crop,) in glance.rows(query, name)]


def vectors_of(glance: Glance, name: str) -> list[bytes]:
    query = (
        "SELECT vector FROM embeddings JOIN faces ON face_id = faces.id JOIN people ON person_id = people.id"
        " WHERE name = ?"
    )
    return [vector for (vector,) in glance.rows(query, name)]


def traces_of(glance: Glance, name: str) -> dict[str, bytes]:
    """What must not be found afterwards, on the disk as it is now."""
    photos = glance.data_dir / "photos"
    crops = crops_of(glance, name)
    pixels = {crop: (photos / crop[:2] / crop[2:4] / crop).read_bytes() for crop in crops}
    traces = name_traces(name)
    for crop, content in pixels.items():
        traces |= {f"sha256 {crop}": crop.encode(), f"pixels of {crop}": content}
    return traces | {f"vector {n}": vector for n, vector in enumerate(vectors_of(glance, name))}
