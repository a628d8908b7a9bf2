"""The picture behind "why?"."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from ml.protocol import Box
from ml.vision.comparison import GAP_PX, TILE_PX, Tile, comparison, draw_comparison

RED, GREEN = (200, 30, 30), (30, 160, 60)
FIRST = (GAP_PX + TILE_PX // 2, GAP_PX + TILE_PX // 2)


def tile(colour: tuple[int, int, int] | None, name: str = "Alice", similarity: str = "71 %") -> Tile:
    photo = None if colour is None else Image.new("RGB", (200, 200), colour)
    return Tile(photo, Box(50, 50, 150, 150), name, similarity)


def count_of(picture: Image.Image, colour: tuple[int, int, int]) -> int:
    return sum(count for count, seen in picture.getcolors(1 << 20) or () if seen == colour)


def test_the_face_is_at_the_left_and_the_nearest_at_its_right() -> None:
    picture = comparison(tile(RED), [tile(GREEN)])
    assert picture.getpixel(FIRST) == RED
    assert picture.getpixel((picture.width - GAP_PX - TILE_PX // 2, FIRST[1])) == GREEN


@pytest.mark.parametrize(("count", "columns", "rows"), [(1, 1, 1), (4, 4, 1), (5, 4, 2), (9, 4, 3)])
def test_beyond_four_the_nearest_begin_another_row(count: int, columns: int, rows: int) -> None:
    one = comparison(tile(RED), [tile(GREEN)])
    picture = comparison(tile(RED), [tile(GREEN)] * count)
    assert picture.width == one.width + (columns - 1) * (TILE_PX + GAP_PX)
    assert picture.height == GAP_PX + rows * (one.height - GAP_PX)


def test_nobody_near_leaves_the_face_alone() -> None:
    picture = comparison(tile(RED), [])
    assert picture.getpixel(FIRST) == RED
    assert picture.width == TILE_PX + 2 * GAP_PX


def test_a_face_that_is_gone_leaves_its_frame_and_its_name() -> None:
    gone, nameless = (comparison(tile(RED), [tile(None, name)]) for name in ("Alice", ""))
    assert gone.size == comparison(tile(RED), [tile(GREEN)]).size
    assert count_of(gone, GREEN) == 0
    assert gone.tobytes() != nameless.tobytes()


def test_a_name_that_no_font_can_write_gives_way_to_its_number() -> None:
    second = Tile(None, Box(0, 0, 9, 9), "\U00013000")
    numbered = Tile(None, Box(0, 0, 9, 9), "2")
    first = tile(GREEN)
    assert comparison(first, [first, second]).tobytes() == comparison(first, [first, numbered]).tobytes()


@pytest.mark.parametrize("name", ["Álîce", "Мария", "1 " * 200, "🎉", "\U00013000", "two\nlines"])
def test_any_name_gives_a_picture_of_the_same_size(name: str) -> None:
    assert comparison(tile(RED, name), []).size == comparison(tile(RED), []).size


def test_a_long_name_stays_below_its_own_face() -> None:
    picture = comparison(tile(RED, "Wilhelmina " * 20), [tile(GREEN, "")])
    between = picture.crop((GAP_PX + TILE_PX + 2, 0, GAP_PX + TILE_PX + 30, picture.height))
    assert between.getcolors() == [(between.width * between.height, (255, 255, 255))]


@pytest.mark.parametrize("box", [Box(-80, -80, 20, 20), Box(190, 190, 260, 260), Box(5, 5, 5, 5)])
def test_a_box_at_the_edge_of_its_photo_is_shown_all_the_same(box: Box) -> None:
    face = Tile(Image.new("RGB", (200, 200), RED), box)
    assert count_of(comparison(face, []), RED) > TILE_PX


def test_the_picture_is_written_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    drawn = draw_comparison(tile(RED), [tile(GREEN)] * 3, tmp_path / "why.jpg")
    assert [file.name for file in tmp_path.iterdir()] == ["why.jpg"]
    with Image.open(tmp_path / "why.jpg") as picture:
        assert (picture.format, picture.size) == ("JPEG", (drawn.width, drawn.height))
