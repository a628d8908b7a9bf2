"""The real worker process with real networks, asked through the client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import skimage.data
from PIL import Image

from ml.client import LocalWorker
from ml.config import WorkerConfig
from ml.errors import BadPhoto
from ml.protocol import Analyse, Analysis, Draw, Mark

pytestmark = pytest.mark.weights


@pytest.fixture
async def worker(starter_config: WorkerConfig) -> AsyncIterator[LocalWorker]:
    for name in ("astronaut", "chelsea"):
        Image.fromarray(getattr(skimage.data, name)()).save(starter_config.spool / f"{name}.jpg")
    async with LocalWorker(starter_config, timeout_s=60, start_timeout_s=120) as running:
        yield running


async def test_it_says_which_models_it_has(worker: LocalWorker) -> None:
    description = await worker.ready()
    assert description.classifier and description.classifier.id == "tf_efficientnet_lite0"
    assert description.embedder and description.embedder.id == "dlib-resnet-v1"
    assert description.missing == ()


async def test_a_cat_is_seen(worker: LocalWorker) -> None:
    analysis = await worker.ask(Analyse(photo="chelsea.jpg"))
    assert analysis.classification
    assert "cat" in analysis.classification.labels[0].name


async def test_a_face_is_found_and_drawn_on_the_photo(
    worker: LocalWorker, starter_config: WorkerConfig
) -> None:
    analysis = await worker.ask(Analyse(photo="astronaut.jpg"))
    (face,) = analysis.faces or ()
    mark = Mark(box=face.box, number=1, text="Eileen", tone="sure")
    drawn = await worker.ask(Draw(photo="astronaut.jpg", marks=(mark,), target="drawn.jpg"))
    with Image.open(starter_config.spool / drawn.path) as picture:
        assert picture.format == "JPEG" and picture.size == (512, 512)


async def test_on_the_cpu_it_does_without_torch(worker: LocalWorker) -> None:
    await worker.ask(Analyse(photo="astronaut.jpg"))
    maps = await asyncio.to_thread(Path(f"/proc/{worker.pid}/maps").read_text)
    assert "onnxruntime" in maps
    assert "libtorch" not in maps


async def test_a_worker_prepares_its_networks_itself(starter_config: WorkerConfig, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    bare = WorkerConfig(spool=tmp_path, networks=fresh, weights=tmp_path, models=tmp_path, device="cpu")
    async with LocalWorker(bare, timeout_s=60, start_timeout_s=280) as worker:
        assert (await worker.ready()).missing == ()
    assert list(fresh.glob("*.onnx"))


@pytest.mark.shared
async def test_every_hostile_file_is_answered_and_the_worker_lives(worker: LocalWorker, shared: Path) -> None:
    files = sorted(file for file in (shared / "photos" / "hostile").rglob("*") if file.is_file())
    asks = (worker.ask(Analyse(photo=str(file.resolve()), faces=False)) for file in files)
    answers = await asyncio.gather(*asks, return_exceptions=True)
    assert len(answers) > 100
    assert {type(answer) for answer in answers} == {Analysis, BadPhoto}
    assert worker.restarts == 0
