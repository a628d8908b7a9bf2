"""Networks are exported once, proven equal to torch, and never half there."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch
from torch import Tensor

from ml.config import WorkerConfig
from ml.errors import WeightsMissing
from ml.models import open_models
from ml.runtime import OnnxNetwork
from ml.torchvision_ops import declare_missing_operators
from ml.weights import needs_prepare, prepared
from ml.weights.classifiers import under_current_names
from ml.weights.errors import NotPrepared, ParityFailed, WrongWeights
from ml.weights.export import TOLERANCE, export, measure_parity, write_onnx
from ml.weights.failures import note_failure, why_not
from ml.weights.features import WithFeatures
from ml.weights.modules import Blueprint, build
from ml.weights.prepare import prepare
from ml.weights.values import Preprocessing, Recipe

pytestmark = pytest.mark.weights

FACES = Preprocessing(resize_px=0, crop_px=0, interpolation="bilinear", mean=(0.5,) * 3, std=(0.5,) * 3)


@pytest.fixture
def config(tmp_path: Path) -> WorkerConfig:
    """The starter's models, nothing exported yet."""
    networks, weights = tmp_path / "networks", tmp_path / "weights"
    return WorkerConfig(spool=tmp_path, networks=networks, weights=weights, models=tmp_path)


def recipe_for(file: Path, model: str, version: str = "IMAGENET1K_V1") -> Recipe:
    architecture = f"torchvision/{model}"
    return Recipe(
        role="classifier", name=model, architecture=architecture, file=file, sha256="0" * 64, version=version
    )


def save(state: dict[str, Tensor], file: Path) -> Path:
    torch.save(state, file)
    return file


def test_a_prepared_network_names_its_source_and_how_far_it_is_from_torch(
    starter_config: WorkerConfig,
) -> None:
    network = prepared(starter_config, "classifier").only
    assert network.path.name == "classifier-tf_efficientnet_lite0-579344248a93.onnx"
    assert network.meta.source_file == "efficientnet-lite0-57934424.pth"
    assert network.meta.source_sha256.startswith("579344248a93")
    assert network.meta.parity.difference <= TOLERANCE / 10


def test_the_starter_carries_its_transforms_and_categories(starter_config: WorkerConfig) -> None:
    meta = prepared(starter_config, "classifier").only.meta
    assert (meta.preprocessing.resize_px, meta.preprocessing.crop_px) == (256, 224)
    assert meta.preprocessing.interpolation == "bicubic"
    assert meta.categories[:2] == ("tench", "goldfish")
    assert len(meta.categories) == 1000


def test_dlib_reads_its_own_files_and_needs_no_export(starter_config: WorkerConfig) -> None:
    embedder = prepared(starter_config, "embedder")
    assert embedder.networks == ()
    assert [file.suffix for file in embedder.files] == [".dat", ".dat"]


def test_what_is_prepared_is_not_prepared_again(starter_config: WorkerConfig) -> None:
    lines: list[str] = []
    assert not needs_prepare(starter_config)
    assert prepare(starter_config, lines.append) == ()
    assert lines == []


def test_weights_without_their_export_say_which_command_to_run(config: WorkerConfig) -> None:
    assert needs_prepare(config)
    with pytest.raises(NotPrepared, match=r"python -m ml\.weights prepare"):
        prepared(config, "classifier")


def test_a_network_without_its_sidecar_or_of_another_format_is_made_again(
    config: WorkerConfig, starter_config: WorkerConfig
) -> None:
    config.networks.mkdir()
    network = prepared(starter_config, "classifier").only
    copy = config.networks / network.path.name
    copy.write_bytes(network.path.read_bytes())
    with pytest.raises(NotPrepared):
        prepared(config, "classifier")
    older = msgspec.structs.replace(network.meta, format=0)
    copy.with_suffix(".json").write_bytes(msgspec.json.encode(older))
    with pytest.raises(NotPrepared):
        prepared(config, "classifier")


