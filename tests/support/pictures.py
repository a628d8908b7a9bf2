"""Pictures for tests: photographs that scikit-image and Matplotlib ship, and what can be made of them.

Each is an upload: a file's name and its bytes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib
import skimage
from PIL import Image, ImageChops, ImageOps, ImageStat

Picture = tuple[str, bytes]

PHOTOGRAPHS = Path(skimage.__file__).parent / "data"
SAMPLES = Path(matplotlib.get_data_path()) / "sample_data"
# Where the astronaut's face is, with room around it, in pixels of the photograph.
FACE = (130, 20, 330, 270)
# EXIF's tag for the orientation, and its value for "turn a quarter clockwise to see it upright".
ORIENTATION, QUARTER_TURN = 0x0112, 6


@cache
def photograph(name: str) -> Image.Image:
    """One of scikit-image's photographs."""
    (path,) = PHOTOGRAPHS.glob(f"{name}.*")
    with Image.open(path) as image:
        return image.convert("RGB")


def jpeg(image: Image.Image, name: str = "photo.jpg", **options: Any) -> Picture:
    target = BytesIO()
    image.save(target, "JPEG", **{"quality": 92, **options})
    return name, target.getvalue()


def cat() -> Picture:
    return jpeg(photograph("chelsea"))


def coffee() -> Picture:
    return jpeg(photograph("coffee"))


def rocket() -> Picture:
    return jpeg(photograph("rocket"))


def portrait() -> Picture:
    """A photo with one large face in it."""
    return jpeg(photograph("astronaut"))


def other_portraits() -> list[Picture]:
    """The same person as in `portrait`, in pictures that are neither copies of it nor of each other."""
    astronaut = photograph("astronaut")
    # Each row of pixels moves to the left by three tenths of its height above the face's middle.
    lean = (1, 0.3, -40, 0, 1, 0)
    return [
        jpeg(ImageOps.mirror(astronaut.resize((512, 410)))),
        jpeg(astronaut.resize((440, 560))),
        jpeg(astronaut.transform(astronaut.size, Image.Transform.AFFINE, lean, Image.Resampling.BICUBIC)),
    ]


def portrait_again() -> Picture:
    """The picture of `portrait`, smaller and compressed more, as other apps forward it."""
    return jpeg(photograph("astronaut").resize((400, 400)), quality=60)


def other_person() -> Picture:
    """A portrait of somebody else: Grace Hopper, as Matplotlib ships her."""
    with Image.open(SAMPLES / "grace_hopper.jpg") as image:
        return jpeg(image.convert("RGB"))


def crowd(columns: int, rows: int = 1) -> Picture:
    """The same face so many times side by side; every second one looks the other way."""
    face = photograph("astronaut").crop(FACE).resize((160, 200))
    wall = Image.new("RGB", (columns * 160, rows * 200))
    for number in range(columns * rows):
        one = ImageOps.mirror(face) if number % 2 else face
        wall.paste(one, (number % columns * 160, number // columns * 200))
    return jpeg(wall)


def far_away(face_px: int) -> Picture:
    """A face of about so many pixels, in the middle of a large grey wall."""
    astronaut = photograph("astronaut")
    scale = face_px / 100
    small = astronaut.resize((round(astronaut.width * scale), round(astronaut.height * scale)))
    wall = Image.new("RGB", (640, 480), (128, 128, 128))
    wall.paste(small, (round(320 - 220 * scale), round(240 - 130 * scale)))
    return jpeg(wall)


def portrait_on_a_long_strip() -> Picture:
    """A face on a picture that is more than twenty times as long as it is wide."""
    strip = Image.new("RGB", (200 * 21, 200), (128, 128, 128))
    strip.paste(photograph("astronaut").crop(FACE).resize((160, 200)), (2000, 0))
    return jpeg(strip)


def fog() -> Picture:
    """Nothing at all: two greys that run into each other."""
    return jpeg(Image.linear_gradient("L").resize((500, 400)).convert("RGB"))


def lying_phone_portrait() -> Picture:
    """A portrait as a phone stores it: the pixels on their side, the orientation in EXIF."""
    exif = Image.Exif()
    exif[ORIENTATION] = QUARTER_TURN
    upright = photograph("astronaut").crop((0, 0, 400, 512))
    return jpeg(upright.transpose(Image.Transpose.ROTATE_90), "IMG_0001.jpg", exif=exif.tobytes())


def heic_cat() -> Picture:
    """The cat as iPhones store it."""
    import pillow_heif

    target = BytesIO()
    pillow_heif.from_pillow(photograph("chelsea")).save(target, quality=90)
    return "IMG_0002.HEIC", target.getvalue()


def truncated() -> Picture:
    """A JPEG of which the second half is missing."""
    name, data = portrait()
    return name, data[: len(data) // 2]


def pdf_named_jpg() -> Picture:
    return "holiday.jpg", b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def huge_png(side: int = 30_000) -> Picture:
    """A black PNG of side × side pixels: small as a file, 900 megapixels in memory."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    row = bytes(1 + side // 8)
    packer = zlib.compressobj(9)
    pixels = b"".join(_packed(packer.compress, row, side)) + packer.flush()
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", pixels), _chunk(b"IEND", b""))
    return "poster.png", b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _packed(compress: Callable[[bytes], bytes], row: bytes, count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield compress(row)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def opened(data: bytes) -> Image.Image:
    """The picture in some bytes, loaded."""
    with Image.open(BytesIO(data)) as image:
        image.load()
        return image


def difference(one: Image.Image, other: Image.Image, box: tuple[int, int, int, int]) -> float:
    """How much two pictures differ inside a box: the mean over its pixels, of 255."""
    cut = ImageChops.difference(one.convert("L").crop(box), other.convert("L").crop(box))
    return float(ImageStat.Stat(cut).mean[0])
