"""D3, D4 for whoever the bot answers nothing else: what is kept about them is theirs to see and to delete."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.scenarios.talking import Person, meet
from tests.support.glance import running_glance
from tests.support.sandbox import SandboxClient


@asynccontextmanager
async def outside(sandbox: SandboxClient, tmp_path: Path) -> AsyncIterator[Person]:
    """Somebody who writes to a bot that is for its owner alone."""
    owner, person = await meet(sandbox, "Olga"), await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", ACCESS="owner", OWNER_IDS=owner.user_id):
        await person.says("/people")
        await person.hears("asked to answer")
        yield person


@pytest.mark.parametrize("words", ["/mydata", "/start mydata"])
async def test_everybody_gets_their_data(sandbox: SandboxClient, tmp_path: Path, words: str) -> None:
    async with outside(sandbox, tmp_path) as person:
        await person.says(words)
        file = (await person.hears("Everything I hold about you"))["document"]
        assert file["file_name"].endswith(".zip")


async def test_everybody_may_ask_what_is_kept(sandbox: SandboxClient, tmp_path: Path) -> None:
    async with outside(sandbox, tmp_path) as person:
        await person.says("/privacy")
        await person.hears("I keep nothing of them")


async def test_everybody_may_have_all_of_it_deleted(sandbox: SandboxClient, tmp_path: Path) -> None:
    async with outside(sandbox, tmp_path) as person:
        await person.says("/forgetme")
        question = await person.hears("Shall I delete everything about you?")
        assert await person.presses(question, "Delete everything about me") == ""
        await person.hears("I know nothing about you any more")
