"""A contact sheet: numbered photos with a line or two below each, to be told apart on a phone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from ml.protocol import Drawn
from ml.vision.drawing import HALO
from ml.vision.fonts import font_for
from ml.vision.pictures import write_jpeg
from ml.vision.tiles import BLANK, PAPER, TileStyle, put_tile

# Three in a row are a third of a phone's width each, and letters of 30 are 11 of its points high. Twelve
# photos make a picture of the shape of the screen.
COLUMNS = 3
TILE_PX = 320
GAP_PX = 16
NUMBER_PX = 44
STYLE = TileStyle(side_px=TILE_PX, text_px=30, line_px=40)


@dataclass(frozen=True)
class NumberedView:
    """A tile: what `view_of` made of a photo, None where there is none any more."""

    view: Image.Image | None
    number: int
    lines: Sequence[str] = ()


def view_of(photo: Image.Image) -> Image.Image:
    """The whole photo in a square of a tile's size."""
    return ImageOps.pad(photo, (TILE_PX, TILE_PX), Image.Resampling.LANCZOS, BLANK)


def draw_sheet(tiles: Sequence[NumberedView], target: Path) -> Drawn:
    """Writes a contact sheet as JPEG."""
    return write_jpeg(sheet(tiles), target)


def sheet(tiles: Sequence[NumberedView]) -> Image.Image:
    """Tiles in rows of three, each with its number in the corner and its lines below."""
    columns, rows = max(1, min(len(tiles), COLUMNS)), max(1, math.ceil(len(tiles) / COLUMNS))
    lines = max((len(tile.lines) for tile in tiles), default=0)
    step_x, step_y = TILE_PX + GAP_PX, TILE_PX + lines * STYLE.line_px + GAP_PX
    picture = Image.new("RGB", (GAP_PX + columns * step_x, GAP_PX + rows * step_y), PAPER)
    for index, tile in enumerate(tiles):
        row, column = divmod(index, COLUMNS)
        corner = (GAP_PX + column * step_x, GAP_PX + row * step_y)
        put_tile(picture, corner, tile.view, tile.lines, STYLE)
        _put_number(picture, corner, tile.number)
    return picture


def _put_number(picture: Image.Image, corner: tuple[int, int], number: int) -> None:
    """The number in a dark field, to be read on any photo."""
    text, font = str(number), font_for("0123456789", NUMBER_PX)
    if font is None:
        raise LookupError("no font for digits")  # Pillow brings one
    (left, top), side = corner, NUMBER_PX // 4
    right, bottom = left + font.getlength(text) + 2 * side, top + NUMBER_PX + side
    pen = ImageDraw.Draw(picture)
    pen.rectangle((left, top, right, bottom), fill=HALO, outline=PAPER, width=2)
    pen.text(((left + right) / 2, (top + bottom) / 2), text, fill=PAPER, font=font, anchor="mm")
