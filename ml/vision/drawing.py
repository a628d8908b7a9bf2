"""Numbered, named boxes drawn on a photo, in a size that Telegram shows as a photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from PIL import Image, ImageDraw

from ml.protocol import Box, Drawn, Mark, Tone
from ml.vision.labels import label_text, place
from ml.vision.pictures import MOST_SIDES_PX, scaled, write_jpeg


@dataclass(frozen=True)
class Style:
    """How a tone looks. `dashed` tells it apart where colours do not."""

    colour: str
    ink: str
    dashed: bool


# Ink on colour has a contrast of at least 4.5 : 1 (WCAG AA); the three differ in lightness too.
STYLES: dict[Tone, Style] = {
    "sure": Style(colour="#137333", ink="#ffffff", dashed=False),
    "maybe": Style(colour="#fbbc04", ink="#202124", dashed=True),
    "unknown": Style(colour="#e8eaed", ink="#202124", dashed=False),
}
HALO = "#202124"


def draw(photo: Image.Image, marks: Sequence[Mark], target: Path) -> Drawn:
    """Writes the photo (mode RGB, upright) with its marks to `target` as JPEG, smaller where it must be."""
    scale = min(1.0, MOST_SIDES_PX / (photo.width + photo.height))
    picture = marked(scaled(photo, scale), [_scaled_mark(mark, scale) for mark in marks])
    return write_jpeg(picture, target)


def marked(photo: Image.Image, marks: Sequence[Mark]) -> Image.Image:
    """A copy of the photo with a box and a label for each mark."""
    picture = photo.copy()
    if not marks:
        return picture
    pen = _Pen(picture, text_px=_text_px(picture.size, marks))
    boxes = [_on_photo(mark.box, picture.size) for mark in marks]
    for mark, box in zip(marks, boxes, strict=True):
        pen.box(box, STYLES[mark.tone])
    taken = list(boxes)
    for mark, box in zip(marks, boxes, strict=True):
        others = [other for other in taken if other != box]
        taken.append(pen.label(mark, box, others))
    return picture


def _text_px(size: tuple[int, int], marks: Sequence[Mark]) -> int:
    """Letters that can be read when the photo fills a phone's screen, smaller where the faces are small."""
    by_photo = max(size) / 40
    by_face = 0.28 * median(mark.box.height for mark in marks)
    return round(max(11.0, max(size) / 75, min(by_photo, by_face)))


class _Pen:
    """Draws on one picture, all lines and letters in proportion to `text_px`."""

    def __init__(self, picture: Image.Image, text_px: int) -> None:
        self._draw = ImageDraw.Draw(picture)
        self._size = picture.size
        self._text_px = text_px
        self._line_px = max(2, round(text_px / 9))

    def box(self, box: Box, style: Style) -> None:
        """A frame in the style's colour between two dark lines, to be seen on any background."""
        line, halo = self._line_px, max(1, self._line_px // 2)
        outer = (box.left - halo, box.top - halo, box.right + halo, box.bottom + halo)
        self._draw.rectangle(outer, outline=HALO, width=line + 2 * halo)
        self._draw.rectangle((box.left, box.top, box.right, box.bottom), outline=style.colour, width=line)
        if style.dashed:
            for gap in _gaps(box, line):
                self._draw.rectangle((gap.left, gap.top, gap.right, gap.bottom), fill=HALO)

    def label(self, mark: Mark, box: Box, others: Sequence[Box]) -> Box:
        """Writes the number and the name near the box; returns where."""
        text, font = label_text(mark, self._text_px)
        style = STYLES[mark.tone]
        side, above = 0.4 * self._text_px, 0.22 * self._text_px
        ascent, descent = font.getmetrics()
        size = (font.getlength(text) + 2 * side, ascent + descent + 2 * above)
        where = place(box, size, self._size, others)
        edges = (where.left, where.top, where.right, where.bottom)
        self._draw.rounded_rectangle(edges, radius=side, fill=style.colour, outline=HALO, width=1)
        self._draw.text((where.left + side, where.top + above), text, fill=style.ink, font=font)
        return where


def _gaps(box: Box, line_px: int) -> list[Box]:
    """The parts of a frame, `line_px` wide, that make it a dashed one; its corners are left whole."""
    thick = line_px - 1  # both edges of a drawn rectangle count in
    gaps = []
    for start, end in _every_other(box.left, box.right, 6 * line_px):
        gaps.append(Box(start, box.top, end, box.top + thick))
        gaps.append(Box(start, box.bottom - thick, end, box.bottom))
    for start, end in _every_other(box.top, box.bottom, 6 * line_px):
        gaps.append(Box(box.left, start, box.left + thick, end))
        gaps.append(Box(box.right - thick, start, box.right, end))
    return gaps


def _every_other(start: float, end: float, length_px: float) -> list[tuple[float, float]]:
    """An odd number of pieces of about `length_px` from start to end: the second, the fourth and so on."""
    count = max(1, round((end - start) / length_px)) | 1
    piece = (end - start) / count
    return [(start + piece * index, start + piece * (index + 1)) for index in range(1, count, 2)]


def _on_photo(box: Box, size: tuple[int, int]) -> Box:
    """The part of a box that lies on the photo, in whole pixels and at least one of them."""
    right, bottom = (side - 1 for side in size)
    left, top = (round(min(max(0.0, edge), last)) for edge, last in ((box.left, right), (box.top, bottom)))
    return Box(left, top, max(left, round(min(right, box.right))), max(top, round(min(bottom, box.bottom))))


def _scaled_mark(mark: Mark, scale: float) -> Mark:
    box = mark.box
    edges = (edge * scale for edge in (box.left, box.top, box.right, box.bottom))
    return Mark(box=Box(*edges), number=mark.number, text=mark.text, tone=mark.tone)
