"""Which model a gallery is made with, and what happens when a better one appears; a disk that fills up."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.scenarios.talking import meet, text_of
from tests.support import pictures
from tests.support.glance import running_glance
from tests.support.sandbox import SandboxClient


@pytest.mark.shared
async def test_a_better_face_model_changes_nothing_until_an_owner_says_so(
    sandbox: SandboxClient, prepared_starter: Path, prepared_shared: Path, shared: Path, tmp_path: Path
) -> None:
    owner, ann = await meet(sandbox, "Olga"), await meet(sandbox, "Ann")
    await owner.says("/start")
    settings = {"OWNER_IDS": owner.user_id}
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, **settings):
        await ann.enrols("Eileen", pictures.portrait())
    async with running_glance(
        sandbox, tmp_path / "data", prepared_shared, **settings, WEIGHTS_DIR=shared / "weights"
    ) as glance:
        await owner.hears("dlib-resnet-v1", "facenet-vggface2", "/reembed")
        await ann.shows(pictures.other_portraits()[0])
        await ann.hears("Eileen")
        await owner.says("/reembed")
        await owner.hears("moved 1 face in 1 chat")
        await ann.shows(pictures.other_portraits()[1])
        await ann.hears("Eileen")
        assert glance.rows("SELECT face_model FROM chats WHERE id = ?", ann.chat_id) == [
            ("facenet-vggface2-square",)
        ]


async def test_a_gallery_of_a_model_that_is_gone_says_so_and_names_nobody(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        await ann.enrols("Eileen", pictures.portrait())
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, FACE_MODEL="facenet-vggface2"):
        await ann.shows(pictures.other_portraits()[0])
        assert "I see Eileen" not in text_of(await ann.hears("I see"))
        await ann.says("/status")
        await ann.hears("vggface2", "missing")


async def test_a_gallery_of_vectors_that_are_no_longer_made_waits_for_an_owner(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    owner, ann = await meet(sandbox, "Olga"), await meet(sandbox, "Ann")
    await owner.says("/start")
    settings = {"OWNER_IDS": owner.user_id}
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, **settings):
        await ann.enrols("Eileen", pictures.portrait())
    made_by_another_model(tmp_path / "data" / "glance.db", "dlib-resnet-v1-of-old", "a-model-of-old")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, **settings):
        await ann.shows(pictures.other_portraits()[0])
        await ann.hears("cannot name anybody", "/reembed")
        await owner.says("/reembed")
        await owner.hears("moved 1 face in 1 chat")
        await ann.shows(pictures.other_portraits()[1])
        await ann.hears("Eileen")


def made_by_another_model(database: Path, chats_on: str, note: str) -> None:
    """As if the galleries had been made by a version of the bot whose models are not there any more."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE chats SET face_model = ? WHERE face_model IS NOT NULL", [chats_on])
        connection.execute("UPDATE embeddings SET model = ?", [chats_on])
        connection.execute("INSERT OR REPLACE INTO notes VALUES ('face_model', ?, 0)", [note])


async def test_at_the_disk_cap_owners_are_warned_once_and_no_face_is_learned(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    owner, ann = await meet(sandbox, "Olga"), await meet(sandbox, "Ann")
    await owner.says("/start")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "filler").write_bytes(bytes(11 * 2**20))
    settings = {"OWNER_IDS": owner.user_id, "DISK_CAP_MB": 10, "HOUSEKEEPING_S": 0.2}
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, **settings):
        await owner.hears("DISK_CAP_MB")
        await ann.shows(pictures.portrait(), "/enroll Eileen")
        await ann.hears("no room")
        await ann.shows(pictures.cat())
        await ann.hears("cat")
        await owner.answers_to()
    warnings = [m for m in await sandbox.history(owner.chat_id) if "DISK_CAP_MB" in text_of(m)]
    assert len(warnings) == 1


async def test_nobody_but_an_owner_may_move_galleries(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        await ann.says("/reembed")
        await ann.hears("only the owners")