def test_a_role_without_weights_needs_nothing_and_says_so(config: WorkerConfig) -> None:
    nothing = msgspec.structs.replace(config, classifier_model="resnet18")
    with pytest.raises(WeightsMissing):
        prepared(nothing, "classifier")
    lines: list[str] = []
    prepare(nothing, lines.append)
    assert "No weights for the classifier: python -m ml.weights pull resnet18" in lines
    assert not needs_prepare(nothing)


def test_a_damaged_file_is_refused_and_the_other_networks_are_made(config: WorkerConfig) -> None:
    config.weights.mkdir()
    (config.weights / "resnet18-f37072fd.pth").write_bytes(b"not weights at all")
    with pytest.raises(WrongWeights, match=r"resnet18-f37072fd\.pth is not a file of weights"):
        prepare(config, print)
    assert len(prepared(config, "detector").networks) == 3
    assert not list(config.networks.glob("*resnet18*.onnx"))


def test_what_cannot_be_exported_says_why_and_is_not_tried_at_every_start(config: WorkerConfig) -> None:
    config.weights.mkdir()
    weights = config.weights / "resnet18-f37072fd.pth"
    weights.write_bytes(b"not weights at all")
    with pytest.raises(WrongWeights):
        prepare(config, print)
    assert not needs_prepare(config)
    with pytest.raises(NotPrepared, match=r"resnet18-f37072fd\.pth is not a file of weights.*prepare` tries"):
        prepared(config, "classifier")
    weights.write_bytes(b"another file")
    assert needs_prepare(config)


def test_asked_for_again_an_export_that_failed_is_tried_again(config: WorkerConfig) -> None:
    config.weights.mkdir()
    (config.weights / "resnet18-f37072fd.pth").write_bytes(b"not weights at all")
    lines: list[str] = []
    for _ in range(2):
        with pytest.raises(WrongWeights):
            prepare(config, lines.append)
    assert len([line for line in lines if "resnet18" in line]) == 2


def test_an_export_that_works_after_all_leaves_no_note_of_the_failure(
    config: WorkerConfig, starter_config: WorkerConfig
) -> None:
    detector = prepared(starter_config, "detector").network("rnet").recipe
    note_failure(detector, config.networks, ParityFailed("it differs"))
    assert why_not(detector, config.networks) == "it differs"
    prepare(config, print)
    assert why_not(detector, config.networks) is None
    assert not list(config.networks.glob("*.failed.json"))


def test_a_worker_tells_what_could_not_be_exported(starter_config: WorkerConfig, tmp_path: Path) -> None:
    damaged = msgspec.structs.replace(starter_config, weights=tmp_path / "damaged")
    damaged.weights.mkdir()
    (damaged.weights / "resnet18-f37072fd.pth").write_bytes(b"not weights, and of this test alone")
    (trouble,) = open_models(damaged).description.troubles
    assert trouble.startswith("resnet18-f37072fd.pth is not a file of weights that torch can read")
    assert "\n" not in trouble


def test_a_file_that_would_run_code_is_refused_without_running_it(tmp_path: Path) -> None:
    class Malicious:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (tmp_path / "it-ran",)

    torch.save({"weight": Malicious()}, tmp_path / "evil.pth")
    with pytest.raises(WrongWeights):
        export(recipe_for(tmp_path / "evil.pth", "resnet18"), tmp_path / "networks")
    assert not (tmp_path / "it-ran").exists()


def test_weights_of_another_architecture_are_refused_and_leave_no_file(tmp_path: Path) -> None:
    file = save({"weight": torch.zeros(3)}, tmp_path / "other.pth")
    with pytest.raises(WrongWeights, match=r"other\.pth does not fit SqueezeNet"):
        export(recipe_for(file, "squeezenet1_1"), tmp_path / "networks")
    assert list((tmp_path / "networks").iterdir()) == []


FEATURES = {"squeezenet1_1": 512, "mobilenet_v3_small": 1024, "shufflenet_v2_x0_5": 1024}


