"""What a child settles at its start, seen from the processes it happens in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ml.child import PROJECT_ROOT
from ml.process import FolderInUseError, only_one_in


def run_python(code: str, *, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=timeout_s)


def test_a_folder_has_one_place(tmp_path: Path) -> None:
    with only_one_in(tmp_path, wait_s=0):
        second = only_one_in(tmp_path, wait_s=0.1)
        with pytest.raises(FolderInUseError, match="already works"):
            second.__enter__()
    with only_one_in(tmp_path, wait_s=0):
        assert list(tmp_path.iterdir()) == []


def test_memory_beyond_the_limit_is_refused_to_the_process() -> None:
    code = "from ml.process import limit_memory; limit_memory(200_000_000); bytearray(400_000_000)"
    assert "MemoryError" in run_python(code).stderr


def test_an_orphan_does_not_even_start() -> None:
    ended = run_python(
        "from ml.process import die_with_parent; die_with_parent(2**22 + 1); print('lives on')"
    )
    assert ended.returncode == 1
    assert (ended.stdout, ended.stderr) == ("", "the parent process is gone\n")


def test_a_module_is_run_with_its_own_arguments() -> None:
    command = [sys.executable, "-m", "ml.process", "--parent", str(os.getpid()), "json.tool", "--indent", "1"]
    ended = subprocess.run(command, cwd=PROJECT_ROOT, input='{"a":1}', capture_output=True, text=True)
    assert ended.stdout == '{\n "a": 1\n}\n'


def test_the_bots_half_needs_neither_networks_nor_pictures() -> None:
    heavy = "{'numpy', 'PIL', 'torch', 'onnxruntime', 'ml.vision', 'ml.engine'}"
    ended = run_python(f"import ml.client, sys; print({heavy} & set(sys.modules) or 'none')")
    assert ended.stdout == "none\n"
