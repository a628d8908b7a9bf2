"""Why a file cannot be looked at, and what to send instead."""

from __future__ import annotations

from bot.languages import gettext as _


def too_large(limit_mb: int) -> str:
    return _(
        "That file is too large: I take {limit} MB at most. Send it as a photo, or make it smaller."
    ).format(limit=limit_mb)


def too_many_pixels(actual: int, limit: int) -> str:
    """Both in pixels."""
    return _(
        "That picture has {actual} megapixels; I take {limit} at most. Make it smaller and send it again."
    ).format(actual=f"{actual / 1e6:.0f}", limit=f"{limit / 1e6:.0f}")


def bad_photo(reason: str) -> str:
    """Why a file is refused. Raises KeyError where there is no such reason."""
    return {
        "not_an_image": _(
            "That file is not a picture I can read. Send a JPEG, PNG, WebP, GIF, HEIC, AVIF, BMP or TIFF."
        ),
        "unsupported": _("I cannot read this kind of picture. Send it as a JPEG or PNG."),
        "damaged": _("That picture is damaged, so I cannot read it. Send it again, or another copy of it."),
        "too_small": _("That picture is too small to see anything in. Send a larger one."),
        "empty": _("That file is empty. Send it again."),
        "gone": _("Telegram no longer has that file. Send the photo again."),
    }[reason]
