"""What scenarios about a Telegram user who is asked share: Dave, and how he is asked."""

from __future__ import annotations

from tests.scenarios.talking import Person
from tests.support import pictures
from tests.support.glance import Glance
from tests.support.sandbox import Json, SandboxClient, buttons


async def meet_dave(sandbox: SandboxClient, username: str = "") -> Person:
    """Dave, who may have a username; no two people of a sandbox share one."""
    user = await sandbox.post("users", {"first_name": "Dave", "username": username})
    return Person(sandbox, int(user["id"]), int(user["id"]))


def labels(message: Json) -> list[str]:
    return [label for label, _ in buttons(message)]


def naming(dave: Person, text: str) -> Json:
    """A text that mentions Dave, who has no username, as `{Dave}`."""
    start = text.index("Dave")
    user = {"id": dave.user_id, "is_bot": False, "first_name": "Dave"}
    entity = {"type": "text_mention", "offset": start, "length": len("Dave"), "user": user}
    return {"entities": [entity]}


async def ask_about(ann: Person, dave: Person, name: str = "") -> Json:
    """Ann shows a photo of Dave, whom she mentions; the question."""
    caption = f"/enroll Dave {name}".strip()
    await ann.shows(pictures.portrait(), caption, **naming(dave, caption))
    return await ann.hears("recognise you", "May I?")


def people_of(glance: Glance, chat_id: int) -> list[tuple[str, int | None, bool]]:
    return glance.rows("SELECT name, user_id, mention FROM people WHERE chat_id = ?", chat_id)