@pytest.mark.parametrize("model", FEATURES)
def test_torchvisions_classifiers_export_by_name(model: str, tmp_path: Path) -> None:
    declare_missing_operators()
    from torchvision.models import get_model

    file = save(get_model(model, weights=None).state_dict(), tmp_path / f"{model}.pth")
    network = export(recipe_for(file, model), tmp_path)
    logits, features = OnnxNetwork(network, threads=1, free_size=False)(torch.rand(2, 3, 224, 224).numpy())
    assert logits.shape == (2, 1000)
    assert features.shape == (2, FEATURES[model])


def test_attention_exports_too(tmp_path: Path) -> None:
    declare_missing_operators()
    from torchvision.models import VisionTransformer

    tiny = VisionTransformer(
        image_size=32, patch_size=16, num_layers=1, num_heads=2, hidden_dim=16, mlp_dim=32, num_classes=7
    )
    torch.nn.init.normal_(tiny.heads[0].weight)
    blueprint = Blueprint(
        name="tiny",
        module=WithFeatures(tiny).eval(),
        outputs=("logits", "features"),
        preprocessing=FACES,
        input_shape=(3, 32, 32),
    )
    write_onnx(blueprint, tmp_path / "vit.onnx")
    assert measure_parity(blueprint, tmp_path / "vit.onnx").difference < TOLERANCE


def test_a_network_that_differs_from_torch_is_not_let_through(starter_config: WorkerConfig) -> None:
    network = prepared(starter_config, "detector").network("rnet")
    blueprint = build(network.recipe)
    assert measure_parity(blueprint, network.path).difference < TOLERANCE
    blueprint.module.get_parameter("dense5_2.bias").add_(0.01)
    with pytest.raises(ParityFailed, match=r"rnet differs from torch by 0\.01"):
        measure_parity(blueprint, network.path)


def test_facenet_loads_with_and_without_its_trainings_classifier(tmp_path: Path) -> None:
    declare_missing_operators()
    from facenet_pytorch import InceptionResnetV1

    state = InceptionResnetV1().state_dict()
    published = state | {"logits.weight": torch.zeros(8631, 512), "logits.bias": torch.zeros(8631)}
    faces = torch.rand(1, 3, 160, 160)
    embeddings = []
    for name, values in (("without.pt", state), ("with.pt", published)):
        recipe = Recipe(
            role="embedder",
            name="facenet-vggface2",
            architecture="facenet-pytorch/InceptionResnetV1",
            file=save(values, tmp_path / name),
            sha256="0" * 64,
        )
        embeddings.append(build(recipe).module(faces))
    torch.testing.assert_close(*embeddings)


def test_densenets_old_names_are_brought_up_to_date() -> None:
    old = {"features.denseblock1.denselayer1.norm.1.weight": torch.zeros(1), "classifier.bias": torch.ones(1)}
    assert list(under_current_names(old)) == [
        "features.denseblock1.denselayer1.norm1.weight",
        "classifier.bias",
    ]


@pytest.mark.shared
def test_shared_weights_carry_the_transforms_of_their_version(shared_config: WorkerConfig) -> None:
    meta = prepared(shared_config, "classifier").only.meta
    assert (meta.name, meta.version) == ("mobilenet_v2", "IMAGENET1K_V2")
    assert (meta.preprocessing.resize_px, meta.preprocessing.interpolation) == (232, "bilinear")


@pytest.mark.shared
def test_facenet_computes_what_torch_computes(shared_config: WorkerConfig) -> None:
    network = prepared(shared_config, "embedder").only
    faces = torch.rand(2, 3, 160, 160) * 2 - 1
    (ours,) = OnnxNetwork(network.path, threads=1, free_size=False)(faces.numpy())
    theirs = build(network.recipe).module(faces)
    assert torch.cosine_similarity(torch.from_numpy(ours), theirs).min() > 1 - 1e-5
