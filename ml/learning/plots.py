"""The picture at the end of a training: how it went, and what it takes for what.

Matplotlib draws the curves and the matrix; labels are written by Pillow like names elsewhere
(`ml.vision.fonts`), in whatever script they are, and no character of theirs means anything to Matplotlib.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ml.vision.fonts import drawable, font_for
from ml.vision.labels import shortened
from ml.vision.pictures import write_jpeg
from ml.vision.tiles import INK, PAPER, QUIET_INK

# A phone shows a picture some 400 points wide: what is 32 pixels high here is read like small print there.
WIDTH_PX = 1080
CURVES_PX = 430
TEXT_PX = 32
SMALL_TEXT_PX = 26
DPI = 100
# More rows than this could not be read on a phone.
MOST_LABELS = 12
_WIDEST_LABEL_PX = 240
_HEADING_PX = 110
_GAP_PX = 20
# A matrix of two labels needs no square of 800 pixels.
_HIGHEST_ROW_PX = 160
_COLOURS = ("#1a73e8", "#b06000")
# Readable on a cell coloured up to half.
_MISTAKE_INK = "#a50e0e"
_POINTS_PER_PX = 72 / DPI

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Curve:
    """One line of a panel: a value for each step."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True)
class Curves:
    """How a training went. `steps` are the x values, `chosen` the index of the one that was kept."""

    x_label: str
    steps: Sequence[float]
    loss: Sequence[Curve]
    accuracy: Sequence[Curve]
    chosen: int
    logarithmic: bool = False


@dataclass(frozen=True)
class Confusion:
    """`counts[i][j]`: photos held out of label i that were taken for label j."""

    labels: Sequence[str]
    counts: Sequence[Sequence[int]]


def draw_training(curves: Curves, confusion: Confusion, target: Path) -> None:
    """Writes the picture as JPEG: curves above, the matrix below."""
    writable = [_writable(label, number) for number, label in enumerate(confusion.labels, 1)]
    shown = _most_confused(Confusion(writable, confusion.counts))
    strips = [_strip(label) for label in shown.labels]
    top, beside_px = CURVES_PX + _HEADING_PX, max(strip.width for strip in strips) + 2 * _GAP_PX
    across_px = WIDTH_PX - beside_px - _GAP_PX
    down_px = min(across_px, _HIGHEST_ROW_PX * len(strips))
    picture = Image.new("RGB", (WIDTH_PX, top + down_px + beside_px), PAPER)
    picture.paste(_curves(curves), (0, 0))
    _write_heading(picture, confusion, len(shown.labels))
    picture.paste(_matrix(shown, (across_px, down_px)), (beside_px, top))
    for index, strip in enumerate(strips):
        row, column = ((index + 0.5) * side / len(strips) for side in (down_px, across_px))
        picture.paste(strip, (beside_px - _GAP_PX - strip.width, round(top + row - strip.height / 2)))
        corner = (round(beside_px + column - strip.height / 2), top + down_px + _GAP_PX)
        picture.paste(strip.rotate(90, expand=True), corner)
    write_jpeg(picture, target)


def _most_confused(confusion: Confusion) -> Confusion:
    """The matrix; where it has too many rows, that of the labels most mixed up, with all others as one."""
    if len(confusion.labels) <= MOST_LABELS:
        return confusion
    counts = np.array(confusion.counts, np.int64)
    wrong = counts.sum(axis=0) + counts.sum(axis=1) - 2 * np.diag(counts)
    kept = np.sort(np.argsort(-wrong, kind="stable")[: MOST_LABELS - 1])
    others = np.setdiff1d(np.arange(len(counts)), kept)
    together = np.zeros((len(counts), len(kept) + 1), np.int64)
    together[kept, np.arange(len(kept))] = 1
    together[others, -1] = 1
    labels = (*(confusion.labels[index] for index in kept), f"{len(others)} others")
    return Confusion(labels=labels, counts=(together.T @ counts @ together).tolist())


