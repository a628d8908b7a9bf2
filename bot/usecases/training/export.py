"""A model leaves the chat: a zip with the network, its labels, a model card and an example that runs it."""

from __future__ import annotations

from pathlib import Path

from bot.usecases.ports import Ports
from ml.protocol import Package, Packaged
from storage.models import ModelRow

# The job that packs a model.
EXPORT = "export_model"


async def pack(ports: Ports, model: ModelRow, card: str, target: Path) -> Packaged:
    """Pack a model into `target`; `card` is Markdown. Raises MLError (ModelUnusable: its files are gone)."""
    request = Package(model=model.file, title=f"v{model.version}", card=card, target=str(target))
    return await ports.worker.ask(request)
