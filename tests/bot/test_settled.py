"""What an old answer goes on saying, whatever the gallery makes of its photo by now."""

from __future__ import annotations

import pytest

from bot.usecases.naming import settled_still
from bot.usecases.seen import SeenFace
from ml.protocol import Box, Tone

ALICE, BOB = 1, 2
NAMES = {ALICE: "Alice", BOB: "Bob", None: None}


def face(tone: Tone, person: int | None = None, *, told: bool = False) -> SeenFace:
    return SeenFace(box=Box(0, 0, 9, 9), tone=tone, person_id=person, name=NAMES[person], told=told)


SURE, MAYBE, NOBODY = face("sure", ALICE), face("maybe", ALICE), face("unknown")


@pytest.mark.parametrize("now", [MAYBE, NOBODY, face("maybe", BOB)])
def test_a_sure_name_becomes_no_question(now: SeenFace) -> None:
    assert settled_still({0: SURE}, [now], set()) == {0: ALICE}


@pytest.mark.parametrize(
    ("now", "denials"),
    [
        ([face("sure", BOB)], set()),
        ([NOBODY], {(0, ALICE)}),
        ([NOBODY, SURE], set()),
    ],
)
def test_a_sure_name_goes_where_the_gallery_contradicts(
    now: list[SeenFace], denials: set[tuple[int, int]]
) -> None:
    assert settled_still({0: SURE, 1: NOBODY}, now, denials) == {}


@pytest.mark.parametrize("said", [MAYBE, NOBODY, face("sure", ALICE, told=True)])
def test_what_was_never_sure_is_not_settled_and_what_was_told_needs_no_rule(said: SeenFace) -> None:
    assert settled_still({0: said}, [MAYBE], set()) == {}


def test_who_is_only_maybe_elsewhere_stays_where_they_were() -> None:
    assert settled_still({0: SURE, 1: NOBODY}, [NOBODY, MAYBE], set()) == {0: ALICE}
