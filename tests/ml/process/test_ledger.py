"""The client's rules on what is sent, and on what happens to it when the worker dies."""

from __future__ import annotations

import pytest

from ml.ledger import CROPS_PER_TURN, WINDOW, Entry, Ledger
from ml.protocol import (
    Analyse,
    Analysis,
    Box,
    Cluster,
    Clustered,
    Compare,
    Draw,
    Drawn,
    Embed,
    Exhibit,
    Face,
    Keep,
    Outcome,
    Quality,
    Request,
    Sheet,
    StoredCrop,
)
from ml.wire import WireError

CROP = StoredCrop(path="crop.jpg", box=Box(0, 0, 1, 1), landmarks=())
ELSEWHERE = Drawn(path="/etc/passwd", width=1, height=1, bytes=1)
QUALITY = Quality(
    score=1, size_px=100, sharpness=1, yaw=0, pitch=0, confidence=1, brightness=130, occlusion=0
)


def enter(ledger: Ledger, count: int, *, alone: bool = False) -> list[Entry]:
    return [ledger.enter(Analyse(photo=f"{n}.jpg"), alone=alone) for n in range(count)]


def send(ledger: Ledger) -> list[Entry]:
    return list(iter(ledger.next_to_send, None))


def analysis_with_crop(path: str) -> Analysis:
    crop = StoredCrop(path=path, box=Box(0, 0, 1, 1), landmarks=())
    face = Face(box=Box(0, 0, 1, 1), landmarks=(), quality=QUALITY, crop=crop)
    return Analysis(width=1, height=1, classification=None, faces=(face,), embedder=None)


async def test_no_more_is_sent_than_the_window_holds() -> None:
    ledger = Ledger()
    entries = enter(ledger, WINDOW + 3)
    assert send(ledger) == entries[:WINDOW]


async def test_a_drawing_is_sent_although_the_window_is_full() -> None:
    ledger = Ledger()
    enter(ledger, WINDOW + 1)
    send(ledger)
    drawing = ledger.enter(Draw(photo="a", marks=(), target="b"), alone=False)
    assert send(ledger) == [drawing]


async def test_nothing_is_in_flight_beside_a_lone_request() -> None:
    ledger = Ledger()
    (first,), (lone,) = enter(ledger, 1), enter(ledger, 1, alone=True)
    assert send(ledger) == [lone]
    assert first in ledger.waiting


async def test_a_lone_request_waits_until_nothing_is_in_flight() -> None:
    ledger = Ledger()
    (first,) = enter(ledger, 1)
    send(ledger)
    (lone,) = enter(ledger, 1, alone=True)
    assert send(ledger) == []
    ledger.settle(first.id, analysis_without_faces())
    assert send(ledger) == [lone]


async def test_after_a_death_the_begun_are_asked_alone_and_the_others_as_before() -> None:
    ledger = Ledger()
    begun, unbegun = enter(ledger, 2)
    send(ledger)
    ledger.begin([begun.id])
    assert ledger.bury() == []
    assert list(ledger.lone) == [begun] and list(ledger.waiting) == [unbegun]


async def test_whoever_was_begun_alone_is_given_up() -> None:
    ledger = Ledger()
    (lone,) = enter(ledger, 1, alone=True)
    send(ledger)
    ledger.begin([lone.id])
    assert ledger.bury() == [lone]
    assert send(ledger) == []


async def test_a_lone_request_that_was_not_begun_is_not_to_blame() -> None:
    ledger = Ledger()
    (lone,) = enter(ledger, 1, alone=True)
    send(ledger)
    assert ledger.bury() == []
    assert send(ledger) == [lone]


async def test_after_an_end_on_purpose_everything_is_asked_again_as_before() -> None:
    ledger = Ledger()
    entries = enter(ledger, WINDOW + 2)
    send(ledger)
    ledger.begin([entry.id for entry in entries[:3]])
    ledger.recall()
    assert list(ledger.waiting) == entries
    assert not any(entry.alone for entry in entries)


