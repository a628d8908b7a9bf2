"""What only owners are told."""

from __future__ import annotations

import html

from bot.languages import gettext as _
from bot.languages import ngettext


def disk_warning(used_mb: int, cap_mb: int) -> str:
    return _(
        "My data takes {used} MB of the {cap} MB I may use (DISK_CAP_MB). At the cap I stop learning faces."
    ).format(used=used_mb, cap=cap_mb)


def model_notice(current: str, using: str) -> str:
    return _(
        "Galleries here were made with {current}, and {using} is available now. "
        "Nothing has changed; /reembed moves them."
    ).format(current=html.escape(current), using=html.escape(using))


def no_crops_to_move() -> str:
    return _("Every gallery is on the face model in use.")


def reembedded(chats: int, faces: int, unreadable: int) -> str:
    moved = _("Moved {faces} in {chats}.").format(
        faces=ngettext("{count} face", "{count} faces", faces).format(count=faces),
        chats=ngettext("{count} chat", "{count} chats", chats).format(count=chats),
    )
    if not unreadable:
        return moved
    lost = ngettext(
        "{count} could not be read and is no longer used.",
        "{count} could not be read and are no longer used.",
        unreadable,
    ).format(count=unreadable)
    return f"{moved} {lost}"
