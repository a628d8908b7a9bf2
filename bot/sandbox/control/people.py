"""Control endpoints for who there is and who is where."""

from __future__ import annotations

from typing import Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.delivery import change_member, deliver, migrate
from bot.sandbox.errors import ControlError
from bot.sandbox.sandbox import body_as, json_response, path_id, place, sandbox_of
from bot.sandbox.values import ADMINS, PRESENT, Chat, Json, MemberStatus
from bot.sandbox.world import World


class NewUser(msgspec.Struct):
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"


class NewChat(msgspec.Struct):
    """A group to be made; its first admin is the creator and adds the bot, unless `bot` is "left"."""

    title: str
    type: Literal["group", "supergroup"] = "group"
    members: list[int] = []
    admins: list[int] = []
    is_forum: bool = False
    bot: Literal["member", "administrator", "left"] = "member"


class NewTopic(msgspec.Struct):
    name: str


class Membership(msgspec.Struct):
    """Who (a user's id or "bot") shall be what; `by`: whose doing it is."""

    user: int | Literal["bot"]
    status: MemberStatus
    by: int = 0


class Block(msgspec.Struct):
    blocked: bool


class BotChange(msgspec.Struct):
    can_read_all_group_messages: bool


async def state(request: Request) -> Response:
    """Users, chats, the bot, and the number of the last event."""
    world = sandbox_of(request).world
    bot = {**world.bot.as_user(), "polling": world.updates.polling}
    return json_response({
        "bot": bot | {"can_read_all_group_messages": world.bot.can_read_all_group_messages},
        "users": [user.as_user() | {"blocked": user.blocked} for user in world.users.values()],
        "chats": [_described(world, chat) for chat in world.chats.values() if not chat.migrated_to],
        "last": world.events.last,
        "pending_updates": len(world.updates.pending),
    })  # fmt: skip


async def add_user(request: Request) -> Response:
    new = await body_as(request, NewUser)
    user = sandbox_of(request).world.add_user(new.first_name, new.last_name, new.username)
    user.language_code = new.language_code
    return json_response(user.as_user())


async def add_chat(request: Request) -> Response:
    """Make a group and, as its first admin, add the bot."""
    world, new = sandbox_of(request).world, await body_as(request, NewChat)
    people = [world.user(user_id).id for user_id in [*new.admins, *new.members]]
    if not people:
        raise ControlError("a group needs somebody in it")
    members: dict[int, MemberStatus] = dict.fromkeys(people, "member")
    members |= dict.fromkeys(new.admins, "administrator")
    members[people[0]] = "creator"
    chat = world.add_chat(new.type, new.title, members, is_forum=new.is_forum)
    if new.bot != "left":
        change_member(world, chat, people[0], world.bot.id, new.bot)
    return json_response(_described(world, chat))


async def add_topic(request: Request) -> Response:
    """Open a topic in a forum; its id is that of the service message which says so."""
    world, chat = place(request)
    if not chat.is_forum:
        raise ControlError("this chat has no topics")
    name = (await body_as(request, NewTopic)).name
    thread_id = chat.next_message_id
    chat.topics[thread_id] = name
    actor_id = next(user for user, status in chat.members.items() if status in ADMINS)
    content = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
    thread = {"message_thread_id": thread_id, "is_topic_message": True}
    deliver(world, chat, world.post(chat, actor_id, content | thread))
    return json_response({"message_thread_id": thread_id})


async def set_membership(request: Request) -> Response:
    """Let a person or the bot join, leave, be promoted, be removed."""
    world, chat = place(request)
    change = await body_as(request, Membership)
    user_id = world.bot.id if change.user == "bot" else world.user(change.user).id
    admin = next((user for user, status in chat.members.items() if status in ADMINS), user_id)
    change_member(world, chat, change.by or admin, user_id, change.status)
    return json_response(_described(world, chat))


async def migrate_chat(request: Request) -> Response:
    """Turn a group into a supergroup."""
    world, chat = place(request)
    if chat.type != "group" or chat.migrated_to:
        raise ControlError("only a group can become a supergroup")
    return json_response(_described(world, migrate(world, chat)))


async def block_bot(request: Request) -> Response:
    """Let a person block the bot, or start it again."""
    world = sandbox_of(request).world
    user = world.user(path_id(request, "user_id"))
    blocked = (await body_as(request, Block)).blocked
    if blocked != user.blocked:
        user.blocked = blocked
        status: MemberStatus = "kicked" if blocked else "member"
        change_member(world, world.chat(user.id), user.id, world.bot.id, status)
    return json_response(user.as_user() | {"blocked": user.blocked})


async def change_bot(request: Request) -> Response:
    """Switch the bot's privacy mode, as BotFather would."""
    bot = sandbox_of(request).world.bot
    bot.can_read_all_group_messages = (await body_as(request, BotChange)).can_read_all_group_messages
    return json_response({"can_read_all_group_messages": bot.can_read_all_group_messages})


def _described(world: World, chat: Chat) -> Json:
    people = {user: status for user, status in chat.members.items() if user != world.bot.id}
    return {
        **world.chat_json(chat),
        "members": [user for user, status in people.items() if status in PRESENT],
        "admins": [user for user, status in people.items() if status in ADMINS],
        "bot": chat.status(world.bot.id),
        "topics": [{"message_thread_id": thread, "name": name} for thread, name in chat.topics.items()],
    }
