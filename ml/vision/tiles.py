"""Tiles of a picture: a square view, or an empty frame, with a few lines of text below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from ml.vision.drawing import HALO
from ml.vision.fonts import Font, drawable, font_for
from ml.vision.labels import shortened

PAPER, INK, QUIET_INK, BLANK = "#ffffff", "#202124", "#5f6368", "#e8eaed"


@dataclass(frozen=True)
class TileStyle:
    """How large a tile is, and the letters below it."""

    side_px: int
    text_px: int
    line_px: int

    def fitting(self, text: str) -> tuple[str, Font] | None:
        """The text as it fits below a tile and its font, None where there is nothing that can be written."""
        plain = drawable(text)
        font = font_for(f"{plain}…", self.text_px) if plain else None
        return None if font is None else (shortened(plain, font, self.side_px), font)


def put_tile(
    picture: Image.Image,
    corner: tuple[int, int],
    view: Image.Image | None,
    lines: Sequence[str],
    style: TileStyle,
) -> None:
    """Draws a tile with its left upper corner there; `view`, of a tile's size, is None for an empty frame.

    The first line is darker than the others. One that no font can write stays empty.
    """
    left, top = corner
    pen = ImageDraw.Draw(picture)
    frame = (left, top, left + style.side_px - 1, top + style.side_px - 1)
    if view is None:
        pen.rectangle(frame, fill=BLANK)
        pen.line((frame[0], frame[3], frame[2], frame[1]), fill=PAPER, width=4)
    else:
        picture.paste(view, corner)
    pen.rectangle(frame, outline=HALO, width=1)
    for index, line in enumerate(lines):
        written = style.fitting(line)
        if written is not None:
            middle, baseline = left + style.side_px / 2, frame[3] + 1 + (index + 0.75) * style.line_px
            ink = QUIET_INK if index else INK
            pen.text((middle, baseline), written[0], fill=ink, font=written[1], anchor="ms")
