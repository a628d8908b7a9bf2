"""The rule that turns candidates into names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.usecases.identity import UNKNOWN, Identity, name_faces
from ml.protocol import IdentityThresholds
from storage.gallery import Candidate

THRESHOLDS = IdentityThresholds(sure=0.6, maybe=0.4, margin=0.05)
ALICE, BOB, CAROL = 1, 2, 3


def face(*nearest: tuple[int, float]) -> list[Candidate]:
    return [Candidate(person_id=person, similarity=similarity) for person, similarity in nearest]


def test_a_near_face_with_a_distant_runner_up_is_surely_that_person() -> None:
    assert name_faces([face((ALICE, 0.8), (BOB, 0.3))], THRESHOLDS) == [Identity("sure", ALICE, 0.8)]


def test_a_near_face_with_a_close_runner_up_is_only_maybe_that_person() -> None:
    assert name_faces([face((ALICE, 0.8), (BOB, 0.78))], THRESHOLDS) == [Identity("maybe", ALICE, 0.8)]


def test_a_runner_up_close_to_the_nearest_is_not_named_in_its_place() -> None:
    named = name_faces([face((ALICE, 0.8), (BOB, 0.79), (CAROL, 0.1))], THRESHOLDS)
    assert named == [Identity("maybe", ALICE, 0.8)]


def test_a_face_between_the_thresholds_is_maybe_that_person() -> None:
    assert name_faces([face((ALICE, 0.5), (BOB, 0.1))], THRESHOLDS) == [Identity("maybe", ALICE, 0.5)]


def test_a_distant_face_is_unknown() -> None:
    assert name_faces([face((ALICE, 0.39))], THRESHOLDS) == [UNKNOWN]


def test_a_face_exactly_on_the_thresholds_passes_them() -> None:
    assert name_faces([face((ALICE, 0.6))], THRESHOLDS)[0].band == "sure"
    assert name_faces([face((ALICE, 0.4))], THRESHOLDS)[0].band == "maybe"


def test_the_only_person_of_a_gallery_needs_no_margin() -> None:
    assert name_faces([face((ALICE, 0.7))], THRESHOLDS) == [Identity("sure", ALICE, 0.7)]


def test_nobody_is_known_in_an_empty_gallery() -> None:
    assert name_faces([face(), face()], THRESHOLDS) == [UNKNOWN, UNKNOWN]


def test_a_photo_without_faces_has_no_names() -> None:
    assert name_faces([], THRESHOLDS) == []


def test_one_person_is_named_once_and_the_better_claim_wins() -> None:
    named = name_faces([face((ALICE, 0.7), (BOB, 0.1)), face((ALICE, 0.9), (BOB, 0.1))], THRESHOLDS)
    assert named == [UNKNOWN, Identity("sure", ALICE, 0.9)]


def test_the_loser_falls_to_its_next_candidate_if_that_one_passes_on_its_own() -> None:
    loser = face((ALICE, 0.7), (BOB, 0.65), (CAROL, 0.1))
    named = name_faces([loser, face((ALICE, 0.9), (BOB, 0.1))], THRESHOLDS)
    assert named == [Identity("sure", BOB, 0.65), Identity("sure", ALICE, 0.9)]


def test_a_sure_claim_goes_before_an_unsure_one_that_is_nearer() -> None:
    torn_between_two = face((ALICE, 0.8), (BOB, 0.79), (CAROL, 0.1))
    named = name_faces([torn_between_two, face((ALICE, 0.75), (BOB, 0.1))], THRESHOLDS)
    assert named == [Identity("sure", BOB, 0.79), Identity("sure", ALICE, 0.75)]


def test_distances_work_as_negative_similarities() -> None:
    by_distance = IdentityThresholds(sure=-0.45, maybe=-0.55, margin=0.05)
    named = name_faces([face((ALICE, -0.4), (BOB, -0.7)), face((BOB, -0.5), (ALICE, -0.8))], by_distance)
    assert [identity.band for identity in named] == ["sure", "maybe"]


nearest_people = st.dictionaries(st.integers(1, 4), st.floats(-1, 1), max_size=4).map(
    lambda people: face(*sorted(people.items(), key=lambda person: -person[1]))
)


@given(st.lists(nearest_people, max_size=5))
def test_whatever_the_candidates_nobody_is_in_a_photo_twice(candidates: list[list[Candidate]]) -> None:
    people = [identity.person_id for identity in name_faces(candidates, THRESHOLDS)]
    named = [person for person in people if person is not None]
    assert len(named) == len(set(named))


@given(nearest_people)
def test_a_face_alone_is_its_nearest_person_or_nobody(nearest: list[Candidate]) -> None:
    [identity] = name_faces([nearest], THRESHOLDS)
    assert identity.person_id in {None, *(candidate.person_id for candidate in nearest[:1])}
