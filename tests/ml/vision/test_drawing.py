"""Boxes and names on a photo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.protocol import Box, Mark, Tone
from ml.vision.drawing import STYLES, draw, marked
from ml.vision.fonts import drawable, font_for
from ml.vision.labels import label_text, place, shortened
from ml.vision.pictures import MOST_BYTES


def mark(left: float, top: float, size: float = 80, text: str = "", tone: Tone = "sure") -> Mark:
    return Mark(box=Box(left, top, left + size, top + size), number=1, text=text, tone=tone)


def grey(width: int = 400, height: int = 300) -> Image.Image:
    return Image.new("RGB", (width, height), (120, 120, 120))


def changed(before: Image.Image, after: Image.Image) -> tuple[int, int, int, int]:
    """The smallest box (left, top, right, bottom) outside of which nothing was drawn."""
    rows, columns = np.nonzero((np.asarray(before) != np.asarray(after)).any(axis=2))
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_picture_is_written_whole_under_its_name_and_nothing_else_is_left(tmp_path: Path) -> None:
    drawn = draw(grey(), [mark(100, 100, text="Alice")], tmp_path / "picture.jpg")
    assert [file.name for file in tmp_path.iterdir()] == ["picture.jpg"]
    assert (drawn.width, drawn.height) == (400, 300)
    assert drawn.bytes == (tmp_path / "picture.jpg").stat().st_size
    with Image.open(tmp_path / "picture.jpg") as picture:
        assert picture.format == "JPEG"
        picture.load()


def test_a_picture_beyond_telegrams_sides_is_made_smaller(tmp_path: Path) -> None:
    drawn = draw(grey(9000, 3000), [mark(4000, 1000, 900)], tmp_path / "picture.jpg")
    assert drawn.width + drawn.height <= 10_000
    assert drawn.width / drawn.height == pytest.approx(3, rel=0.01)


def test_a_picture_beyond_telegrams_bytes_is_made_smaller(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (4500, 5000, 3), dtype=np.uint8)
    assert draw(Image.fromarray(noise), [], tmp_path / "picture.jpg").bytes <= MOST_BYTES


def test_a_photo_without_marks_is_left_as_it_is() -> None:
    assert marked(grey(), []).tobytes() == grey().tobytes()


def test_the_photo_itself_is_not_drawn_on() -> None:
    photo = grey()
    marked(photo, [mark(100, 100)])
    assert photo.tobytes() == grey().tobytes()


def test_the_face_inside_its_box_stays_visible() -> None:
    picture = marked(grey(), [mark(100, 100, text="Alice")])
    assert picture.crop((110, 110, 170, 170)).getcolors() == [(3600, (120, 120, 120))]


@pytest.mark.parametrize("corner", [(-30.0, -30.0), (360.0, 260.0), (500.0, 500.0)])
def test_faces_over_the_edge_are_marked_inside_the_photo(corner: tuple[float, float]) -> None:
    left, top, right, bottom = changed(grey(), marked(grey(), [mark(*corner, text="Alice")]))
    assert 0 <= left < right < 400
    assert 0 <= top < bottom < 300


def test_a_label_goes_where_it_covers_no_other_face() -> None:
    face, above, below = Box(100, 100, 180, 180), Box(90, 60, 190, 98), Box(90, 182, 190, 260)
    label = place(face, (60, 20), (400, 300), [above, below])
    assert label.left >= face.right or label.right <= face.left


def test_a_tone_is_told_by_more_than_its_colour() -> None:
    sure, maybe = (marked(grey(), [mark(100, 100, tone=tone)]) for tone in ("sure", "maybe"))
    lower_edge = (110, 180, 170, 181)
    assert len(sure.crop(lower_edge).getcolors() or []) == 1
    assert len(maybe.crop(lower_edge).getcolors() or []) == 2


@pytest.mark.parametrize("tone", ["sure", "maybe", "unknown"])
def test_labels_can_be_read(tone: Tone) -> None:
    dark, light = sorted((luminance(STYLES[tone].colour), luminance(STYLES[tone].ink)))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("name", "kept"), [("Ann 🎉", "Ann"), ("🎉", ""), ("two\nlines", "two lines"), ("  Álîce ", "Álîce")]
)
def test_what_cannot_be_drawn_is_left_out_of_a_name(name: str, kept: str) -> None:
    assert drawable(name) == kept


def test_a_name_that_no_font_can_write_leaves_the_number() -> None:
    text, _ = label_text(mark(0, 0, text="\U00013000\U00013001"), 20)  # Egyptian hieroglyphs
    assert text == "1"


def test_every_system_can_write_english() -> None:
    assert font_for("1 Alice…", 20) is not None


def test_a_long_name_is_shortened_to_fit() -> None:
    font = font_for("Alice", 20)
    assert font is not None
    short = shortened("1 " + "Alice " * 50, font, 200)
    assert short.endswith("…") and short.startswith("1 Alice")
    assert font.getlength(short) <= 200
