"""A sandbox without rates, and python-telegram-bot's Bot talking to it over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from telegram import Bot

from tests.support.sandbox import ANN, BEN, SandboxClient, running_sandbox

Picture = Callable[..., tuple[str, bytes]]


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxClient]:
    async with running_sandbox("--no-rates") as client:
        yield client


@pytest.fixture
async def bot(sandbox: SandboxClient) -> AsyncIterator[Bot]:
    """A bot to whom Ann and Ben have already written."""
    for person in (ANN, BEN):
        await sandbox.send_text(person, "/start")
    async with bot_of(sandbox) as connected:
        await connected.get_updates()
        await connected.get_updates(offset=-1)
        yield connected


@pytest.fixture
def picture() -> Picture:
    """Draws a picture: (name, bytes) of the given size."""

    def draw(width: int = 400, height: int = 300, **options: Any) -> tuple[str, bytes]:
        target = BytesIO()
        Image.linear_gradient("L").resize((width, height)).convert("RGB").save(target, "JPEG", **options)
        return "picture.jpg", target.getvalue()

    return draw


def bot_of(sandbox: SandboxClient) -> Bot:
    """A Bot for this sandbox, not yet initialised."""
    return Bot(
        sandbox.token,
        base_url=f"{sandbox.address}/bot",
        base_file_url=f"{sandbox.address}/file/bot",
    )
