"""Fonts that can write people's names, whatever script they are in, from what the system has."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from functools import lru_cache

from PIL import ImageFont

Font = ImageFont.FreeTypeFont

# Looked for by name in the system's font folders; the first that has every character of a name writes it.
SYSTEM_FONTS = (
    "DejaVuSans-Bold.ttf",
    "NotoSans-Bold.ttf",
    "LiberationSans-Bold.ttf",
    "Arial Bold.ttf",
    "arialbd.ttf",
    "segoeuib.ttf",
    "NotoSansArabic-Bold.ttf",
    "NotoSansHebrew-Bold.ttf",
    "NotoSansDevanagari-Bold.ttf",
    "NotoSansThai-Bold.ttf",
    "NotoSansCJK-Bold.ttc",
    "NotoSansCJK-Regular.ttc",
    "wqy-microhei.ttc",
    "PingFang.ttc",
    "Arial Unicode.ttf",
    "msyh.ttc",
    "unifont.otf",
    "unifont.ttf",
)

# Emoji, controls and unassigned characters: left out of a drawn name, which the reply's text has in full.
_NOT_DRAWN = {"So", "Sk", "Cc", "Cn", "Co", "Cs"}
_EMOJI_VARIANT = "\ufe0f"
# No font has a glyph for this one: what is drawn for it is what is drawn for a missing character.
_NOT_A_CHARACTER = "\U0010ffff"


def drawable(text: str) -> str:
    """The text without what is not drawn, on one line; empty where nothing is left."""
    kept = (c if unicodedata.category(c) not in _NOT_DRAWN else " " for c in text if c != _EMOJI_VARIANT)
    return " ".join("".join(kept).split())


def font_for(text: str, size_px: int) -> Font | None:
    """A font that has every character of `text`, None where there is none."""
    return next((font for font in _fonts(size_px) if all(_has(font, c) for c in set(text))), None)


@lru_cache(maxsize=4096)
def _has(font: Font, character: str) -> bool:
    if character.isspace() or unicodedata.category(character) == "Cf":
        return True
    return bytes(font.getmask(character)) != bytes(font.getmask(_NOT_A_CHARACTER))


@lru_cache(maxsize=16)
def _fonts(size_px: int) -> tuple[Font, ...]:
    """The system's fonts in that size, and last the one that comes with Pillow (Latin only)."""
    found = []
    for name in SYSTEM_FONTS:
        with suppress(OSError):  # not installed here
            found.append(ImageFont.truetype(name, size_px))
    bundled = ImageFont.load_default(size_px)
    return (*found, bundled) if isinstance(bundled, ImageFont.FreeTypeFont) else tuple(found)
