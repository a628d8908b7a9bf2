"""The card that goes with an exported model, in Markdown.

Its headings are those of "Model Cards for Model Reporting" (doi:10.1145/3287560.3287596).
"""

from __future__ import annotations

from bot.languages import gettext as _


def title(version: int) -> str:
    return "# " + _("Photo classifier v{version}").format(version=version)


def details(day: str, method: str, backbone: str) -> str:
    """How it was made. Raises KeyError where there is no such method."""
    how = {
        "head": _("Trained on {day}: a head on the frozen features of `{backbone}`."),
        "finetune": _("Trained on {day}: the last blocks of `{backbone}`, fine-tuned."),
    }[method]
    return "## " + _("Model details") + "\n" + how.format(day=day, backbone=backbone)


def data(seed: int, fingerprint: str) -> str:
    said = _(
        "Seed {seed}; fingerprint of the training data `{fingerprint}`. The photos are not in this file."
    )
    return said.format(seed=seed, fingerprint=fingerprint)


def use(labels: str) -> str:
    """`labels`: a list of them."""
    first = _("It tells these labels apart, in photos like those it was taught with:")
    return "## " + _("Intended use") + f"\n{first}\n{labels}"


def metrics(right: int, count: int, share: float) -> str:
    said = _(
        "{right} of {count} held-out photos right ({percent}), by a head that had not learnt from them. "
        "The head in this file has learnt from all photos."
    ).format(right=right, count=count, percent=f"{share:.1%}")
    return "## " + _("Metrics") + f"\n{said}"


def caveats() -> str:
    said = _(
        "A photo of something else gets one of these labels all the same: "
        "the rule that says none of them is not part of this file."
    )
    return "## " + _("Caveats") + f"\n{said}"
