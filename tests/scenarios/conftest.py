"""One bot and one sandbox for all scenarios that leave them as they are; each test talks in its own chats."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.scenarios.asking import meet_dave
from tests.scenarios.talking import Person, gather, meet
from tests.support.glance import Glance, running_glance
from tests.support.sandbox import SandboxClient, running_sandbox

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All scenarios share one event loop with the bot and the sandbox that they share."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.weights)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def everybodys_sandbox() -> AsyncIterator[SandboxClient]:
    async with running_sandbox("--no-rates") as sandbox:
        yield sandbox


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def glance(
    everybodys_sandbox: SandboxClient,
    prepared_starter: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Glance]:
    """The bot that everybody talks to, on the starter's weights."""
    folder = tmp_path_factory.mktemp("glance") / "data"
    async with running_glance(everybodys_sandbox, folder, prepared_starter) as running:
        await running.wait_for_log("ready on cpu")
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def ann(everybodys_sandbox: SandboxClient, glance: Glance) -> Person:
    """Somebody who has never written before."""
    return await meet(everybodys_sandbox, "Ann")


@pytest_asyncio.fixture(loop_scope="session")
async def ben(everybodys_sandbox: SandboxClient, glance: Glance) -> Person:
    """Somebody else."""
    return await meet(everybodys_sandbox, "Ben")


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox() -> AsyncIterator[SandboxClient]:
    """A sandbox of the test's own, to break, and to start bots on."""
    async with running_sandbox("--no-rates") as own:
        yield own


@pytest_asyncio.fixture(loop_scope="session")
async def strict() -> AsyncIterator[SandboxClient]:
    """A sandbox that insists on Telegram's rates."""
    async with running_sandbox() as sandbox:
        yield sandbox


@pytest_asyncio.fixture(loop_scope="session")
async def polite(strict: SandboxClient, prepared_starter: Path, tmp_path: Path) -> AsyncIterator[Glance]:
    """A bot that keeps to them."""
    folder = tmp_path / "data"
    async with running_glance(strict, folder, prepared_starter, RATE_LIMIT="true", STOP_S=1) as running:
        await running.wait_for_log("ready on cpu")
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def friends(ann: Person, ben: Person, everybodys_sandbox: SandboxClient) -> list[Person]:
    """Ann, Ben and Dave in one group; Dave is @dave followed by his id."""
    dave = await meet_dave(everybodys_sandbox)
    return await gather("Friends", ann, ben, dave)
