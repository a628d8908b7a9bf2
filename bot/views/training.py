"""Trainings while they run and when they end, and the models that they leave."""

from __future__ import annotations

import time

from bot import texts
from bot.replies import Choice, Keyboard, Reply, Shown
from bot.usecases.labels import Missing
from bot.usecases.training.ending import sides_of
from bot.usecases.training.report import report_of
from bot.usecases.training.values import Ended, Plan
from bot.usecases.training.versions import Versions
from bot.views.labels import to_train
from ml.training import Preflight, Progress, Trained
from storage.models import ModelRow

# Buttons under what a training came to are of use for as long as its models are.
RESULT_S = 30 * 24 * 3600.0
MENU_S = 60 * 60.0
# A training may take hours on a small machine.
CANCEL_S = 2 * 24 * 3600.0
# With more labels a line of counts would be longer than what it says.
MOST_COUNTS = 12


def not_enough(missing: Missing) -> Reply:
    """Why there is no training, and exactly what is missing."""
    return Reply("\n".join([texts.training.not_enough(), *to_train(missing)]))


def waiting(training_id: int, ahead: int) -> Reply:
    """That a training is queued, or begins."""
    return Reply(texts.training.queued(ahead), cancel_keyboard(training_id))


def cancel_keyboard(training_id: int) -> Keyboard:
    """Cancel, for admins."""
    choice = Choice(texts.training.button_cancel(), "training_cancel", {"training": training_id})
    return Keyboard(((choice,),), None, CANCEL_S)


def preflight(plan: Plan, found: Preflight) -> str:
    """What the photos are good for, and how they are split."""
    sides = sides_of(found)
    lines = [texts.training.split(len(found.counts), sides["train"], sides["held_out"])]
    if len(found.counts) <= MOST_COUNTS:
        counts = (
            texts.training.label_count(plan.names[one.label], one.train, one.held_out) for one in found.counts
        )
        lines.append(", ".join(counts))
    lines += left_out(found)
    if found.kept_together:
        lines.append(texts.training.kept_together(found.kept_together))
    return "\n".join(lines)


def left_out(found: Preflight) -> list[str]:
    """Which photos are of no use, in a line."""
    if not found.unreadable and not found.duplicates:
        return []
    return [texts.training.left_out(len(found.unreadable), len(found.duplicates))]


def progress(plan: Plan, now: Progress | None) -> str:
    """How far a training is."""
    lines = [preflight(plan, plan.preflight)] if plan.preflight is not None else []
    if plan.first is not None:
        lines.append(texts.training.first_answer(plan.first.accuracy, plan.first.count))
    if now is not None:
        parts = [texts.training.stage(now.stage, now.step, now.steps)]
        parts += [texts.training.accuracy(now.accuracy)] if now.accuracy is not None else []
        parts += [texts.training.time_left(now.eta_s)] if now.eta_s is not None else []
        lines.append(", ".join(parts))
    return "\n\n".join(lines) or texts.training.queued(0)


def result(ended: Ended, picture: Shown | None) -> Reply:
    """What a training came to: the curves and the confusion matrix, the comparison, and what can be done."""
    text = "\n".join([score(ended.model, ended.trained, ended.before), *_decision(ended)])
    return Reply(text, _result_keyboard(ended), (picture,) if picture else ())


def score(model: ModelRow, trained: Trained, before: ModelRow | None) -> str:
    """How good the new model is, beside the one that was in use on the same photos."""
    count = trained.score.count
    if trained.live is None or before is None:
        return texts.training.first_version(model.version, trained.score.accuracy, count)
    shares = (trained.score.accuracy, trained.live.score.accuracy)
    said = texts.training.compared((model.version, before.version), shares, count)
    differ = trained.score.right != trained.live.score.right
    chance = differ and trained.live.within_chance
    return f"{said} {texts.training.within_chance()}" if chance else said


def _decision(ended: Ended) -> list[str]:
    lines = []
    if ended.verdict == "no_better_than_guessing":
        lines.append(texts.training.no_better_than_guessing())
    if ended.verdict == "outdated":
        lines.append(texts.training.outdated())
    if ended.is_live:
        lines.append(texts.training.is_live(ended.model.version))
    elif ended.before is not None:
        lines.append(texts.training.stays_live(ended.before.version))
    if ended.trained.method == "finetune":
        lines.append(texts.training.tuned())
    return lines


def _result_keyboard(ended: Ended) -> Keyboard:
    data = {"model": ended.model.id}
    report = report_of(ended.model)
    first = []
    if not ended.is_live:
        first.append(Choice(texts.training.button_use_anyway(), "model_use_new", data))
    elif ended.before is not None:
        back = {"model": ended.before.id}
        first.append(Choice(texts.training.button_back_to(ended.before.version), "model_use_new", back))
    looks = []
    if report.mistakes:
        looks.append(Choice(texts.training.button_mistakes(), "show_mistakes", {**data, "kind": "mistakes"}))
    if report.suspects:
        label = texts.training.button_suspects(len(report.suspects))
        looks.append(Choice(label, "show_mistakes", {**data, "kind": "suspects"}))
    return Keyboard(tuple(tuple(row) for row in (first, looks) if row), None, RESULT_S)


def versions(found: Versions, by: int | None) -> Reply:
    """The models of a chat, newest first, a button for each."""
    if not found.models:
        return Reply(texts.training.no_models())
    lines = [texts.training.models_title(), *(line(row) for row in found.models)]
    lines += ["", texts.training.live_mark()] if found.live else []
    choices = [Choice(f"v{row.version}", "model_open", {"model": row.id}) for row in found.models]
    rows = [tuple(choices[start : start + 4]) for start in range(0, len(choices), 4)]
    return Reply("\n".join(lines), Keyboard(tuple(rows), by, MENU_S))


def version(row: ModelRow, by: int | None) -> Reply:
    """One model and what can be done."""
    data = {"model": row.id}
    lines = [
        line(row),
        texts.training.model_method(row.method),
        texts.training.model_labels(", ".join(texts.names.name(label) for label in row.labels)),
    ]
    use = () if row.live else (Choice(texts.training.button_use(), "model_use", data),)
    delete = () if row.live else (Choice(texts.labels.button_delete(), "model_delete", data),)
    mistakes = Choice(texts.training.button_mistakes(), "show_mistakes", {**data, "kind": "mistakes"})
    export = Choice(texts.training.button_export(), "model_export", data)
    back = Choice(texts.people.button_back(), "models_list", {})
    rows = ((*use, export), (mistakes, *delete), (back,))
    return Reply("\n".join(lines), Keyboard(rows, by, MENU_S))


def card(row: ModelRow) -> str:
    """The model card of an exported model, in Markdown."""
    report = report_of(row)
    day = time.strftime("%Y-%m-%d", time.gmtime(row.trained_at))
    parts = [
        texts.model_card.title(row.version),
        texts.model_card.details(day, row.method, row.backbone),
        texts.model_card.data(row.seed, row.fingerprint),
        texts.model_card.use("\n".join(f"* {label}" for label in row.labels)),
        texts.model_card.metrics(report.score.right, report.score.count, report.score.accuracy),
        texts.model_card.caveats(),
    ]
    return "\n\n".join(parts) + "\n"


def line(row: ModelRow) -> str:
    """A model in a line."""
    report = report_of(row)
    day = time.strftime("%Y-%m-%d", time.gmtime(row.trained_at))
    return texts.training.model_line(
        row.version, report.score.accuracy, report.score.count, day, live=row.live
    )
