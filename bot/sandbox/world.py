"""Who and what there is: users, chats, histories; every change is told to whoever watches."""

from __future__ import annotations

import time
from typing import Any

from bot.sandbox.errors import ControlError, bad_request
from bot.sandbox.feed import Feed
from bot.sandbox.files import FileStore
from bot.sandbox.polling import UpdateQueue, first_update_id
from bot.sandbox.values import DISGUISES, Bot, Chat, ChatType, Json, MemberStatus, Query, User

EVENTS_KEPT = 20_000
FIRST_SUPERGROUP_ID = -1_000_000_000_001
FIRST_GROUP_ID = -5001
FIRST_USER_ID = 1001
FOUNDERS = ("Ann", "Ben", "Cleo")


class World:
    """The sandbox's state and the one place where it changes."""

    def __init__(self, bot: Bot, files: FileStore) -> None:
        self.bot = bot
        self.files = files
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.events = Feed(EVENTS_KEPT)
        self.updates = UpdateQueue(first_update_id(), self._note_polling)

    def populate(self) -> None:
        """The people and the group that every new sandbox has."""
        founders = [self.add_user(name, username=f"{name.lower()}_sandbox") for name in FOUNDERS]
        members: dict[int, MemberStatus] = {user.id: "member" for user in founders}
        members |= {founders[0].id: "creator", self.bot.id: "member"}
        self.add_chat("supergroup", "Family", members)

    def add_user(self, first_name: str, last_name: str = "", username: str = "") -> User:
        """A new person and the private chat with the bot."""
        user_id = max(self.users, default=FIRST_USER_ID - 1) + 1
        user = User(id=user_id, first_name=first_name, last_name=last_name, username=username)
        self.users[user_id] = user
        members: dict[int, MemberStatus] = {user_id: "member", self.bot.id: "member"}
        self.chats[user_id] = Chat(id=user_id, type="private", members=members)
        return user

    def add_chat(
        self, kind: ChatType, title: str, members: dict[int, MemberStatus], *, is_forum: bool = False
    ) -> Chat:
        """A new group; the bot is in it where `members` says so."""
        first = FIRST_GROUP_ID if kind == "group" else FIRST_SUPERGROUP_ID
        taken = [chat_id for chat_id in self.chats if chat_id <= first and self.chats[chat_id].type == kind]
        chat_id = min(taken, default=first + 1) - 1
        self.chats[chat_id] = Chat(id=chat_id, type=kind, title=title, members=members, is_forum=is_forum)
        return self.chats[chat_id]

    def user(self, user_id: int) -> User:
        """ControlError where there is no such person."""
        if user_id not in self.users:
            raise ControlError(f"there is no user {user_id}")
        return self.users[user_id]

    def chat(self, chat_id: int) -> Chat:
        """ControlError where there is no such chat."""
        if chat_id not in self.chats:
            raise ControlError(f"there is no chat {chat_id}")
        return self.chats[chat_id]

    def chat_json(self, chat: Chat) -> Json:
        """The Bot API's Chat."""
        if chat.private:
            return self.users[chat.id].as_chat()
        forum = {"is_forum": True} if chat.is_forum else {}
        return {"id": chat.id, "type": chat.type, "title": chat.title, **forum}

    def user_json(self, user_id: int) -> Json:
        """The Bot API's User, of a person or the bot."""
        if user_id == self.bot.id:
            return self.bot.as_user()
        if user_id in DISGUISES:
            return {"id": user_id, "is_bot": True, **DISGUISES[user_id]}
        return self.user(user_id).as_user()

    def post(self, chat: Chat, sender_id: int, content: Json) -> Json:
        """Append a message to the chat's history and tell the watchers; the bot is told by `deliver`."""
        message = {
            "message_id": chat.take_message_id(),
            "date": int(time.time()),
            "chat": self.chat_json(chat),
            "from": self.user_json(sender_id),
            **self._with_mentions(chat, content),
        }
        chat.messages[message["message_id"]] = message
        self.tell("message", chat.id, message=message)
        return message

    def replace(self, chat: Chat, message: Json) -> Json:
        """Put an edited message in the place of the one with its id."""
        edited = {**self._with_mentions(chat, message), "edit_date": int(time.time())}
        chat.messages[edited["message_id"]] = edited
        self.tell("edit", chat.id, message=edited)
        return edited

    def delete(self, chat: Chat, message_id: int) -> None:
        """ApiError where there is no such message."""
        if chat.messages.pop(message_id, None) is None:
            raise bad_request("message to delete not found")
        self.tell("delete", chat.id, message_id=message_id)

    def _with_mentions(self, chat: Chat, content: Json) -> Json:
        """Mentions by id as Telegram shows them: of whom the chat does not know, nothing but the words."""
        named = {name: content[name] for name in ("entities", "caption_entities") if name in content}
        shown = {name: self._mentions(chat, entities) for name, entities in named.items()}
        rest = {key: value for key, value in content.items() if key not in named}
        return rest | {name: entities for name, entities in shown.items() if entities}

    def _mentions(self, chat: Chat, entities: list[Json]) -> list[Json]:
        known = [
            entity for entity in entities
            if entity["type"] != "text_mention" or entity["user"]["id"] in chat.members
        ]  # fmt: skip
        return [
            {**entity, "user": self.user_json(entity["user"]["id"])} if "user" in entity else entity
            for entity in known
        ]

    def tell(self, kind: str, chat_id: int, **what: Any) -> None:
        """Publish an event for the page and the tests."""
        sender = what.get("message", {}).get("from", {}).get("id", self.bot.id)
        self.events.publish({"kind": kind, "chat_id": chat_id, "from_bot": sender == self.bot.id, **what})

    def _note_polling(self, polling: bool) -> None:
        self.tell("polling", 0, polling=polling)
