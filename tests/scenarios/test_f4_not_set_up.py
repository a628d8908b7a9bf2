"""F4: where it cannot run, one sentence and an exit code; where it can a little, it says what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.talking import meet, text_of
from tests.support import pictures
from tests.support.glance import QUICK, running_glance, started
from tests.support.sandbox import TOKEN, SandboxClient

BAD_SETTINGS, BAD_TOKEN, ANOTHER_POLLER, BAD_DATABASE = 78, 77, 75, 73


async def end_of(data_dir: Path, **settings: object) -> tuple[int, str]:
    """Start a bot that is to give up: its exit code, and the last line it wrote."""
    async with started(data_dir, **{**QUICK, **settings}) as glance:
        code = await glance.ended()
    assert "Traceback" not in glance.log
    return code, glance.lines[-1]


async def test_without_a_token_it_says_where_to_get_one(tmp_path: Path) -> None:
    code, sentence = await end_of(tmp_path / "data")
    assert code == BAD_SETTINGS
    assert "TELEGRAM_BOT_TOKEN" in sentence and "@BotFather" in sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACCESS", "everyone"),
        ("UNDO_S", "soon"),
        ("OWNER_IDS", "me"),
        ("THREADS", "-1"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
async def test_a_setting_that_does_not_fit_is_named(tmp_path: Path, name: str, value: str) -> None:
    code, sentence = await end_of(tmp_path / "data", TELEGRAM_BOT_TOKEN=TOKEN, **{name: value})
    assert (code, name in sentence) == (BAD_SETTINGS, True)


@pytest.mark.parametrize("token", ["7000000042:another-token", "nonsense"])
async def test_a_token_that_telegram_does_not_know(
    sandbox: SandboxClient, tmp_path: Path, token: str
) -> None:
    address = {"TELEGRAM_API_URL": sandbox.address, "TELEGRAM_BOT_TOKEN": token}
    code, sentence = await end_of(tmp_path / "data", **address)
    assert code == BAD_TOKEN
    assert "@BotFather" in sentence and token not in sentence


async def test_a_second_poller_gives_up_and_the_first_goes_on(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    address = {"TELEGRAM_API_URL": sandbox.address, "TELEGRAM_BOT_TOKEN": sandbox.token}
    async with running_glance(sandbox, tmp_path / "first", prepared_starter, CONFLICT_S=100):
        code, sentence = await end_of(tmp_path / "second", **address)
        await ann.says("/start")
        await ann.hears("Hello")
    assert code == ANOTHER_POLLER
    assert "Another program polls" in sentence


async def test_a_second_bot_on_the_same_data_gives_up(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    address = {"TELEGRAM_API_URL": sandbox.address, "TELEGRAM_BOT_TOKEN": sandbox.token}
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        code, sentence = await end_of(tmp_path / "data", **address)
    assert code == ANOTHER_POLLER
    assert "DATA_DIR" in sentence


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "glance.db").write_text("Dear diary, " * 1000)
    code, sentence = await end_of(tmp_path / "data", TELEGRAM_BOT_TOKEN=TOKEN)
    assert (code, "glance.db" in sentence) == (BAD_DATABASE, True)


@pytest.mark.parametrize(
    "address", ["sqlite:////proc/nowhere/glance.db", "postgresql://somewhere/glance", "glance.db"]
)
async def test_a_database_that_cannot_be_opened(tmp_path: Path, address: str) -> None:
    code, sentence = await end_of(tmp_path / "data", TELEGRAM_BOT_TOKEN=TOKEN, DATABASE_URL=address)
    assert code == BAD_DATABASE
    assert "DATABASE_URL" in sentence or address.removeprefix("sqlite:///") in sentence


async def test_a_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    async with started(
        tmp_path / "data", DATA_DIR=tmp_path / "file" / "data", TELEGRAM_BOT_TOKEN=TOKEN
    ) as glance:
        code = await glance.ended()
    assert (code, "Traceback" in glance.log, "DATA_DIR" in glance.lines[-1]) == (BAD_DATABASE, False, True)


async def test_without_weights_it_runs_and_says_what_to_do(sandbox: SandboxClient, tmp_path: Path) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(
        sandbox, tmp_path / "data", CLASSIFIER_MODEL="resnet50", FACE_MODEL="facenet-vggface2"
    ) as glance:
        await ann.says("/start")
        await ann.hears("Hello")
        await ann.shows(pictures.cat())
        answer = text_of(await ann.hears("missing"))
        await ann.says("/status")
        status = text_of(await ann.hears("missing"))
    for word in ("resnet50", "vggface2", "sha256", str(glance.data_dir / "weights"), "ml.weights pull"):
        assert word in answer and word in status


async def test_without_a_face_model_enrolling_says_what_to_do(sandbox: SandboxClient, tmp_path: Path) -> None:
    ann = await meet(sandbox, "Ann")
    async with running_glance(sandbox, tmp_path / "data", FACE_MODEL="facenet-vggface2"):
        await ann.shows(pictures.portrait(), "/enroll Eileen")
        await ann.hears("missing", "vggface2", "ml.weights pull")


async def test_it_waits_for_a_telegram_that_cannot_be_reached_yet(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    ann = await meet(sandbox, "Ann")
    await sandbox.fault("outage", seconds=3)
    await ann.says("/start")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        await ann.hears("Hello")
