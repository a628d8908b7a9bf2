"""Fine-tuning on several GPUs, a process for each: started by torch's own launcher, and heard by the trainer.

    python -m torch.distributed.run … -m ml.learning.distributed --task FILE --checkpoint FILE --backend nccl

The first process says on stdout how far it is, in the trainer's frames; the others say nothing. Their work is
the checkpoint.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch

from ml import wire
from ml.config import as_json, read_json
from ml.files import write_whole
from ml.learning.errors import TuningFailed
from ml.learning.finetune import tune
from ml.learning.ranks import Ranks
from ml.learning.task import Task, Tuned
from ml.process import child_command, die_with_parent, take_over_pipes
from ml.runtime import Device
from ml.training import Progress

Backend = Literal["nccl", "gloo"]
# Each takes a part of a batch of sixteen photos.
MOST_PROCESSES = 8


@dataclass(frozen=True)
class Processes:
    """How many learn together, and what they talk through: "nccl" between GPUs, "gloo" between CPUs."""

    count: int
    backend: Backend


def tune_on(device: Device, task: Task, folder: Path, tell: Callable[[Progress], None]) -> Tuned:
    """Tunes on the CPU, on the GPU, or on all of them. `folder`: for the checkpoint.

    Raises TuningFailed where several processes came to no end, BadPhoto, WrongWeights.
    """
    if device == "cpu":
        # Photos that arrive meanwhile need the other cores, and torch's threads wait in a busy loop.
        torch.set_num_threads(1)
    count = min(MOST_PROCESSES, torch.cuda.device_count()) if device == "cuda" else 1
    if count == 1:
        return tune(task, Ranks(device=device), checkpoint_in(folder), tell)
    return tune_together(Processes(count, "nccl"), task, folder, tell)


def tune_together(processes: Processes, task: Task, folder: Path, tell: Callable[[Progress], None]) -> Tuned:
    """Tunes in several processes of this machine. Raises TuningFailed."""
    file = folder / "task.json"
    write_whole(file, as_json(task).encode())
    with subprocess.Popen(
        _command(processes, file, checkpoint_in(folder)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        # typeshed has IO[bytes] for what is a BinaryIO
        while (event := wire.read(running.stdout, wire.FROM_TRAINER)) is not None:  # type: ignore[arg-type]
            if isinstance(event, Progress):
                tell(event)
    if running.returncode != 0:
        raise TuningFailed(f"{processes.count} processes ended with exit code {running.returncode}")
    # All epochs are in the checkpoint: what is left is to take the best.
    return tune(task, Ranks(), checkpoint_in(folder), tell)


def checkpoint_in(folder: Path) -> Path:
    return folder / "checkpoint.pt"


def _command(processes: Processes, task: Path, file: Path) -> tuple[str, ...]:
    launcher = ["torch.distributed.run", "--standalone", "--nproc-per-node", str(processes.count)]
    module = ["-m", "ml.learning.distributed", "--task", str(task), "--checkpoint", str(file)]
    return child_command(*launcher, *module, "--backend", processes.backend)


def main() -> None:
    """One of the processes: which one, torch's launcher says in the environment."""
    parser = argparse.ArgumentParser(prog="python -m ml.learning.distributed")
    parser.add_argument("--task", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--backend", choices=["nccl", "gloo"], required=True)
    options = parser.parse_args()
    die_with_parent(os.getppid())
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    _, to_trainer = take_over_pipes()
    ranks = _join(options.backend)
    task = read_json(options.task.read_text(), Task)

    def tell(progress: Progress) -> None:
        if ranks.is_first:
            wire.write(to_trainer, progress)

    tune(task, ranks, options.checkpoint, tell)
    torch.distributed.destroy_process_group()


def _join(backend: Backend) -> Ranks:
    torch.distributed.init_process_group(backend)
    rank, world = torch.distributed.get_rank(), torch.distributed.get_world_size()
    if backend == "gloo":
        torch.set_num_threads(1)
        return Ranks(rank, world)
    torch.cuda.set_device(rank)
    return Ranks(rank, world, f"cuda:{rank}")


if __name__ == "__main__":
    main()
