"""A migrated SQLite file for every test."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from storage import chats, people
from storage.database import Database, open_database
from storage.migrate import migrate
from tests.storage.rows import CHAT, NOW


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated and otherwise empty database file, to be copied."""
    file = tmp_path_factory.mktemp("template") / "empty.db"
    asyncio.run(migrate(f"sqlite:///{file}"))
    return file


@pytest.fixture
def url(migrated: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated, tmp_path / 'glance.db')}"


@pytest.fixture
async def db(url: str) -> AsyncIterator[Database]:
    async with open_database(url) as database:
        yield database


@pytest.fixture
async def session(db: Database) -> AsyncIterator[AsyncSession]:
    """A write transaction in which the chat CHAT exists."""
    async with db.begin() as session:
        await chats.seen(session, CHAT, "group", "Friends", NOW)
        yield session


@pytest.fixture
async def alice(session: AsyncSession) -> int:
    return await people.add(session, CHAT, "Alice", by=1, now=NOW)
