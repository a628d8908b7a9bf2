"""What outlives the sandbox's process with `--state FILE`: one JSON file, written aside and renamed."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bot.sandbox.files import StoredFile
from bot.sandbox.values import Bot, Chat, Json, User
from bot.sandbox.world import World


class Snapshot(msgspec.Struct, kw_only=True):
    """Everything but the events and the traffic."""

    bot: Bot
    users: list[User]
    chats: list[Chat]
    files: list[StoredFile]
    next_update_id: int
    pending: list[Json]


def save(world: World, path: Path) -> None:
    """Write the world's state; OSError."""
    snapshot = Snapshot(
        bot=world.bot,
        users=list(world.users.values()),
        chats=list(world.chats.values()),
        files=world.files.all(),
        next_update_id=world.updates.next_id,
        pending=list(world.updates.pending),
    )
    aside = path.with_name(path.name + ".new")
    aside.write_bytes(msgspec.json.encode(snapshot))
    aside.replace(path)


def restore(world: World, path: Path) -> None:
    """Take over what an earlier run saved, as the same bot; OSError, msgspec.MsgspecError."""
    snapshot = msgspec.json.decode(path.read_bytes(), type=Snapshot)
    world.users = {user.id: user for user in snapshot.users}
    world.chats = {chat.id: chat for chat in snapshot.chats}
    world.files.restore(snapshot.files)
    world.updates.next_id = max(snapshot.next_update_id, world.updates.next_id)
    world.updates.pending.extend(snapshot.pending)
    if snapshot.bot.id == world.bot.id:
        world.bot = snapshot.bot
