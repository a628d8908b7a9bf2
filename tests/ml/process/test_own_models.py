"""Chats' own models in the worker, on the starter's backbone and on one that is not in use any more."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from ml.client import LocalWorker
from ml.config import WorkerConfig
from ml.engine import Engine
from ml.errors import ModelUnusable
from ml.learning.distances import looks
from ml.learning.model_file import Backbone, save
from ml.learning.own_labels import OwnModels
from ml.models import Models, open_models
from ml.protocol import Analyse, Analysis, OwnLabels, Package, Unequipped
from ml.runtime import Network, open_network
from ml.vision.classifier import Classifier
from ml.weights import prepared
from tests.support.chat_models import OLD, PRIMARY, export_old_backbone, model_on
from tests.support.pictures import jpeg, photograph

pytestmark = pytest.mark.weights

ANIMALS, THINGS = {"my cat": "chelsea", "me": "astronaut"}, {"my cup": "coffee", "fireworks": "rocket"}


class CountingNetwork:
    """A network that counts how often it is run."""

    def __init__(self, network: Network) -> None:
        self.runs = 0
        self._network = network

    def __call__(self, batch: NDArray[np.float32]) -> tuple[NDArray[np.float32], ...]:
        self.runs += 1
        return self._network(batch)


@pytest.fixture
def config(starter_config: WorkerConfig) -> WorkerConfig:
    """The starter's, with four photographs in the spool."""
    for name in (*ANIMALS.values(), *THINGS.values()):
        (starter_config.spool / f"{name}.jpg").write_bytes(jpeg(photograph(name))[1])
    return starter_config


@pytest.fixture
def network(config: WorkerConfig) -> CountingNetwork:
    return CountingNetwork(open_network(prepared(config, "classifier").only, "cpu", threads=1))


@pytest.fixture
def classifier(config: WorkerConfig, network: CountingNetwork) -> Classifier:
    return Classifier(prepared(config, "classifier"), network)


@pytest.fixture
def engine(config: WorkerConfig, classifier: Classifier) -> Engine:
    models = open_models(config)
    return Engine(config, Models(classifier, None, None, models.own, models.description))


def taught(config: WorkerConfig, classifier: Classifier, photos: dict[str, str]) -> str:
    """Saves a model of one photo for each label, on the backbone in use."""
    found = prepared(config, "classifier").only
    backbone = Backbone(
        id=classifier.info.id,
        stem=classifier.info.backbone,
        source_sha256=found.meta.source_sha256,
        dimension=found.meta.features,
        categories=len(found.meta.categories),
        preprocessing=found.meta.preprocessing,
    )
    seen = {label: classifier.see([photograph(name)]) for label, name in photos.items()}
    rows = {label: looks(one.features, one.logits) for label, one in seen.items()}
    return save(model_on(backbone, rows), config.models)


def own_of(engine: Engine, requests: Sequence[Analyse]) -> list[OwnLabels | None]:
    outcomes = engine.serve(requests)
    assert all(isinstance(outcome, Analysis) for outcome in outcomes)
    return [outcome.own for outcome in outcomes if isinstance(outcome, Analysis)]


def test_chats_with_different_models_share_one_pass_of_the_network(
    engine: Engine, config: WorkerConfig, classifier: Classifier, network: CountingNetwork
) -> None:
    animals, things = (taught(config, classifier, photos) for photos in (ANIMALS, THINGS))
    network.runs = 0
    asks = [("chelsea", animals), ("coffee", things), ("astronaut", animals), ("rocket", "")]
    answers = own_of(engine, [Analyse(photo=f"{photo}.jpg", own=own) for photo, own in asks])
    assert [answer and answer.labels[0].name for answer in answers] == ["my cat", "my cup", "me", None]
    assert [answer and answer.model for answer in answers] == [animals, things, animals, None]
    assert network.runs == 1


def test_a_photo_of_something_else_is_none_of_the_labels(
    engine: Engine, config: WorkerConfig, classifier: Classifier
) -> None:
    animals = taught(config, classifier, ANIMALS)
    known, unknown = own_of(engine, [Analyse(photo=f"{n}.jpg", own=animals) for n in ("chelsea", "coffee")])
    assert known is not None and not known.is_none
    assert unknown is not None and unknown.is_none


