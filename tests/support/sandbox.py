"""A sandbox in its own process, and a client that plays its people. Waits are long polls; nothing sleeps."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

Json = dict[str, Any]
Upload = Path | tuple[str, bytes]

TOKEN = "7000000042:a-token-for-the-tests"
BOT = "glance_sandbox_bot"
ANN, BEN, CLEO = 1001, 1002, 1003
FAMILY = -1_000_000_000_001
START_TIMEOUT_S = 30
POLL_S = 20.0


class SandboxClient:
    """The sandbox's control API. `sender` is a user's id; in a private chat it may be left out."""

    def __init__(self, address: str, token: str, http: httpx.AsyncClient) -> None:
        self.address = address
        self.token = token
        self.http = http

    # ── people do things ──

    async def send_text(self, chat_id: int, text: str, sender: int = 0, **fields: Any) -> Json:
        return (await self._send(chat_id, sender, {"text": text, **fields}))[0]

    async def send_photo(
        self, chat_id: int, photo: Upload, caption: str = "", sender: int = 0, **fields: Any
    ) -> Json:
        return (await self._send(chat_id, sender, {"caption": caption, **fields}, photo=[photo]))[0]

    async def send_document(
        self, chat_id: int, document: Upload, caption: str = "", sender: int = 0, **fields: Any
    ) -> Json:
        return (await self._send(chat_id, sender, {"caption": caption, **fields}, document=[document]))[0]

    async def send_album(
        self, chat_id: int, photos: Sequence[Upload], caption: str = "", sender: int = 0, **fields: Any
    ) -> list[Json]:
        return await self._send(chat_id, sender, {"caption": caption, **fields}, photo=photos)

    async def send_kind(self, chat_id: int, kind: str, file: Upload, sender: int = 0, **fields: Any) -> Json:
        """A sticker, voice, video, video_note or animation."""
        return (await self._send(chat_id, sender, {"kind": kind, **fields}, document=[file]))[0]

    async def forward(self, chat_id: int, message_id: int, sender: int = 0, **fields: Any) -> Json:
        """The same picture again; `forward_from` names another chat."""
        return (await self._send(chat_id, sender, {"forward": message_id, **fields}))[0]

    async def press(self, chat_id: int, message: Json, label: str, sender: int = 0) -> str:
        """Press the button whose text contains `label`; the callback query's id."""
        data = next(data for text, data in buttons(message) if label in text)
        return await self.press_data(chat_id, message["message_id"], data, sender)

    async def press_data(self, chat_id: int, message_id: int, data: str, sender: int = 0) -> str:
        body = {"from": sender or chat_id, "message_id": message_id, "data": data}
        return str((await self.post(f"chats/{chat_id}/press", body))["callback_query_id"])

    async def edit(self, chat_id: int, message_id: int, text: str, sender: int = 0) -> Json:
        body = {"from": sender or chat_id, "message_id": message_id, "text": text}
        return await self.post(f"chats/{chat_id}/edit", body)

    async def delete(self, chat_id: int, message_id: int) -> None:
        await self.post(f"chats/{chat_id}/delete", {"message_id": message_id})

    async def block(self, user_id: int, blocked: bool = True) -> None:
        await self.post(f"users/{user_id}/block", {"blocked": blocked})

    async def set_membership(self, chat_id: int, user: int | str, status: str, by: int = 0) -> None:
        """`user`: an id or "bot"; `status`: as in the Bot API; `by`: an admin, where left out."""
        await self.post(f"chats/{chat_id}/membership", {"user": user, "status": status, "by": by})

    async def start_in_group(self, chat_id: int, parameter: str, sender: int) -> Json:
        """Follow a `?startgroup=` link and choose this group: the bot is added, and told the parameter."""
        await self.set_membership(chat_id, "bot", "member", sender)
        return await self.send_text(chat_id, f"/start@{BOT} {parameter}", sender)

    async def add_chat(self, title: str, members: Sequence[int], **fields: Any) -> int:
        """A new group's id; `type`, `admins`, `is_forum`, `bot` as in the control API."""
        return int((await self.post("chats", {"title": title, "members": list(members), **fields}))["id"])

    async def add_topic(self, chat_id: int, name: str) -> int:
        return int((await self.post(f"chats/{chat_id}/topics", {"name": name}))["message_thread_id"])

    async def migrate(self, chat_id: int) -> int:
        """Turn a group into a supergroup; its new id."""
        return int((await self.post(f"chats/{chat_id}/migrate", {}))["id"])

    async def let_bot_read_all(self, allowed: bool = True) -> None:
        """Switch privacy mode off (or on again)."""
        await self.post("bot", {"can_read_all_group_messages": allowed})

    async def push_update(self, update: Json) -> int:
        """Hand the bot any JSON object as an update."""
        return int((await self.post("updates", update))["update_id"])

    # ── what the bot does ──

    async def last_event(self) -> int:
        """The number of the latest event: what happens next is `after` it."""
        return int((await self.get("events"))["last"])

    async def wait_for(
        self,
        matches: Callable[[Json], bool],
        after: int = 0,
        chat_id: int | None = None,
        timeout_s: float = 60,
    ) -> Json:
        """The first event after number `after` that matches; AssertionError listing what came instead."""
        query = {"chat_id": chat_id} if chat_id is not None else {}
        return await self._first("events", "events", matches, after, timeout_s, query)

    async def wait_for_answer(
        self,
        chat_id: int,
        after: int = 0,
        matches: Callable[[Json], bool] = lambda message: True,
        timeout_s: float = 60,
    ) -> Json:
        """The first message the bot sent or edited into what matches, after event number `after`."""
        event = await self.wait_for(
            lambda event: (
                event["kind"] in ("message", "edit") and event["from_bot"] and matches(event["message"])
            ),
            after,
            chat_id,
            timeout_s,
        )
        return dict(event["message"], seq=event["seq"])

    async def wait_for_call(
        self,
        method: str,
        matches: Callable[[Json], bool] = lambda call: True,
        after: int = 0,
        timeout_s: float = 60,
    ) -> Json:
        """The first Bot API call of this method after traffic number `after` that matches."""
        return await self._first("traffic", "calls", matches, after, timeout_s, {"method": method})

    async def wait_until_polling(self, timeout_s: float = 60) -> None:
        """Wait until a bot asks for updates."""
        if not await self.is_polled():
            await self.wait_for(lambda event: bool(event.get("polling")), timeout_s=timeout_s)

    async def is_polled(self) -> bool:
        return bool((await self.get("state"))["bot"]["polling"])

    async def events(self, after: int = 0, **query: Any) -> list[Json]:
        return list((await self.get("events", after=after, **query))["events"])

    async def traffic(self, after: int = 0, method: str = "") -> list[Json]:
        """The Bot API calls so far, oldest first."""
        return list((await self.get("traffic", after=after, method=method))["calls"])

    async def history(self, chat_id: int) -> list[Json]:
        """All messages of a chat, oldest first."""
        return list((await self.get(f"chats/{chat_id}/messages"))["messages"])

    async def file(self, message: Json) -> bytes:
        """The bytes of a message's photo (the largest size) or document."""
        part = message["photo"][-1] if "photo" in message else message["document"]
        response = await self.http.get(f"/sandbox/files/{part['file_unique_id']}")
        return response.raise_for_status().content

    # ── failures ──

    async def fault(self, kind: str, **fields: Any) -> None:
        """`method`, `chat_id`, `count`, `retry_after`, `seconds` as in the control API."""
        await self.post("faults", {"kind": kind, **fields})

    async def clear_faults(self) -> None:
        (await self.http.delete("/sandbox/faults")).raise_for_status()

    async def until_taken(self, timeout_s: float = 60) -> None:
        """Wait until every failure that was asked for is happening."""
        async with asyncio.timeout(timeout_s):
            waiting = True
            while waiting:
                waiting = bool((await self.get("faults"))["faults"])

    # ── plumbing ──

    async def get(self, path: str, **query: Any) -> Json:
        return _json(await self.http.get(f"/sandbox/{path}", params=query))

    async def post(self, path: str, body: Json) -> Json:
        return _json(await self.http.post(f"/sandbox/{path}", json=body))

    async def _send(self, chat_id: int, sender: int, fields: Json, **uploads: Sequence[Upload]) -> list[Json]:
        data = {"from": str(sender or chat_id), **{name: _field(value) for name, value in fields.items()}}
        files = [(name, _part(upload)) for name, batch in uploads.items() for upload in batch]
        response = await self.http.post(f"/sandbox/chats/{chat_id}/messages", data=data, files=files)
        return list(_json(response)["messages"])

    async def _first(
        self, path: str, key: str, matches: Callable[[Json], bool], after: int, timeout_s: float, query: Json
    ) -> Json:
        deadline = asyncio.get_running_loop().time() + timeout_s
        seen: list[Json] = []
        while (left_s := deadline - asyncio.get_running_loop().time()) > 0:
            wait_s = min(left_s, POLL_S)
            answer = await self.get(path, after=after, wait_s=wait_s, **query)
            for entry in answer[key]:
                if matches(entry):
                    return dict(entry)
                seen.append(entry)
                after = entry["seq"]
        raise AssertionError(f"not within {timeout_s} s; seen instead: {json.dumps(seen[-10:])[:4000]}")


