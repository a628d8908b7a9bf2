"""Which requests the worker takes on together."""

from __future__ import annotations

from ml.batching import MAX_BATCH, Backlog, next_batch
from ml.protocol import Analyse, Ask, Box, Cluster, Compare, Draw, Embed, Exhibit, Keep, Sheet, StoredCrop


def photo(id_: int, *, alone: bool = False) -> Ask:
    return Ask(id=id_, request=Analyse(photo=f"{id_}.jpg"), alone=alone)


def drawing(id_: int) -> Ask:
    return Ask(id=id_, request=Draw(photo="a.jpg", marks=(), target="b.jpg"))


def comparison(id_: int) -> Ask:
    face = Exhibit(crop=StoredCrop(path="a.jpg", box=Box(0, 0, 1, 1), landmarks=()))
    return Ask(id=id_, request=Compare(face=face, nearest=(), target="b.jpg"))


def sheet(id_: int) -> Ask:
    return Ask(id=id_, request=Sheet(tiles=(), target="b.jpg"))


def keeping(id_: int) -> Ask:
    return Ask(id=id_, request=Keep(photo="a.jpg", target="b.jpg", longest_px=1024))


def embed(id_: int) -> Ask:
    return Ask(id=id_, request=Embed(crops=()))


def ids(batch: list[Ask] | None) -> list[int]:
    return [ask.id for ask in batch or ()]


def test_photos_go_together_up_to_a_limit() -> None:
    assert ids(next_batch([photo(n) for n in range(20)])) == list(range(MAX_BATCH))


def test_a_drawing_goes_first_and_by_itself() -> None:
    assert ids(next_batch([photo(1), drawing(2), drawing(3)])) == [2]
    assert ids(next_batch([photo(1), comparison(2), drawing(3)])) == [2]
    assert ids(next_batch([photo(1), keeping(2), sheet(3)])) == [3]


def test_what_asks_to_be_alone_is_alone() -> None:
    assert ids(next_batch([photo(1, alone=True), photo(2)])) == [1]
    assert ids(next_batch([photo(2), photo(1, alone=True), photo(3)])) == [2, 3]


def test_an_embed_keeps_its_turn_among_photos() -> None:
    assert ids(next_batch([embed(1), photo(2)])) == [1]
    assert ids(next_batch([photo(2), embed(1), photo(3)])) == [2, 3]


def test_keeping_a_photo_joins_nothing() -> None:
    assert ids(next_batch([keeping(1), keeping(2), photo(3)])) == [1]
    assert ids(next_batch([photo(1), keeping(2), photo(3)])) == [1, 3]


def test_grouping_faces_is_no_part_of_a_batch_of_photos() -> None:
    grouping = Ask(id=1, request=Cluster(vectors=()))
    assert ids(next_batch([grouping, photo(2)])) == [1]
    assert ids(next_batch([photo(2), grouping, photo(3)])) == [2, 3]


def test_the_backlog_hands_out_everything_once() -> None:
    backlog = Backlog()
    for ask in (photo(1), embed(2), photo(3)):
        backlog.put(ask)
    assert ids(backlog.take()) == [1, 3]
    assert ids(backlog.take()) == [2]


def test_a_closed_backlog_hands_out_nothing() -> None:
    backlog = Backlog()
    backlog.put(photo(1))
    backlog.close()
    assert backlog.take() is None
