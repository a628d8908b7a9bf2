"""Trainings, and the models that they leave."""

from __future__ import annotations

from bot.languages import gettext as _
from bot.languages import ngettext
from bot.texts.names import name


def queued(ahead: int) -> str:
    if ahead == 0:
        return _("The training begins…")
    return ngettext(
        "The training is queued: {count} other comes first.",
        "The training is queued: {count} others come first.",
        ahead,
    ).format(count=ahead)


def not_enough() -> str:
    return _("I cannot train with this yet.")


def open_already() -> str:
    return _("A training is under way in this chat. Wait for it, or cancel it there.")


def usage() -> str:
    return _("Write <code>/train</code> for the labels of this chat.")


def split(labels: int, learnt: int, held_out: int) -> str:
    """How the photos are used: `learnt` to learn from, `held_out` to test."""
    first = ngettext("{count} label", "{count} labels", labels).format(count=labels)
    return _(
        "{labels}: I learn from {learnt} photos, and test with {held_out} that I do not learn from."
    ).format(labels=first, learnt=learnt, held_out=held_out)


def label_count(label: str, learnt: int, held_out: int) -> str:
    return f"{name(label)} {learnt}+{held_out}"


def left_out(unreadable: int, duplicates: int) -> str:
    parts = []
    if unreadable:
        parts.append(
            ngettext("{count} unreadable photo", "{count} unreadable photos", unreadable).format(
                count=unreadable
            )
        )
    if duplicates:
        parts.append(ngettext("{count} duplicate", "{count} duplicates", duplicates).format(count=duplicates))
    return _("Left out: {what}.").format(what=", ".join(parts))


def kept_together(count: int) -> str:
    return ngettext(
        "{count} photo is much like another one, or of its album: they stay on one side.",
        "{count} photos are much like others, or of their album: they stay on one side.",
        count,
    ).format(count=count)


def stage(kind: str, step: int, steps: int) -> str:
    """What is under way, and how far. Raises KeyError where there is no such stage."""
    return {
        "features": _("Looking at the photos: {step} of {steps}"),
        "head": _("Learning to tell them apart: {step} of {steps}"),
        "finetune": _("Fine-tuning: epoch {step} of {steps}"),
    }[kind].format(step=step, steps=steps)


def accuracy(share: float) -> str:
    return _("{percent} right").format(percent=f"{share:.0%}")


def first_answer(share: float, count: int) -> str:
    return ngettext(
        "So far: {percent} of {count} test photo right. Now I try whether fine-tuning does better.",
        "So far: {percent} of {count} test photos right. Now I try whether fine-tuning does better.",
        count,
    ).format(percent=f"{share:.0%}", count=count)


def time_left(seconds: float) -> str:
    if seconds < 90:
        return _("less than two minutes left")
    return _("about {minutes} minutes left").format(minutes=round(seconds / 60))


def first_version(version: int, share: float, count: int) -> str:
    return ngettext(
        "v{version}: {percent} of {count} photo right that it did not learn from.",
        "v{version}: {percent} of {count} photos right that it did not learn from.",
        count,
    ).format(version=version, percent=f"{share:.0%}", count=count)


def compared(versions: tuple[int, int], shares: tuple[float, float], count: int) -> str:
    """The new version and the one in use, on the same photos."""
    return ngettext(
        "v{new}: {new_percent} vs v{old}: {old_percent} on the same {count} photo.",
        "v{new}: {new_percent} vs v{old}: {old_percent} on the same {count} photos.",
        count,
    ).format(
        new=versions[0],
        old=versions[1],
        new_percent=f"{shares[0]:.0%}",
        old_percent=f"{shares[1]:.0%}",
        count=count,
    )


def within_chance() -> str:
    return _("With so few photos, that difference may be chance.")


def is_live(version: int) -> str:
    return _("v{version} is live, from the next photo on.").format(version=version)


