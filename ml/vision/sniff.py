"""What a file that no decoder took was meant to be, by its first bytes."""

from __future__ import annotations

from typing import Literal

HEAD_BYTES = 256

# Formats that are decoded: a file that starts like one and still cannot be opened is damaged.
_DECODED = (
    b"\xff\xd8\xff",  # JPEG
    b"\x89PNG\r\n\x1a\n",
    b"GIF8",
    b"BM",
    b"II*\x00",  # TIFF, and BigTIFF
    b"MM\x00*",
    b"II+\x00",
    b"MM\x00+",
)
_DECODED_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

# Formats that hold pictures and are not decoded here.
_OTHER = (
    b"\x00\x00\x00\x0cjP  ",  # JPEG 2000
    b"\xff\x4f\xff\x51",  # JPEG 2000, codestream alone
    b"\x00\x00\x00\x0cJXL ",
    b"\xff\x0a",  # JPEG XL, codestream alone
    b"8BPS",  # Photoshop
    b"\x00\x00\x01\x00",  # Windows icon
    b"\x00\x00\x02\x00",  # Windows cursor
    b"icns",  # macOS icon
    b"DDS ",
    b"\x01\xda",  # SGI
    b"qoif",
    b"BLP1",
    b"BLP2",
    b"P1\n",  # the Netpbm family
    b"P2\n",
    b"P3\n",
    b"P4\n",
    b"P5\n",
    b"P6\n",
    b"P7\n",
    b"Pf\n",
    b"PF\n",
    b"%!PS",
    b"\xc5\xd0\xd3\xc6",  # PostScript with a preview
    b"%PDF",
    b"<svg",
    b"\xd7\xcd\xc6\x9a",  # Windows metafile
    b"v/1\x01",  # OpenEXR
    b"#?RADIANCE",
)


def why_unidentified(head: bytes) -> Literal["damaged", "unsupported", "not_an_image"]:
    """The reason to refuse a file that starts with `head` and that no decoder recognised."""
    is_webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    is_heif = head[4:8] == b"ftyp" and head[8:12] in _DECODED_BRANDS
    if is_webp or is_heif or head.startswith(_DECODED):
        return "damaged"
    return "unsupported" if head.lstrip(b" \r\n\t").startswith(_OTHER) else "not_an_image"
