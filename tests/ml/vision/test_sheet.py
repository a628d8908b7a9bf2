"""Contact sheets."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from ml.vision.sheet import GAP_PX, STYLE, TILE_PX, NumberedView, draw_sheet, sheet, view_of

RED = (200, 30, 30)


def tile(number: int = 1, *lines: str, colour: tuple[int, int, int] | None = RED) -> NumberedView:
    view = None if colour is None else Image.new("RGB", (TILE_PX, TILE_PX), colour)
    return NumberedView(view, number, lines)


def middle_of(column: int, row: int, lines: int = 0) -> tuple[int, int]:
    step = TILE_PX + GAP_PX
    half = GAP_PX + TILE_PX // 2
    return half + column * step, half + row * (step + lines * STYLE.line_px)


def below(picture: Image.Image) -> Image.Image:
    """What is written below the first tile."""
    top = GAP_PX + TILE_PX
    return picture.crop((GAP_PX, top, GAP_PX + TILE_PX, picture.height))


@pytest.mark.parametrize(("count", "columns", "rows"), [(1, 1, 1), (3, 3, 1), (4, 3, 2), (12, 3, 4)])
def test_three_photos_make_a_row(count: int, columns: int, rows: int) -> None:
    picture = sheet([tile(number + 1) for number in range(count)])
    assert picture.size == tuple(GAP_PX + n * (TILE_PX + GAP_PX) for n in (columns, rows))
    assert picture.getpixel(middle_of((count - 1) % 3, rows - 1)) == RED


def test_a_dozen_photos_have_the_shape_of_a_phone() -> None:
    picture = sheet([tile(number, "bee", "ant? 91 %") for number in range(1, 13)])
    assert 1.3 < picture.height / picture.width < 2


def test_a_photo_is_shown_whole() -> None:
    stripes = Image.new("RGB", (900, 300), RED)
    stripes.paste((0, 0, 255), (0, 0, 300, 300))
    view = view_of(stripes)
    assert view.size == (TILE_PX, TILE_PX)
    assert view.getpixel((20, TILE_PX // 2)) == (0, 0, 255)
    assert view.getpixel((TILE_PX - 20, TILE_PX // 2)) == RED


@pytest.mark.parametrize("size", [(12, 1200), (1200, 12), (12, 12)])
def test_a_photo_of_any_shape_has_a_view(size: tuple[int, int]) -> None:
    assert view_of(Image.new("RGB", size, RED)).size == (TILE_PX, TILE_PX)


def test_each_tile_carries_its_own_number() -> None:
    corner = (GAP_PX, GAP_PX, GAP_PX + TILE_PX // 2, GAP_PX + TILE_PX // 2)
    pictures = {sheet([tile(number)]).crop(corner).tobytes() for number in range(1, 13)}
    assert len(pictures) == 12


def test_the_lines_are_written_below_their_photo() -> None:
    bare, one, two = (sheet([tile(1, *lines)]) for lines in (("", ""), ("bee", ""), ("bee", "ant? 91 %")))
    assert bare.size == one.size == two.size
    assert len({below(picture).tobytes() for picture in (bare, one, two)}) == 3


@pytest.mark.parametrize(
    "line", ["Álîce", "Мария", "蜜蜂", "<b>", "1 " * 200, "🎉", "\U00013000", "two\nlines"]
)
def test_any_text_leaves_the_sheet_its_size(line: str) -> None:
    assert sheet([tile(1, line)]).size == sheet([tile(1, "bee")]).size


def test_a_photo_that_is_gone_leaves_a_numbered_frame() -> None:
    picture = sheet([tile(1, "bee", colour=None), tile(2, "ant")])
    assert picture.size == sheet([tile(1, "bee"), tile(2, "ant")]).size
    first, second = (picture.getpixel(middle_of(column, 0)) for column in (0, 1))
    assert first != RED and second == RED


def test_the_sheet_is_written_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    drawn = draw_sheet([tile(1, "bee")], tmp_path / "sheet.jpg")
    assert [file.name for file in tmp_path.iterdir()] == ["sheet.jpg"]
    with Image.open(tmp_path / "sheet.jpg") as picture:
        assert (picture.format, picture.size) == ("JPEG", (drawn.width, drawn.height))
