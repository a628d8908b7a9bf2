"""Where a label goes on a photo, and what fits on it."""

from __future__ import annotations

from collections.abc import Sequence

from ml.protocol import Box, Mark
from ml.vision.fonts import Font, drawable, font_for

# A label as wide as two faces, or 12 letters high, still belongs to its face by sight.
_WIDEST_IN_FACES = 2.0
_WIDEST_IN_LETTERS = 12
_SHORTEST = 4


def label_text(mark: Mark, size_px: int) -> tuple[str, Font]:
    """What a label says, and the font to write it in: number and name, shortened to fit.

    The number alone where there is no name, or none that can be written with the fonts there are.
    """
    number = str(mark.number)
    digits = font_for(number, size_px)
    if digits is None:
        raise LookupError("no font for digits")  # Pillow brings one
    name = drawable(mark.text)
    font = font_for(f"{number} …{name}", size_px) if name else None
    if font is None:
        return number, digits
    widest_px = max(_WIDEST_IN_FACES * mark.box.width, _WIDEST_IN_LETTERS * size_px)
    return shortened(f"{number} {name}", font, widest_px), font


def shortened(text: str, font: Font, widest_px: float) -> str:
    """The text, or as much of its beginning as fits followed by an ellipsis."""
    if font.getlength(text) <= widest_px:
        return text
    for end in range(len(text) - 1, _SHORTEST, -1):
        if font.getlength(f"{text[:end]}…") <= widest_px:
            return f"{text[:end].rstrip()}…"
    return f"{text[:_SHORTEST].rstrip()}…"


def place(box: Box, size: tuple[float, float], canvas: tuple[int, int], others: Sequence[Box]) -> Box:
    """A place for a label of `size` (width, height) near `box`, inside the canvas.

    The first of several places that covers the least of `others` (faces and labels that are there already).
    """
    places = [_inside(place, canvas) for place in _places(box, *size)]
    return min(places, key=lambda place: sum(_shared(place, other) for other in (*others, box)))


def _places(box: Box, width: float, height: float) -> list[Box]:
    """Above and below the box, at its left, middle and right; then beside it; then inside its lower edge."""
    lefts = (box.left, (box.left + box.right - width) / 2, box.right - width)
    corners = [(left, top) for top in (box.top - height, box.bottom) for left in lefts]
    corners += [(box.right, box.top), (box.left - width, box.top)]
    corners += [(lefts[0], box.bottom - height), (lefts[0], box.top)]
    return [Box(left, top, left + width, top + height) for left, top in corners]


def _inside(box: Box, canvas: tuple[int, int]) -> Box:
    left = max(0.0, min(box.left, canvas[0] - box.width))
    top = max(0.0, min(box.top, canvas[1] - box.height))
    return Box(left, top, left + box.width, top + box.height)


def _shared(one: Box, other: Box) -> float:
    """The area in both boxes, in square pixels."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(0.0, width) * max(0.0, height)
