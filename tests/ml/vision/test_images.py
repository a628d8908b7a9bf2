"""Files of strangers -> photos or typed refusals."""

from __future__ import annotations

import io
import struct
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.errors import BadPhoto
from ml.vision.images import MIN_SIDE_PX, Limits, open_photo

LIMITS = Limits(max_bytes=20_000_000, max_pixels=50_000_000)
RED, BLUE = (200, 30, 40), (20, 60, 220)


def two_halves(width: int = 64, height: int = 48) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (width // 2, 0, width, height))
    return picture


def reason(path: Path, limits: Limits = LIMITS) -> str:
    with pytest.raises(BadPhoto) as caught:
        open_photo(path, limits)
    return caught.value.reason


def pixel(photo: Image.Image, x: int, y: int) -> tuple[int, ...]:
    value = photo.getpixel((x, y))
    assert isinstance(value, tuple)
    return value


def png_header(width: int, height: int) -> bytes:
    """A PNG that says how large it is and holds a few bytes of nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_the_usual_formats_are_decoded_whatever_the_file_is_called(tmp_path: Path, form: str) -> None:
    file = tmp_path / "photo.pdf"
    two_halves().save(file, form)
    photo = open_photo(file, LIMITS)
    assert (photo.mode, photo.size) == ("RGB", (64, 48))
    assert np.allclose(pixel(photo, 10, 20), RED, atol=25)
    assert np.allclose(pixel(photo, 54, 20), BLUE, atol=25)


def test_heic_is_decoded(tmp_path: Path) -> None:
    from pillow_heif import from_pillow

    file = tmp_path / "photo.heic"
    from_pillow(two_halves(128, 96)).save(file, quality=90)
    photo = open_photo(file, LIMITS)
    assert photo.size == (128, 96)
    assert np.allclose(pixel(photo, 20, 40), RED, atol=25)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_comes_out_upright(tmp_path: Path, orientation: int) -> None:
    file = tmp_path / "photo.jpg"
    undone = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how a camera holds it: Pillow's transposes
    stored = two_halves()
    if orientation in undone:
        stored = stored.transpose(Image.Transpose(undone[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(file, exif=exif, quality=95)
    photo = open_photo(file, LIMITS)
    assert photo.size == (64, 48)
    assert np.allclose(pixel(photo, 10, 20), RED, atol=25)


def test_an_exif_block_that_cannot_be_read_does_not_cost_the_photo(tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    two_halves().save(file, exif=b"Exif\0\0MM\0*\xff\xff\xff\xff nonsense")
    assert open_photo(file, LIMITS).size == (64, 48)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_becomes_white(tmp_path: Path, mode: str) -> None:
    file = tmp_path / "photo.png"
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).convert(mode).save(file)
    assert pixel(open_photo(file, LIMITS), 20, 20) == (255, 255, 255)


def test_a_transparent_colour_of_a_palette_becomes_white(tmp_path: Path) -> None:
    file = tmp_path / "photo.gif"
    picture = two_halves().quantize(2)
    index = picture.getpixel((10, 20))
    picture.save(file, transparency=index)
    photo = open_photo(file, LIMITS)
    assert pixel(photo, 10, 20) == (255, 255, 255)
    assert np.allclose(pixel(photo, 54, 20), BLUE, atol=3)


def test_sixteen_bits_a_pixel_keep_their_shades(tmp_path: Path) -> None:
    file = tmp_path / "photo.png"
    shades = np.linspace(0, 65535, 64, dtype=np.uint16)[None].repeat(48, axis=0)
    Image.fromarray(shades).save(file)
    photo = np.asarray(open_photo(file, LIMITS))
    assert photo.shape == (48, 64, 3)
    assert np.allclose(photo[0, :, 0], np.linspace(0, 255, 64), atol=1.5)


@pytest.mark.parametrize(
    ("mode", "form"), [("CMYK", "JPEG"), ("L", "JPEG"), ("1", "PNG"), ("LAB", "TIFF"), ("F", "TIFF")]
)
def test_other_colour_modes_become_rgb(tmp_path: Path, mode: str, form: str) -> None:
    file = tmp_path / "photo"
    Image.new(mode, (32, 32)).save(file, form)
    assert open_photo(file, LIMITS).mode == "RGB"


def test_an_animation_is_its_first_frame(tmp_path: Path) -> None:
    file = tmp_path / "photo.gif"
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, BLUE)]
    frames[0].save(file, save_all=True, append_images=frames[1:])
    assert np.allclose(pixel(open_photo(file, LIMITS), 20, 20), RED, atol=3)


def test_a_png_of_30000_by_30000_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    file = tmp_path / "photo.png"
    file.write_bytes(png_header(30_000, 30_000))
    started = time.monotonic()
    with pytest.raises(BadPhoto) as caught:
        open_photo(file, LIMITS)
    assert (caught.value.reason, caught.value.actual) == ("too_many_pixels", 900_000_000)
    assert caught.value.limit == LIMITS.max_pixels
    assert time.monotonic() - started < 1


def test_a_truncated_jpeg_is_damaged(tmp_path: Path) -> None:
    stream = io.BytesIO()
    two_halves(400, 300).save(stream, "JPEG")
    file = tmp_path / "photo.jpg"
    file.write_bytes(stream.getvalue()[: stream.tell() // 2])
    assert reason(file) == "damaged"


@pytest.mark.parametrize(
    "head", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic"]
)
def test_the_mere_beginning_of_a_photo_is_damaged(tmp_path: Path, head: bytes) -> None:
    file = tmp_path / "photo"
    file.write_bytes(head + bytes(40))
    assert reason(file) == "damaged"


@pytest.mark.parametrize(
    "head", [b"%PDF-1.7\n", b"8BPS\0\1", b"%!PS-Adobe-3.0", b"  <svg xmlns='x'>", b"\0\0\1\0\1\0"]
)
def test_pictures_that_are_not_decoded_here_are_unsupported(tmp_path: Path, head: bytes) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(head + bytes(200))
    assert reason(file) == "unsupported"


def test_text_is_not_an_image(tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    file.write_text("Dear Alice,\n")
    assert reason(file) == "not_an_image"


def test_an_empty_file_and_one_that_is_gone_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    assert reason(tmp_path / "empty.jpg") == "empty"
    assert reason(tmp_path / "nowhere.jpg") == "gone"


def test_a_file_over_the_limit_is_refused_with_the_numbers(tmp_path: Path) -> None:
    file = tmp_path / "photo.bmp"
    two_halves().save(file)
    with pytest.raises(BadPhoto) as caught:
        open_photo(file, Limits(max_bytes=1000, max_pixels=50_000_000))
    assert (caught.value.reason, caught.value.limit) == ("too_large", 1000)
    assert caught.value.actual == file.stat().st_size


@pytest.mark.parametrize(("width", "height"), [(MIN_SIDE_PX - 1, 500), (20, 20_000)])
def test_slivers_and_strips_are_too_small(tmp_path: Path, width: int, height: int) -> None:
    file = tmp_path / "photo.png"
    Image.new("RGB", (width, height)).save(file)
    assert reason(file) == "too_small"


@pytest.mark.shared
def test_every_hostile_file_gives_a_photo_or_a_typed_refusal_soon(shared: Path) -> None:
    files = [file for file in (shared / "photos" / "hostile").rglob("*") if file.is_file()]
    slowest_s = 0.0
    for file in files:
        started = time.monotonic()
        try:
            assert open_photo(file, LIMITS).mode == "RGB"
        except BadPhoto as refused:
            assert refused.reason
        slowest_s = max(slowest_s, time.monotonic() - started)
    assert len(files) > 200
    assert slowest_s < 5


@pytest.mark.shared
@pytest.mark.parametrize("held", ["Landscape", "Portrait"])
def test_the_eight_orientations_of_one_photo_look_the_same(shared: Path, held: str) -> None:
    folder = shared / "photos" / "hostile" / "exif_orientation"
    photos = [open_photo(folder / f"{held}_{number}.jpg", LIMITS) for number in range(1, 9)]
    upright = np.asarray(photos[0].resize((64, 64)), dtype=np.float32)
    for photo in photos[1:]:
        assert photo.size == photos[0].size
        assert np.abs(np.asarray(photo.resize((64, 64)), dtype=np.float32) - upright).mean() < 12
