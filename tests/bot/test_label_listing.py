"""What is missing to train, and which label has the fewest photos."""

from __future__ import annotations

from bot.usecases.labels import Missing, missing, smallest
from storage.labels import LabelRow


def rows(**photos: int) -> list[LabelRow]:
    return [LabelRow(number, name, count) for number, (name, count) in enumerate(photos.items(), start=1)]


def test_nothing_is_missing_with_two_labels_of_five_photos() -> None:
    assert missing(rows(cat=5, dog=9)) is None


def test_one_label_alone_lacks_another() -> None:
    assert missing(rows(cat=50)) == Missing(1, ())


def test_every_label_with_too_few_photos_is_named_with_how_many() -> None:
    assert missing(rows(cat=5, dog=3, bird=0)) == Missing(0, (("dog", 2), ("bird", 5)))


def test_a_chat_without_labels_lacks_two() -> None:
    assert missing([]) == Missing(2, ())


def test_the_smallest_label_is_the_one_with_the_fewest_photos() -> None:
    found = smallest(rows(cat=5, dog=3, bird=9))
    assert found is not None and found.name == "dog"


def test_none_is_the_smallest_where_all_are_equal() -> None:
    assert smallest(rows(cat=5, dog=5)) is None
