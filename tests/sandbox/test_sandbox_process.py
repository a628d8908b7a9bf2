"""The sandbox as a process: how it starts, stops, and what it leaves behind."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.sandbox import SandboxClient, running_sandbox

COMMAND = (sys.executable, "-m", "bot.sandbox")


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
async def test_it_stops_while_somebody_listens_and_leaves_no_file_behind(
    tmp_path: Path, stop: signal.Signals
) -> None:
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "--port", "0", stdout=asyncio.subprocess.PIPE, env={**os.environ, "TMPDIR": str(tmp_path)}
    )
    assert process.stdout
    address = (await process.stdout.readline()).decode().removeprefix("sandbox:").strip()
    async with (
        httpx.AsyncClient(trust_env=False) as http,
        http.stream("GET", f"{address}/sandbox/stream") as stream,
    ):
        await anext(stream.aiter_lines())
        assert len(files_in(tmp_path)) == 1
        process.send_signal(stop)
        await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 0
    assert files_in(tmp_path) == []


async def test_a_port_that_is_taken_is_one_sentence_and_exit_code_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = await asyncio.create_subprocess_exec(
            *COMMAND, "--port", port, stderr=asyncio.subprocess.PIPE
        )
        _, complaint = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert complaint.decode().startswith(f"The sandbox cannot listen on 127.0.0.1:{port}")


async def test_two_sandboxes_run_side_by_side() -> None:
    async with running_sandbox() as one, running_sandbox() as other:
        assert one.address != other.address
        assert (await one.last_event(), await other.last_event()) == (0, 0)


async def test_the_page_carries_a_policy_that_forbids_foreign_scripts(sandbox: SandboxClient) -> None:
    page = await sandbox.http.get("/")
    assert "Sandbox" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
