"""A chat's model as a zip that needs nothing of this program: network, labels, card, example.

`python -m ml.learning.package` is what `package_apart` runs: a request on stdin, its outcome on stdout, both
as msgpack.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import msgspec

from ml.config import WorkerConfig
from ml.errors import ModelUnusable
from ml.learning.model_file import load
from ml.learning.networks import network_file, preprocessing_of
from ml.process import child_command
from ml.protocol import Package, Packaged, Unusable
from ml.weights.values import Preprocessing

# The same model gives the same zip, whenever it is made: this is the earliest date that a zip can hold.
_DATE = (1980, 1, 1, 0, 0, 0)

_EXAMPLE = '''\
"""What is this a photo of?  python example.py PHOTO  (needs onnxruntime, pillow and numpy)"""
import sys, numpy, onnxruntime
from PIL import Image, ImageOps
photo = ImageOps.exif_transpose(Image.open(sys.argv[1])).convert("RGB")
size = [int({resize} * side / min(photo.size)) for side in photo.size]
photo = photo.resize(size, Image.Resampling.{filter})
left, top = (round((side - {crop}) / 2) for side in photo.size)
pixels = numpy.asarray(photo.crop((left, top, left + {crop}, top + {crop})), numpy.float32) / 255
batch = ((pixels - numpy.float32({mean})) / numpy.float32({std})).transpose(2, 0, 1)[None]
(probabilities,) = onnxruntime.InferenceSession("model.onnx").run(["probabilities"], {{"batch": batch}})[0]
for probability, label in sorted(zip(probabilities, open("labels.txt", encoding="utf-8")), reverse=True):
    print(f"{{probability:.4f}} {{label.strip()}}")
'''


def package_apart(config: WorkerConfig, request: Package) -> Packaged:
    """Writes the zip in a process of its own, whose memory goes away with it. Raises ModelUnusable."""
    command = child_command("ml.learning.package", "--config", config.to_json())
    content = msgspec.msgpack.encode(request)
    done = subprocess.run(command, input=content, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise ModelUnusable(f"packing it failed, with exit code {done.returncode}")
    outcome = msgspec.msgpack.decode(done.stdout, type=Packaged | Unusable)
    if isinstance(outcome, Unusable):
        raise ModelUnusable(outcome.reason)
    return outcome


def package(config: WorkerConfig, request: Package) -> Packaged:
    """Writes the zip; it appears under its name only when it is whole. Raises ModelUnusable."""
    from ml.learning.onnx_head import write_whole

    model = load(config.models, request.model)
    target = config.spool / request.target
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
        part, graph = Path(folder, "part.zip"), Path(folder, "model.onnx")
        write_whole(model, network_file(model, config), request.title, graph)
        with zipfile.ZipFile(part, "w") as archive:
            _put(archive, "model.onnx", graph.read_bytes())
            _put(archive, "labels.txt", "".join(f"{_line(label)}\n" for label in model.labels).encode())
            _put(archive, "MODEL_CARD.md", request.card.encode())
            _put(archive, "example.py", _example(preprocessing_of(model)).encode())
        part.replace(target)
    return Packaged(path=request.target, bytes=target.stat().st_size)


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, _DATE), content, zipfile.ZIP_DEFLATED)


def _line(label: str) -> str:
    """A label on one line, whatever is in it."""
    return " ".join(label.split())


def _example(how: Preprocessing) -> str:
    return _EXAMPLE.format(
        resize=how.resize_px,
        crop=how.crop_px,
        filter=how.interpolation.upper(),
        mean=how.mean,
        std=how.std,
    )


def main() -> None:
    """Answers the one request on stdin."""
    parser = argparse.ArgumentParser(prog="python -m ml.learning.package")
    parser.add_argument("--config", type=WorkerConfig.from_json, required=True)
    config = parser.parse_args().config
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Package)
    outcome: Packaged | Unusable
    try:
        outcome = package(config, request)
    except ModelUnusable as error:
        outcome = Unusable(reason=str(error))
    sys.stdout.buffer.write(msgspec.msgpack.encode(outcome))


if __name__ == "__main__":
    main()
