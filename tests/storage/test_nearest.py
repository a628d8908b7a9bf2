"""What the gallery knows besides who is nearest: denials, rivals, looks, the nearest faces, their spread."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pytest import Approx
from sqlalchemy.ext.asyncio import AsyncSession

from storage import gallery, negatives, people
from storage.gallery import Candidate, Gallery
from storage.nearest import NearFace, Spread
from storage.negatives import NewNegative
from tests.storage.rows import CHAT, NOW, faces_of, new_face, vector


async def enrolled(session: AsyncSession, name: str, *vectors: bytes) -> int:
    person = await people.add(session, CHAT, name, by=1, now=NOW)
    for number, embedding in enumerate(vectors):
        await gallery.enrol(session, person, new_face(f"{name}-{number}", embedding), by=1, now=NOW)
    return person


async def deny(session: AsyncSession, person_id: int, embedding: bytes, model: str = "m") -> None:
    negative = NewNegative(person_id, "some photo", (0, 0, 9, 9), model, embedding)
    await negatives.add(session, negative, by=1, now=NOW)


async def nearest(
    session: AsyncSession, probe: bytes, port: Gallery | None = None, k: int = 4
) -> dict[int, Candidate]:
    [found] = await (port or Gallery()).nearest(session, CHAT, "m", "cosine", [probe], k)
    return {candidate.person_id: candidate for candidate in found}


def at(degrees: float) -> bytes:
    """A vector in the plane, by its angle: the cosine of two is that of the angle between them."""
    return vector(math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))


def cosine(degrees: float) -> Approx[float]:
    return pytest.approx(math.cos(math.radians(degrees)), abs=1e-5)


async def test_a_candidate_knows_how_near_a_face_is_to_what_was_denied(session: AsyncSession) -> None:
    alice, bob = await enrolled(session, "Alice", at(0)), await enrolled(session, "Bob", at(20))
    await deny(session, alice, at(50))
    await deny(session, alice, at(40))
    found = await nearest(session, at(30))
    assert found[alice].denied == cosine(10)
    assert found[bob].denied == -math.inf


async def test_a_no_counts_from_the_next_question_on_and_until_it_is_taken_back(
    session: AsyncSession,
) -> None:
    port, alice = Gallery(), await enrolled(session, "Alice", at(0))
    assert (await nearest(session, at(10), port))[alice].denied == -math.inf
    await deny(session, alice, at(10))
    assert (await nearest(session, at(10), port))[alice].denied == cosine(0)
    await negatives.remove(session, alice, "some photo", (0, 0, 9, 9))
    assert (await nearest(session, at(10), port))[alice].denied == -math.inf


async def test_a_no_under_another_model_is_not_compared(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", at(0))
    await deny(session, alice, vector(1, 0, 0), model="another")
    assert (await nearest(session, at(10)))[alice].denied == -math.inf


async def test_a_no_about_somebody_without_a_face_harms_nobody(session: AsyncSession) -> None:
    alice, bob = await enrolled(session, "Alice", at(0)), await enrolled(session, "Bob")
    await deny(session, bob, at(0))
    assert list(await nearest(session, at(10))) == [alice]


async def test_a_candidates_rival_is_the_other_person_most_like_them(session: AsyncSession) -> None:
    alice, bob = await enrolled(session, "Alice", at(0)), await enrolled(session, "Bob", at(25))
    carol = await enrolled(session, "Carol", at(90))
    found = await nearest(session, at(10))
    assert [found[person].rival for person in (alice, bob, carol)] == [cosine(25), cosine(25), cosine(65)]


async def test_the_only_person_of_a_gallery_has_no_rival(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", at(0), at(5))
    assert (await nearest(session, at(10)))[alice].rival == -math.inf


async def test_rivals_are_found_among_more_people_than_were_asked_for(session: AsyncSession) -> None:
    alice, _ = await enrolled(session, "Alice", at(0)), await enrolled(session, "Bob", at(25))
    assert (await nearest(session, at(0), k=1))[alice].rival == cosine(25)


async def test_somebody_with_two_looks_is_found_by_each(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", at(0), at(2), at(78), at(80))
    for probe, distance in ((1, 0), (79, 0), (40, 0), (85, 6)):
        assert (await nearest(session, at(probe)))[alice].similarity == cosine(distance)


async def test_one_photo_unlike_the_rest_is_no_look_of_its_own(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", at(0), at(1), at(2), at(3), at(90))
    assert (await nearest(session, at(90)))[alice].similarity < 0.5


async def test_the_nearest_enrolled_faces_come_with_their_crops(session: AsyncSession) -> None:
    alice, bob = await enrolled(session, "Alice", at(0), at(60)), await enrolled(session, "Bob", at(40))
    first, second = await Gallery().similarities(session, CHAT, "m", "cosine", at(45), k=2)
    assert first.person_id == bob
    assert first.similarity == cosine(5)
    face = (await faces_of(session, alice))[1]
    assert second == NearFace(face.id, alice, face.crop, face.box, face.landmarks, second.similarity)


async def test_faces_of_the_forgotten_and_of_other_models_are_not_shown(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", at(0))
    assert await Gallery().similarities(session, CHAT, "another", "cosine", at(0), k=3) == []
    await people.forget(session, alice, NOW)
    assert await Gallery().similarities(session, CHAT, "m", "cosine", at(0), k=3) == []


async def test_the_nearest_of_many_faces_are_those_of_plain_sorting(session: AsyncSession) -> None:
    values = np.random.default_rng(3).normal(size=(40, 8)).astype(np.float32)
    await enrolled(session, "Alice", *(row.tobytes() for row in values))
    probe = values[7] + 0.1
    found = await Gallery().similarities(session, CHAT, "m", "euclidean", probe.tobytes(), k=5)
    exact = np.sort(np.linalg.norm(values - probe, axis=1))[:5]
    assert [-face.similarity for face in found] == pytest.approx(exact.tolist(), abs=1e-4)


async def test_a_persons_spread_is_the_mean_cosine_of_all_pairs(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", at(0), at(30), at(60))
    spread = await Gallery().spread(session, alice, "m")
    mean = (2 * math.cos(math.radians(30)) + math.cos(math.radians(60))) / 3
    assert spread.faces == 3
    assert spread.similarity == pytest.approx(mean, abs=1e-5)


async def test_fewer_than_two_faces_have_no_spread(session: AsyncSession) -> None:
    alice = await enrolled(session, "Alice", at(0))
    assert await Gallery().spread(session, alice, "m") == Spread(1, None)
    assert await Gallery().spread(session, alice, "another") == Spread(0, None)
