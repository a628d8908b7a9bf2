"""The picture behind "why?": a face beside the enrolled faces nearest to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from ml.protocol import Box, Drawn
from ml.vision.pictures import write_jpeg
from ml.vision.tiles import PAPER, TileStyle, put_tile

# Wide enough to compare faces on a phone, where a row of four is shown at half of this size.
TILE_PX = 240
GAP_PX = 16
# Of the first face to the others, so that it is seen which one is compared with the rest.
FIRST_GAP_PX = 40
LINE_PX = 32
STYLE = TileStyle(side_px=TILE_PX, text_px=24, line_px=LINE_PX)
# Beyond these in a row they would be too small to be compared on a phone.
COLUMNS = 4
# Of the face's sides, what is shown around it.
AROUND = 0.25


@dataclass(frozen=True)
class Tile:
    """A face to show: a photo or crop (mode RGB, upright), None where there is none any more."""

    photo: Image.Image | None
    box: Box
    name: str = ""
    similarity: str = ""


def draw_comparison(face: Tile, nearest: Sequence[Tile], target: Path) -> Drawn:
    """Writes a picture of a face at the left and those nearest to it at the right, as JPEG."""
    return write_jpeg(comparison(face, nearest), target)


def comparison(face: Tile, nearest: Sequence[Tile]) -> Image.Image:
    """The face at the left, those nearest to it at the right, in rows of four.

    Where there is no font for a name, there is its number instead, counted from the nearest.
    """
    columns, rows = max(1, min(len(nearest), COLUMNS)), max(1, math.ceil(len(nearest) / COLUMNS))
    step_x, step_y = TILE_PX + GAP_PX, TILE_PX + 2 * LINE_PX + GAP_PX
    first_column = GAP_PX + TILE_PX + FIRST_GAP_PX
    width = first_column + columns * step_x if nearest else TILE_PX + 2 * GAP_PX
    picture = Image.new("RGB", (width, GAP_PX + rows * step_y), PAPER)
    _place(picture, face, (GAP_PX, GAP_PX), instead="?")
    for index, tile in enumerate(nearest):
        row, column = divmod(index, COLUMNS)
        corner = (first_column + column * step_x, GAP_PX + row * step_y)
        _place(picture, tile, corner, instead=str(index + 1))
    return picture


def _place(picture: Image.Image, tile: Tile, corner: tuple[int, int], instead: str) -> None:
    """The face with its two lines below, or an empty frame with them; `instead` of a name without font."""
    view = None if tile.photo is None else _view(tile.photo, tile.box)
    name = instead if tile.name and STYLE.fitting(tile.name) is None else tile.name
    put_tile(picture, corner, view, (name, tile.similarity), STYLE)


def _view(photo: Image.Image, box: Box) -> Image.Image:
    """A square around the box, black where the photo ends, in the size of a tile."""
    half = (0.5 + AROUND) * max(box.width, box.height, 1)
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    region = tuple(round(edge) for edge in (x - half, y - half, x + half, y + half))
    side = max(1, region[2] - region[0])
    square = photo.crop((region[0], region[1], region[0] + side, region[1] + side))
    return square.resize((TILE_PX, TILE_PX), Image.Resampling.LANCZOS)
