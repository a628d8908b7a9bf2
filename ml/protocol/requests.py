"""What the bot asks."""

from __future__ import annotations

from ml.protocol.values import Box, StoredCrop, Tone, Value


class Analyse(Value, frozen=True, tag="analyse"):
    """One decode of a photo, and what is asked of it; `crops` also writes each face's crop beside it.

    A crop of `<stem>.jpg` is named `<stem>-face-<random>.jpg`. `own`: the chat's own model, by its sha256.
    """

    photo: str
    classify: bool = True
    faces: bool = True
    crops: bool = False
    labels: int = 5
    own: str = ""


class Mark(Value, frozen=True):
    """A box to draw, with its number (left to right, from 1) and, where there is one, a name."""

    box: Box
    number: int
    text: str = ""
    tone: Tone = "unknown"


class Draw(Value, frozen=True, tag="draw"):
    """Draws marks on a photo, upright, and writes the picture to `target` as JPEG."""

    photo: str
    marks: tuple[Mark, ...]
    target: str


class Embed(Value, frozen=True, tag="embed"):
    """Embeds stored crops anew, for a gallery whose model changes."""

    crops: tuple[StoredCrop, ...]


class Exhibit(Value, frozen=True):
    """A face in a comparison. `name` and `similarity` are written below it as they are, a line each.

    The crop may be a whole photo as well: what is shown is the surroundings of the box in it.
    """

    crop: StoredCrop
    name: str = ""
    similarity: str = ""


class Compare(Value, frozen=True, tag="compare"):
    """Draws a face beside those nearest to it, nearest first, and writes the picture to `target` as JPEG.

    In the place of a file that cannot be read any more is an empty frame.
    """

    face: Exhibit
    nearest: tuple[Exhibit, ...]
    target: str


class Keep(Value, frozen=True, tag="keep"):
    """Writes a photo as it is to be kept to `target`: upright, as JPEG, with nothing but its pixels.

    Its longest side is made `longest_px` where it is longer. The same file gives the same bytes.
    """

    photo: str
    target: str
    longest_px: int


class SheetTile(Value, frozen=True):
    """A photo on a contact sheet, its number, and up to two lines of text, which are written as they are."""

    photo: str
    number: int
    lines: tuple[str, ...] = ()


class Sheet(Value, frozen=True, tag="sheet"):
    """Draws a contact sheet, in the order of its tiles, and writes it to `target` as JPEG.

    Up to twelve are readable on a phone. In the place of a photo that cannot be read is an empty frame.
    """

    tiles: tuple[SheetTile, ...]
    target: str


class Cluster(Value, frozen=True, tag="cluster"):
    """Which of these vectors, all made by the embedder in use, are of the same person?

    Takes memory and time with the square of their number: some 200 MB and two seconds for 4,000.
    """

    vectors: tuple[bytes, ...]


class Package(Value, frozen=True, tag="package"):
    """Writes a chat's model as a zip that runs without this program to `target`.

    It holds `model.onnx` (photos as its `example.py` makes them -> probabilities of the chat's labels),
    `labels.txt` in that order, and `MODEL_CARD.md`, whose Markdown is `card`.
    """

    model: str
    title: str
    card: str
    target: str


Drawing = Draw | Compare | Sheet
Request = Analyse | Drawing | Embed | Keep | Cluster | Package
