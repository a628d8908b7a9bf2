"""The rule that turns candidates into names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.usecases.identity import UNKNOWN, Identity, conflict, name_faces
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


STRICT_ON_RIVALS = IdentityThresholds(
    sure=0.6, maybe=0.4, margin=0.05, crowded=0.5, tighten=0.5, widen=0.5, copy=0.9
)


def like(person: int, similarity: float, denied: float = -1.0, rival: float = 0.0) -> Candidate:
    return Candidate(person, similarity, denied, rival)


def test_a_copy_of_a_denied_face_is_not_that_person_however_near() -> None:
    nearest = [like(ALICE, 0.97, denied=0.92), like(BOB, 0.1)]
    assert name_faces([nearest], STRICT_ON_RIVALS) == [UNKNOWN]


def test_a_face_nearer_to_a_denied_one_than_to_the_person_is_not_even_maybe_that_person() -> None:
    assert name_faces([[like(ALICE, 0.7, denied=0.71)]], STRICT_ON_RIVALS) == [UNKNOWN]
    assert name_faces([[like(ALICE, 0.45, denied=0.45)]], STRICT_ON_RIVALS) == [UNKNOWN]


def test_a_face_nearer_to_the_person_than_to_a_denied_one_keeps_its_name() -> None:
    assert name_faces([[like(ALICE, 0.7, denied=0.69)]], STRICT_ON_RIVALS)[0].band == "sure"


def test_a_face_that_is_denied_one_person_may_surely_be_the_next() -> None:
    nearest = [like(ALICE, 0.7, denied=0.8), like(BOB, 0.68)]
    assert name_faces([nearest], STRICT_ON_RIVALS) == [Identity("sure", BOB, 0.68)]


def test_a_denial_of_the_caller_holds_for_that_face_and_that_person_alone() -> None:
    both = [face((ALICE, 0.9), (BOB, 0.7)), face((ALICE, 0.8), (BOB, 0.1))]
    named = name_faces(both, THRESHOLDS, denials={(0, ALICE)})
    assert named == [Identity("sure", BOB, 0.7), Identity("sure", ALICE, 0.8)]


def test_a_person_whom_somebody_resembles_must_be_nearer_to_be_sure() -> None:
    assert name_faces([[like(ALICE, 0.62, rival=0.5)]], STRICT_ON_RIVALS)[0].band == "sure"
    assert name_faces([[like(ALICE, 0.62, rival=0.6)]], STRICT_ON_RIVALS)[0].band == "maybe"
    assert name_faces([[like(ALICE, 0.44, rival=0.6)]], STRICT_ON_RIVALS) == [UNKNOWN]


def test_siblings_are_told_apart_only_with_more_of_a_margin() -> None:
    def bands(rival: float) -> str:
        nearest = [like(ALICE, 0.9, rival=rival), like(BOB, 0.82, rival=rival)]
        return name_faces([nearest], STRICT_ON_RIVALS)[0].band

    assert (bands(rival=0.5), bands(rival=0.7)) == ("sure", "maybe")


def test_a_new_persons_face_that_surely_looks_like_bob_conflicts_with_bob() -> None:
    bob = like(BOB, 0.7)
    assert conflict([bob, like(ALICE, 0.68)], STRICT_ON_RIVALS, person_id=None) == bob
    assert conflict([bob, like(ALICE, 0.68)], STRICT_ON_RIVALS, person_id=ALICE) == bob


def test_a_face_nearest_to_whom_it_is_enrolled_for_conflicts_with_nobody() -> None:
    assert conflict([like(ALICE, 0.7), like(BOB, 0.69)], STRICT_ON_RIVALS, person_id=ALICE) is None


def test_a_face_that_looks_like_nobody_surely_conflicts_with_nobody() -> None:
    assert conflict([], STRICT_ON_RIVALS, person_id=None) is None
    assert conflict([like(BOB, 0.59)], STRICT_ON_RIVALS, person_id=None) is None
    assert conflict([like(BOB, 0.8, denied=0.95)], STRICT_ON_RIVALS, person_id=None) is None


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


@given(st.lists(nearest_people, max_size=5), st.sets(st.tuples(st.integers(0, 4), st.integers(1, 4))))
def test_whatever_the_candidates_no_face_is_a_person_it_was_denied(
    candidates: list[list[Candidate]], denials: set[tuple[int, int]]
) -> None:
    named = name_faces(candidates, THRESHOLDS, denials)
    assert not denials & {(face, identity.person_id) for face, identity in enumerate(named)}


@given(nearest_people, st.floats(-1, 1))
def test_a_denied_face_never_makes_a_photo_name_somebody_further_away_than_its_like(
    nearest: list[Candidate], denied: float
) -> None:
    of_all = [Candidate(c.person_id, c.similarity, denied, c.rival) for c in nearest]
    [identity] = name_faces([of_all], STRICT_ON_RIVALS)
    assert identity.similarity is None or identity.similarity > denied