def _curves(curves: Curves) -> Image.Image:
    figure = Figure(figsize=(WIDTH_PX / DPI, CURVES_PX / DPI), dpi=DPI, layout="constrained")
    left, right = figure.subplots(1, 2)
    _panel(left, "Loss", curves, curves.loss)
    _panel(right, "Accuracy, %", curves, [_in_percent(curve) for curve in curves.accuracy])
    return _rendered(figure)


def _in_percent(curve: Curve) -> Curve:
    return Curve(curve.name, [100 * value for value in curve.values])


def _panel(axes: Axes, title: str, curves: Curves, lines: Sequence[Curve]) -> None:
    for line, colour in zip(lines, _COLOURS, strict=False):
        axes.plot(curves.steps, line.values, color=colour, label=line.name, linewidth=3, marker="o")
    axes.axvline(curves.steps[curves.chosen], color=QUIET_INK, linestyle=":", linewidth=2)
    axes.set_title(title, fontsize=TEXT_PX * _POINTS_PER_PX)
    axes.set_xlabel(curves.x_label, fontsize=SMALL_TEXT_PX * _POINTS_PER_PX)
    axes.tick_params(labelsize=SMALL_TEXT_PX * _POINTS_PER_PX)
    if curves.logarithmic:
        axes.set_xscale("log")
    else:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(color="#e8eaed")
    axes.legend(fontsize=SMALL_TEXT_PX * _POINTS_PER_PX)


def _matrix(confusion: Confusion, size_px: tuple[int, int]) -> Image.Image:
    """The cells alone, coloured by their share of the row, with their counts."""
    counts = np.array(confusion.counts, np.int64)
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    figure = Figure(figsize=(size_px[0] / DPI, size_px[1] / DPI), dpi=DPI)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1.2, aspect="auto")
    axes.set_axis_off()
    size = TEXT_PX * _POINTS_PER_PX
    for row, column in np.argwhere(counts):
        ink = "white" if shares[row, column] > 0.5 else INK if row == column else _MISTAKE_INK
        axes.text(column, row, str(counts[row, column]), color=ink, fontsize=size, ha="center", va="center")
    for line in range(1, len(counts)):
        axes.axhline(line - 0.5, color="#e8eaed", linewidth=1)
        axes.axvline(line - 0.5, color="#e8eaed", linewidth=1)
    return _rendered(figure)


def _rendered(figure: Figure) -> Image.Image:
    canvas = FigureCanvasAgg(figure)
    target = io.BytesIO()
    canvas.print_png(target)  # type: ignore[no-untyped-call]
    return Image.open(target).convert("RGB")


def _write_heading(picture: Image.Image, confusion: Confusion, shown: int) -> None:
    counts = np.array(confusion.counts, np.int64)
    heading = f"Photos held out: {np.trace(counts)} of {counts.sum()} right"
    which = f"the {shown - 1} labels mixed up most" if shown < len(counts) else "row: what it is"
    pen = ImageDraw.Draw(picture)
    _write(pen, heading, CURVES_PX + 36, TEXT_PX, INK)
    _write(pen, f"{which}; column: what it was taken for", CURVES_PX + 80, SMALL_TEXT_PX, QUIET_INK)


def _write(pen: ImageDraw.ImageDraw, text: str, middle: int, size_px: int, ink: str) -> None:
    pen.text((_GAP_PX, middle), text, fill=ink, font=font_for(text, size_px), anchor="lm")


def _writable(label: str, number: int) -> str:
    """The label as it can be written, its number where no font can."""
    plain = drawable(label)
    return plain if plain and font_for(f"{plain}…", SMALL_TEXT_PX) else str(number)


def _strip(label: str) -> Image.Image:
    """A label on paper of its size, shortened to the widest there may be."""
    font = font_for(f"{label}…", SMALL_TEXT_PX)
    assert font is not None, "it is writable"
    text = shortened(label, font, _WIDEST_LABEL_PX)
    strip = Image.new("RGB", (round(font.getlength(text)) + 2, round(SMALL_TEXT_PX * 1.4)), PAPER)
    ImageDraw.Draw(strip).text((0, strip.height / 2), text, fill=INK, font=font, anchor="lm")
    return strip
