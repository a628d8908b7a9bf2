"""Labels: a chat's own words for its photos."""

from __future__ import annotations

from bot.languages import gettext as _
from bot.languages import ngettext
from bot.texts.names import name
from bot.usecases.names import NAME_LIMIT


def bad_label(reason: str) -> str:
    """Why a label cannot be used. Raises KeyError where there is no such reason."""
    return {
        "empty": _("Which label? Write it too: <code>/label cat</code>"),
        "several": _("A photo has one label here. Write one: <code>/label cat</code>"),
        "too_long": _("That label is too long: {limit} characters at most.").format(limit=NAME_LIMIT),
        "several_lines": _("A label has to fit on one line."),
        "invisible": _("That label has characters that cannot be seen. Type it again without them."),
        "mention": _("A label cannot begin with @. People are taught with <code>/enroll</code>."),
        "command": _("A label cannot begin with a slash."),
    }[reason]


def labelled(label: str, photos: int) -> str:
    return ngettext(
        "Labelled <b>{label}</b>, which has {count} photo now.",
        "Labelled <b>{label}</b>, which has {count} photos now.",
        photos,
    ).format(label=name(label), count=photos)


def moved(count: int) -> str:
    return ngettext(
        "{count} photo had another label before.",
        "{count} photos had another label before.",
        count,
    ).format(count=count)


def same(count: int) -> str:
    return ngettext(
        "{count} photo had this label already and counts once.",
        "{count} photos had this label already and count once.",
        count,
    ).format(count=count)


def can_train() -> str:
    return _("That is enough to learn from: /train")


def missing_labels(count: int) -> str:
    return ngettext(
        "To train, {count} more label is missing.",
        "To train, {count} more labels are missing.",
        count,
    ).format(count=count)


def missing_photos(label: str, count: int) -> str:
    return ngettext(
        "To train, {count} more photo of <b>{label}</b> is missing.",
        "To train, {count} more photos of <b>{label}</b> are missing.",
        count,
    ).format(label=name(label), count=count)


def send_photos_of(label: str) -> str:
    return _(
        "Send me photos of <b>{label}</b>, one by one or as an album, then /done. /cancel stops."
    ).format(label=name(label))


def send_in_group(label: str) -> str:
    return _("Reply to this message with photos of <b>{label}</b>, then /done. /cancel stops.").format(
        label=name(label)
    )


def your_label(label: str, probability: float) -> str:
    """What the chat's own model takes a photo for."""
    return _("Your label: <b>{label}</b> – {percent}").format(label=name(label), percent=f"{probability:.0%}")


def other_label(label: str, probability: float) -> str:
    return f"{name(label)} – {probability:.0%}"


def none_of_yours() -> str:
    return _("None of your labels.")


def done(label: str, photos: int) -> str:
    return ngettext(
        "Done: <b>{label}</b> with {count} photo.",
        "Done: <b>{label}</b> with {count} photos.",
        photos,
    ).format(label=name(label), count=photos)


def done_without(label: str) -> str:
    return _("Done, without a photo of <b>{label}</b>.").format(label=name(label))


def undone() -> str:
    return _("Undone.")


def none_yet() -> str:
    return _("There are no labels in this chat yet. Give a photo one by its caption: <code>/label cat</code>")


def title(labels: int, photos: int) -> str:
    first = ngettext("{count} label", "{count} labels", labels).format(count=labels)
    second = ngettext("{count} photo", "{count} photos", photos).format(count=photos)
    return f"<b>{first}, {second}</b>"


def line(label: str, photos: int) -> str:
    return ngettext("{label} – {count} photo", "{label} – {count} photos", photos).format(
        label=name(label), count=photos
    )


def smallest(label: str, photos: int) -> str:
    return ngettext(
        "<b>{label}</b> has the fewest, with {count} photo: more of it would help most.",
        "<b>{label}</b> has the fewest, with {count} photos: more of it would help most.",
        photos,
    ).format(label=name(label), count=photos)


def choose_label() -> str:
    return _("Which label do you mean?")


def choose_same(label: str) -> str:
    return _("Which label is the same as <b>{label}</b>? Its photos go there.").format(label=name(label))


def button_merge() -> str:
    return _("Is the same as…")


def button_delete() -> str:
    return _("Delete")


def button_photos() -> str:
    return _("Show photos")


def new_name_of(label: str) -> str:
    return _("What shall <b>{label}</b> be called? Reply to this message with the new name.").format(
        label=name(label)
    )


def hint_label() -> str:
    """What stands in the empty field until the label is written: 64 characters at most."""
    return _("Label")


def no_such(label: str) -> str:
    return _("There is no label {label} here. /labels lists them.").format(label=name(label))


def taken(label: str) -> str:
    return _("There is a label {label} here already. With /labels you can put the two together.").format(
        label=name(label)
    )


def renamed(old: str, new: str) -> str:
    return _("The label {old} is {new} now.").format(old=name(old), new=name(new))


def merged(source: str, target: str, photos: int) -> str:
    return ngettext(
        "{source} is {target} now, with {count} photo.",
        "{source} is {target} now, with {count} photos.",
        photos,
    ).format(source=name(source), target=name(target), count=photos)


def deleted(label: str, photos: int, minutes: int) -> str:
    return ngettext(
        "The label {label} and its {count} photo are gone. "
        "You can undo this for some minutes ({minutes}); then they are deleted.",
        "The label {label} and its {count} photos are gone. "
        "You can undo this for some minutes ({minutes}); then they are deleted.",
        photos,
    ).format(label=name(label), count=photos, minutes=minutes)


def restored(label: str, photos: int) -> str:
    return ngettext(
        "{label} is back, with {count} photo.",
        "{label} is back, with {count} photos.",
        photos,
    ).format(label=name(label), count=photos)


def photos_of(label: str) -> str:
    return _("Photos of {label}, the latest last.").format(label=name(label))