async def test_after_an_end_on_purpose_a_lone_request_is_not_given_up() -> None:
    ledger = Ledger()
    (lone,) = enter(ledger, 1, alone=True)
    send(ledger)
    ledger.begin([lone.id])
    ledger.recall()
    assert send(ledger) == [lone]


async def test_what_was_sent_keeps_its_place_before_what_waits() -> None:
    ledger = Ledger()
    entries = enter(ledger, WINDOW + 2)
    send(ledger)
    ledger.bury()
    assert list(ledger.waiting) == entries


async def test_nobody_is_asked_for_a_caller_who_left() -> None:
    ledger = Ledger()
    gone, stays = enter(ledger, 2)
    send(ledger)
    gone.answer.cancel()
    ledger.bury()
    assert send(ledger) == [stays]


async def test_a_batch_has_the_time_of_all_its_members() -> None:
    ledger = Ledger()
    photos = enter(ledger, 3)
    crops = ledger.enter(Embed(crops=(CROP,) * (CROPS_PER_TURN + 1)), alone=False)
    send(ledger)
    assert ledger.begin([entry.id for entry in photos]) == 3
    assert ledger.begin([crops.id]) == 2


@pytest.mark.parametrize(
    ("request_", "outcome"),
    [
        (Analyse(photo="a.jpg"), Drawn(path="a.jpg", width=1, height=1, bytes=1)),
        (Draw(photo="a.jpg", marks=(), target="b.jpg"), ELSEWHERE),
        (Compare(face=Exhibit(crop=CROP), nearest=(), target="b.jpg"), ELSEWHERE),
        (Sheet(tiles=(), target="b.jpg"), ELSEWHERE),
        (Keep(photo="a.jpg", target="b.jpg", longest_px=9), ELSEWHERE),
        (Cluster(vectors=(b"", b"")), Clustered(groups=(0,))),
        (Analyse(photo="spool/a.jpg", crops=True), analysis_with_crop("/etc/passwd")),
        (Analyse(photo="spool/a.jpg", crops=True), analysis_with_crop("other/a-face-1.jpg")),
        (Analyse(photo="spool/a.jpg", crops=True), analysis_with_crop("spool/../other/a-face-1.jpg")),
        (Analyse(photo="spool/a.jpg", crops=True), analysis_with_crop("spool/b.jpg")),
        (Analyse(photo="spool/a.jpg", crops=True), analysis_with_crop("spool/ab-face-1.jpg")),
        (Analyse(photo="spool/a.jpg"), analysis_with_crop("spool/a-face-1.jpg")),
    ],
    ids=[
        "another kind",
        "another file drawn",
        "another file for a comparison",
        "another file for a contact sheet",
        "another file for a kept photo",
        "fewer groups than faces",
        "a file that is no crop",
        "a crop elsewhere",
        "a crop elsewhere by a detour",
        "another photo",
        "another photo's crop",
        "a crop nobody asked for",
    ],
)
async def test_an_answer_that_was_not_asked_for_is_refused(request_: Request, outcome: Outcome) -> None:
    ledger = Ledger()
    entry = ledger.enter(request_, alone=False)
    send(ledger)
    with pytest.raises(WireError):
        ledger.settle(entry.id, outcome)
    assert not entry.answer.done()


async def test_a_photos_own_crops_are_believed() -> None:
    ledger = Ledger()
    entry = ledger.enter(Analyse(photo="spool/a.jpg", crops=True), alone=False)
    send(ledger)
    analysis = analysis_with_crop("spool/a-face-0123.jpg")
    ledger.settle(entry.id, analysis)
    assert entry.answer.result() == analysis


async def test_an_answer_to_nobody_is_refused() -> None:
    with pytest.raises(WireError, match="not asked"):
        Ledger().settle(7, analysis_without_faces())


def analysis_without_faces() -> Analysis:
    return Analysis(width=1, height=1, classification=None, faces=None, embedder=None)
