"""Users, chats and the bot, as the sandbox keeps them. Messages are the Bot API's own JSON objects."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import msgspec

Json = dict[str, Any]
ChatType = Literal["private", "group", "supergroup", "channel"]
MemberStatus = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]

# A restricted member may have left as well; here they are still in the chat.
PRESENT = frozenset({"creator", "administrator", "member", "restricted"})
ADMINS = frozenset({"creator", "administrator"})
# Telegram's own accounts behind messages of anonymous admins, and of channels that write in a group.
ANONYMOUS_ADMIN_ID = 1087968824
CHANNEL_BOT_ID = 136817688
DISGUISES: dict[int, Json] = {
    ANONYMOUS_ADMIN_ID: {"first_name": "Group", "username": "GroupAnonymousBot"},
    CHANNEL_BOT_ID: {"first_name": "Channel", "username": "Channel_Bot"},
}


class User(msgspec.Struct, kw_only=True):
    """A person; `blocked`: has blocked the bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"
    blocked: bool = False

    def as_user(self) -> Json:
        """The Bot API's User."""
        return {"id": self.id, "is_bot": False, **self._names(), "language_code": self.language_code}

    def as_chat(self) -> Json:
        """The private chat with this person, as the Bot API's Chat."""
        return {"id": self.id, "type": "private", **self._names()}

    def _names(self) -> Json:
        names = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return {key: value for key, value in names.items() if value}


class Bot(msgspec.Struct, kw_only=True):
    """The bot under test and its profile. `commands` are keyed by (scope as JSON, language)."""

    id: int
    first_name: str = "Glance"
    username: str = "glance_sandbox_bot"
    can_read_all_group_messages: bool = False
    commands: list[tuple[str, str, list[Json]]] = []
    descriptions: dict[str, str] = {}
    short_descriptions: dict[str, str] = {}

    def as_user(self) -> Json:
        """The Bot API's User, without the fields only getMe has."""
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}


class Query(NamedTuple):
    """A press on a button that the bot has not answered yet; `opened_at` on the monotonic clock."""

    id: str
    chat_id: int
    user_id: int
    opened_at: float


class Chat(msgspec.Struct, kw_only=True):
    """A chat: `members` maps user ids (the bot's too) to statuses, `topics` thread ids to names.

    `asked` maps messages of the bot to the keyboard or forced reply that they ask of people's apps.
    """

    id: int
    type: ChatType
    title: str = ""
    is_forum: bool = False
    members: dict[int, MemberStatus] = {}
    topics: dict[int, str] = {}
    messages: dict[int, Json] = {}
    reactions: dict[int, list[str]] = {}
    asked: dict[int, Json] = {}
    next_message_id: int = 1
    migrated_to: int | None = None

    @property
    def private(self) -> bool:
        return self.type == "private"

    def take_message_id(self) -> int:
        taken = self.next_message_id
        self.next_message_id += 1
        return taken

    def status(self, user_id: int) -> MemberStatus:
        return self.members.get(user_id, "left")