@asynccontextmanager
async def running_sandbox(*arguments: str, token: str = TOKEN) -> AsyncIterator[SandboxClient]:
    """A sandbox in its own process on a free port, ended with the block; `arguments` as `--no-rates`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox", "--port", "0", "--token", token, *arguments,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout
        line = await asyncio.wait_for(process.stdout.readline(), START_TIMEOUT_S)
        address = line.decode().removeprefix("sandbox:").strip()
        assert address.startswith("http"), f"the sandbox did not start: {line!r}"
        async with httpx.AsyncClient(base_url=address, timeout=POLL_S + 40, trust_env=False) as http:
            yield SandboxClient(address, token, http)
    finally:
        await _end(process)


def buttons(message: Json) -> list[tuple[str, str]]:
    """Text and callback data of each button under a message, in reading order."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [(button["text"], button.get("callback_data", "")) for row in rows for button in row]


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        # Reading to the end also closes the pipe, which nobody else would.
        await asyncio.wait_for(process.communicate(), START_TIMEOUT_S)
    except TimeoutError:
        process.kill()
        await process.communicate()


def _json(response: httpx.Response) -> Json:
    assert response.is_success, f"{response.request.url}: {response.status_code} {response.text[:500]}"
    return dict(response.json())


def _field(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _part(upload: Upload) -> tuple[str, bytes, str]:
    name, data = (upload.name, upload.read_bytes()) if isinstance(upload, Path) else upload
    return name, data, mimetypes.guess_type(name)[0] or "application/octet-stream"