def stays_live(version: int) -> str:
    return _("v{version} stays live.").format(version=version)


def no_better_than_guessing() -> str:
    return _(
        "That is no better than guessing, so it is not in use. More photos, or clearer ones, would help."
    )


def outdated() -> str:
    return _("A label was deleted meanwhile, so it is not in use. /train learns the labels of today.")


def tuned() -> str:
    return _("Fine-tuning did better than learning from the features alone.")


def cancelled() -> str:
    return _("The training is cancelled; nothing has changed.")


def ended_already() -> str:
    return _("That training has ended.")


def failed() -> str:
    return _("The training broke off, and nothing has changed. /train begins a new one.")


def untrained(reason: str) -> str:
    return _("I cannot train: {reason}").format(reason=name(reason))


def button_cancel() -> str:
    return _("Cancel")


def button_use_anyway() -> str:
    return _("Use it anyway")


def button_mistakes() -> str:
    return _("Show mistakes")


def button_suspects(count: int) -> str:
    return _("Check labels ({count})").format(count=count)


def button_back_to(version: int) -> str:
    return _("Back to v{version}").format(version=version)


def no_models() -> str:
    return _("Nothing was learnt in this chat yet. /labels says what is missing to train.")


def models_title() -> str:
    return _("<b>What was learnt here</b>")


def model_line(version: int, share: float, count: int, day: str, live: bool) -> str:
    line = ngettext(
        "v{version} – {percent} of {count} photo right, {day}",
        "v{version} – {percent} of {count} photos right, {day}",
        count,
    ).format(version=version, percent=f"{share:.0%}", count=count, day=day)
    return f"<b>{line} ✓</b>" if live else line


def live_mark() -> str:
    return _("✓ is in use")


def model_labels(labels: str) -> str:
    return _("Labels: {labels}").format(labels=labels)


def model_method(method: str) -> str:
    """How it was learnt. Raises KeyError where there is no such method."""
    return {
        "head": _("Learnt from the features of the network."),
        "finetune": _("The last part of the network was fine-tuned."),
    }[method]


def button_use() -> str:
    return _("Use")


def button_export() -> str:
    return _("Export")


def used(version: int) -> str:
    return _("v{version} is in use now, from the next photo on.").format(version=version)


def deleted(version: int) -> str:
    return _("v{version} is deleted.").format(version=version)


def still_in_use() -> str:
    return _("This one is in use. Use another one first, then it can be deleted.")


def nothing_before() -> str:
    return _("There is no earlier one to go back to.")


def exported(version: int) -> str:
    return _("v{version}, with an example that runs it.").format(version=version)


def export_failed() -> str:
    return _("I could not pack that model: its files are gone.")


def mistakes_title(kind: str, first: int, last: int, count: int) -> str:
    """Over a contact sheet. Raises KeyError where there is no such kind."""
    return {
        "mistakes": _(
            "Photos {first}–{last} of {count} that the model gets wrong. Press a number to change its label."
        ),
        "suspects": _(
            "Photos {first}–{last} of {count} whose label may be wrong. Press a number to change it."
        ),
    }[kind].format(first=first, last=last, count=count)


def no_mistakes() -> str:
    return _("There is nothing left to look at.")


def labelled_as(label: str) -> str:
    """Below a photo on a contact sheet, without markup."""
    return _("label: {label}").format(label=label)


def taken_for(label: str) -> str:
    """Below a photo on a contact sheet, without markup."""
    return _("taken for: {label}").format(label=label)


def which_label(number: int, label: str) -> str:
    return _("Photo {number} is labelled {label}. What is it?").format(number=number, label=name(label))


def relabelled(number: int, label: str) -> str:
    return _("Photo {number} is {label} now.").format(number=number, label=name(label))


def retrained(backbone: str) -> str:
    return _("The network has changed ({backbone}), so I learn your labels again.").format(
        backbone=name(backbone)
    )
