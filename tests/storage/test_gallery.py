"""The gallery: faces stored once, and the nearest people exactly as plain arithmetic finds them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncSession

from storage import chats, gallery, people
from storage.errors import NotFound
from storage.gallery import Candidate, Gallery
from tests.storage.rows import CHAT, NOW, faces_of, new_face, vector

OTHER = -200
DIMENSION = 16
Vectors = NDArray[np.float32]


async def enrol_many(session: AsyncSession, count: int, per_person: int) -> dict[int, Vectors]:
    """People with random vectors: (per_person, DIMENSION) by person id."""
    random = np.random.default_rng(seed=1)
    enrolled = {}
    for number in range(count):
        person = await people.add(session, CHAT, f"person {number}", by=1, now=NOW)
        vectors = random.normal(size=(per_person, DIMENSION)).astype(np.float32)
        for index, values in enumerate(vectors):
            await gallery.enrol(session, person, new_face(f"{number}-{index}", values.tobytes()), 1, NOW)
        enrolled[person] = vectors
    return enrolled


def unit(values: Vectors) -> Vectors:
    return np.asarray(values / np.linalg.norm(values), dtype=np.float32)


def cosine(mine: Vectors, probe: Vectors) -> float:
    return float(unit(np.mean([unit(row) for row in mine], axis=0)) @ unit(probe))


def euclidean(mine: Vectors, probe: Vectors) -> float:
    return -float(np.linalg.norm(mine.mean(axis=0) - probe))


async def nearest(
    session: AsyncSession,
    *probes: bytes,
    chat_id: int = CHAT,
    model: str = "m",
    k: int = 3,
    metric: str = "cosine",
    port: Gallery | None = None,
) -> list[list[Candidate]]:
    return await (port or Gallery()).nearest(session, chat_id, model, metric, probes, k)


@pytest.mark.parametrize(("metric", "similarity"), [("cosine", cosine), ("euclidean", euclidean)])
async def test_the_nearest_people_are_those_of_plain_arithmetic(
    session: AsyncSession, metric: str, similarity: Callable[[Vectors, Vectors], float]
) -> None:
    enrolled = await enrol_many(session, count=20, per_person=3)
    probes = np.random.default_rng(seed=2).normal(size=(5, DIMENSION)).astype(np.float32)
    found = await nearest(session, *(probe.tobytes() for probe in probes), metric=metric)
    for probe, candidates in zip(probes, found, strict=True):
        wanted = sorted(
            ((similarity(mine, probe), person) for person, mine in enrolled.items()), reverse=True
        )[:3]
        assert [candidate.person_id for candidate in candidates] == [person for _, person in wanted]
        assert [candidate.similarity for candidate in candidates] == pytest.approx(
            [s for s, _ in wanted], abs=1e-5
        )


async def test_a_person_is_one_candidate_however_many_photos(session: AsyncSession, alice: int) -> None:
    for crop, values in (("a", vector(1, 0)), ("b", vector(0, 1))):
        await gallery.enrol(session, alice, new_face(crop, values), by=1, now=NOW)
    assert await nearest(session, vector(3, 3)) == [[Candidate(alice, 1.0)]]


async def test_an_empty_gallery_knows_nobody(session: AsyncSession) -> None:
    assert await nearest(session, vector(1, 0), vector(0, 1)) == [[], []]
    assert await nearest(session, vector(1, 0), chat_id=OTHER) == [[]]
    assert await nearest(session) == []


async def test_chats_do_not_see_each_others_people(session: AsyncSession, alice: int) -> None:
    await chats.seen(session, OTHER, "group", "Strangers", NOW)
    bob = await people.add(session, OTHER, "Bob", by=1, now=NOW)
    await gallery.enrol(session, alice, new_face("a", vector(1, 0)), by=1, now=NOW)
    await gallery.enrol(session, bob, new_face("b", vector(1, 0)), by=1, now=NOW)
    port = Gallery()
    assert [c.person_id for (c,) in await nearest(session, vector(1, 0), port=port)] == [alice]
    assert [c.person_id for (c,) in await nearest(session, vector(1, 0), chat_id=OTHER, port=port)] == [bob]


async def test_models_do_not_meet(session: AsyncSession, alice: int) -> None:
    await gallery.enrol(session, alice, new_face("a", vector(1, 0), model="old"), by=1, now=NOW)
    assert await nearest(session, vector(1, 0, 0), model="new") == [[]]


async def test_every_change_is_seen_at_once_in_spite_of_the_cache(session: AsyncSession, alice: int) -> None:
    port = Gallery()
    face = await gallery.enrol(session, alice, new_face("a", vector(1, 0)), by=1, now=NOW)
    assert face is not None
    assert len((await nearest(session, vector(1, 0), port=port))[0]) == 1
    await people.forget(session, alice, NOW)
    assert await nearest(session, vector(1, 0), port=port) == [[]]
    await people.restore(session, alice)
    assert len((await nearest(session, vector(1, 0), port=port))[0]) == 1
    await gallery.remove_faces(session, [face])
    assert await nearest(session, vector(1, 0), port=port) == [[]]


async def test_a_cache_too_small_for_anything_changes_no_answer(session: AsyncSession) -> None:
    await enrol_many(session, count=5, per_person=2)
    probe = np.ones(DIMENSION, dtype=np.float32).tobytes()
    tiny = Gallery(cache_bytes=1)
    for metric in ("cosine", "euclidean", "cosine"):
        found = await nearest(session, probe, metric=metric, port=tiny)
        assert found == await nearest(session, probe, metric=metric)


async def test_the_same_crop_or_photo_counts_once_per_person(session: AsyncSession, alice: int) -> None:
    face = new_face("a", vector(1, 0))
    assert await gallery.enrol(session, alice, face, by=1, now=NOW) is not None
    assert await gallery.enrol(session, alice, face, by=1, now=NOW) is None
    same_photo = replace(face, crop="other crop")
    assert await gallery.enrol(session, alice, same_photo, by=1, now=NOW) is None
    bob = await people.add(session, CHAT, "Bob", by=1, now=NOW)
    assert await gallery.enrol(session, bob, face, by=1, now=NOW) is not None


async def test_an_enrolled_face_comes_back_as_it_was_stored(session: AsyncSession, alice: int) -> None:
    face = new_face("a", vector(1, 0))
    await gallery.enrol(session, alice, face, by=7, now=NOW)
    (stored,) = await faces_of(session, alice)
    assert (stored.crop, stored.box, stored.landmarks) == (face.crop, face.box, face.landmarks)
    assert (stored.quality, stored.source) == (face.quality, face.source)
    assert (stored.person_id, stored.enrolled_by, stored.enrolled_at) == (alice, 7, NOW)


async def test_removing_faces_returns_those_that_were_there(session: AsyncSession, alice: int) -> None:
    for crop in ("a", "b", "c"):
        await gallery.enrol(session, alice, new_face(crop), by=1, now=NOW)
    first, second, third = await faces_of(session, alice)
    assert await gallery.remove_faces(session, [first.id, second.id]) == [first, second]
    assert await gallery.remove_faces(session, [second.id, third.id]) == [third]
    assert await gallery.remove_faces(session, [first.id]) == []


async def test_nobody_forgotten_is_enrolled(session: AsyncSession, alice: int) -> None:
    await people.forget(session, alice, NOW)
    with pytest.raises(NotFound):
        await gallery.enrol(session, alice, new_face("a"), by=1, now=NOW)


async def test_a_gallery_moves_to_another_model_face_by_face(session: AsyncSession, alice: int) -> None:
    for crop in ("a", "b"):
        await gallery.enrol(session, alice, new_face(crop, vector(1, 0), model="old"), by=1, now=NOW)
    first, second = await gallery.faces_without(session, CHAT, "new")
    await gallery.store_embeddings(session, "new", {first.id: vector(0, 1, 0), 9999: vector(1, 1, 1)})
    assert await gallery.faces_without(session, CHAT, "new") == [second]
    assert await nearest(session, vector(0, 1, 0), model="new") == [[Candidate(alice, 1.0)]]
    assert len((await nearest(session, vector(1, 0), model="old"))[0]) == 1


async def test_a_forgotten_persons_faces_move_to_another_model_as_well(
    session: AsyncSession, alice: int
) -> None:
    await gallery.enrol(session, alice, new_face("a", vector(1, 0), model="old"), by=1, now=NOW)
    await people.forget(session, alice, NOW)
    (face,) = await gallery.faces_without(session, CHAT, "new")
    assert face.person_id == alice


async def test_embedding_a_face_again_replaces_its_vector(session: AsyncSession, alice: int) -> None:
    face = await gallery.enrol(session, alice, new_face("a", vector(1, 0)), by=1, now=NOW)
    assert face is not None
    await gallery.store_embeddings(session, "m", {face: vector(0, 1)})
    assert await nearest(session, vector(0, 1)) == [[Candidate(alice, 1.0)]]
