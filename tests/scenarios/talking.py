"""People who talk to the bot, so that a test reads like the chat it plays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.support.sandbox import Json, SandboxClient, Upload

# What /done says where nothing was begun. It waits for all that was sent before it in its chat, and its
# answer leaves after theirs: once it is there, nothing more is to come.
NOTHING_BEGUN = "Nothing was begun here"


@dataclass
class Person:
    """A user in one chat. `heard` is the number of the last event they took notice of."""

    sandbox: SandboxClient
    user_id: int
    chat_id: int
    heard: int = 0

    async def says(self, text: str, **fields: Any) -> Json:
        return await self.sandbox.send_text(self.chat_id, text, self.user_id, **fields)

    async def shows(self, photo: Upload, caption: str = "", **fields: Any) -> Json:
        return await self.sandbox.send_photo(self.chat_id, photo, caption, self.user_id, **fields)

    async def sends_file(self, file: Upload, caption: str = "", **fields: Any) -> Json:
        return await self.sandbox.send_document(self.chat_id, file, caption, self.user_id, **fields)

    async def shows_album(self, *photos: Upload, caption: str = "", **fields: Any) -> list[Json]:
        return await self.sandbox.send_album(self.chat_id, photos, caption, self.user_id, **fields)

    async def sends_kind(self, kind: str, file: Upload) -> Json:
        """A sticker, a voice message, a video and the like."""
        return await self.sandbox.send_kind(self.chat_id, kind, file, self.user_id)

    async def forwards(self, message: Json) -> Json:
        return await self.sandbox.forward(self.chat_id, message["message_id"], self.user_id)

    async def hears(self, *words: str, timeout_s: float = 45) -> Json:
        """The bot's next message, or edit, that has all these words."""

        def has_them(message: Json) -> bool:
            return all(word.casefold() in text_of(message).casefold() for word in words)

        answer = await self.sandbox.wait_for_answer(self.chat_id, self.heard, has_them, timeout_s)
        self.heard = answer["seq"]
        return answer

    async def hears_who(self) -> Json:
        """The bot's next message, or edit, that says who one or several people are."""

        def says_who(message: Json) -> bool:
            return text_of(message).startswith(("I see ", "This may be ", "Left to right: "))

        answer = await self.sandbox.wait_for_answer(self.chat_id, self.heard, says_who)
        self.heard = answer["seq"]
        return answer

    async def presses(self, message: Json, label: str) -> str:
        """Press a button; what pops up, or nothing."""
        query_id = await self.sandbox.press(self.chat_id, message, label, self.user_id)
        event = await self.sandbox.wait_for(
            lambda event: event["kind"] == "callback_answer" and event["callback_query_id"] == query_id,
            chat_id=self.chat_id,
        )
        return str(event.get("text", ""))

    async def enrols(self, name: str, photo: Upload) -> Json:
        await self.shows(photo, f"/enroll {name}")
        return await self.hears("stored")

    async def answers_to(self, *questions: Json) -> list[list[str]]:
        """The texts of the bot's replies to each of these messages, once there are no more to come."""
        await self.says("/done")
        await self.hears(NOTHING_BEGUN)
        history = await self.sandbox.history(self.chat_id)
        return [
            [text_of(message) for message in history if replied_to(message) == question["message_id"]]
            for question in questions
        ]


async def meet(sandbox: SandboxClient, name: str, language: str = "en") -> Person:
    """A new user, in their private chat with the bot; `language` is that of their Telegram."""
    user = await sandbox.post("users", {"first_name": name, "language_code": language})
    user_id = int(user["id"])
    return Person(sandbox, user_id, user_id)


async def gather(title: str, *people: Person) -> list[Person]:
    """A new group with the bot in it, begun by the first of these people: the same people, in that group."""
    sandbox = people[0].sandbox
    chat_id = await sandbox.add_chat(title, [person.user_id for person in people])
    welcomed = await sandbox.wait_for_answer(chat_id)
    return [replace(person, chat_id=chat_id, heard=welcomed["seq"]) for person in people]


def alone(person: Person) -> Person:
    """The same person in the private chat with the bot, where they have not looked yet."""
    return replace(person, chat_id=person.user_id, heard=0)


def text_of(message: Json) -> str:
    return str(message.get("text") or message.get("caption") or "")


def replied_to(message: Json) -> int:
    return int(message.get("reply_to_message", {}).get("message_id", 0))