def test_the_chats_labels_come_without_imagenets_where_those_are_not_asked_for(
    engine: Engine, config: WorkerConfig, classifier: Classifier
) -> None:
    request = Analyse(
        photo="chelsea.jpg", classify=False, faces=False, own=taught(config, classifier, ANIMALS)
    )
    (outcome,) = engine.serve([request])
    assert isinstance(outcome, Analysis) and outcome.own and outcome.classification is None


def test_a_model_that_is_gone_does_not_cost_the_photo_its_answer(engine: Engine) -> None:
    (outcome,) = engine.serve([Analyse(photo="chelsea.jpg", own="0" * 64)])
    assert isinstance(outcome, Analysis) and outcome.own is None
    assert outcome.classification and "cat" in outcome.classification.labels[0].name


def test_a_head_on_an_older_backbone_goes_on_answering(
    engine: Engine, config: WorkerConfig, tmp_path: Path
) -> None:
    export_old_backbone(tmp_path)
    older = msgspec.structs.replace(config, networks=tmp_path)
    own = save(model_on(OLD, PRIMARY), config.models)
    unequipped = Models(None, None, None, OwnModels(older, None), engine.description)
    both = [Analyse(photo="coffee.jpg", own=own), Analyse(photo="coffee.jpg")]
    answered, unanswered = Engine(older, unequipped).serve(both)
    assert isinstance(answered, Analysis) and answered.own and answered.own.labels[0].name == "R"
    assert isinstance(unanswered, Unequipped)


@pytest.fixture
async def worker(config: WorkerConfig) -> AsyncIterator[LocalWorker]:
    async with LocalWorker(config, timeout_s=60, start_timeout_s=120) as running:
        yield running


async def test_the_process_tells_which_backbone_it_has_and_answers_for_the_chat(
    worker: LocalWorker, config: WorkerConfig, classifier: Classifier
) -> None:
    description = await worker.ready()
    assert description.classifier and description.classifier.backbone == classifier.info.backbone
    own = taught(config, classifier, THINGS)
    analysis = await worker.ask(Analyse(photo="rocket.jpg", faces=False, own=own))
    assert analysis.own and analysis.own.labels[0].name == "fireworks"


async def test_what_training_and_packing_need_stays_out_of_the_process(
    worker: LocalWorker, config: WorkerConfig, classifier: Classifier
) -> None:
    own = taught(config, classifier, THINGS)
    await worker.ask(Analyse(photo="rocket.jpg", own=own))
    await worker.ask(Package(model=own, title="Things", card="# Things", target="things.zip"))
    maps = await asyncio.to_thread(Path(f"/proc/{worker.pid}/maps").read_text)
    assert "onnxruntime" in maps
    assert not [name for name in ("libtorch", "sklearn", "matplotlib", "onnx_cpp2py") if name in maps]


async def test_a_package_says_what_the_worker_says(
    worker: LocalWorker, config: WorkerConfig, classifier: Classifier
) -> None:
    own = taught(config, classifier, THINGS)
    analysis = await worker.ask(Analyse(photo="rocket.jpg", faces=False, own=own))
    packaged = await worker.ask(Package(model=own, title="Things", card="# Things", target="things.zip"))
    with zipfile.ZipFile(config.spool / packaged.path) as archive:
        archive.extractall(config.spool)
    command = (sys.executable, "example.py", "rocket.jpg")
    said = await asyncio.to_thread(subprocess.check_output, command, cwd=config.spool, text=True)
    assert analysis.own
    assert said.split() == [
        word for one in analysis.own.labels for word in (f"{one.probability:.4f}", *one.name.split())
    ]


async def test_a_model_that_cannot_be_packed_is_an_error_and_the_worker_lives(worker: LocalWorker) -> None:
    with pytest.raises(ModelUnusable):
        await worker.ask(Package(model="0" * 64, title="", card="", target="none.zip"))
    assert worker.restarts == 0
