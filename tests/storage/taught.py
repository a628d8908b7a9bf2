"""What tests teach a chat."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from storage import examples, labels, models
from storage.examples import NewExample
from storage.models import Kind, Learnt, LearntPerson, ModelRow, NewModel
from storage.trainings import NewTraining
from tests.storage.rows import CHAT, NOW

SENDER, LABELLER = 11, 12
MODEL = NewModel(
    chat_id=CHAT,
    kind="labels",
    file="",
    network="network",
    backbone="starter",
    method="head",
    labels=("cat", "dog"),
    report={"accuracy": 0.9},
    fingerprint="fingerprint",
    seed=0,
    trained_by=LABELLER,
    learnt=(),
)


async def label_photo(
    session: AsyncSession,
    name: str,
    photo: str,
    chat_id: int = CHAT,
    sender: int = SENDER,
    people: tuple[int, ...] = (),
) -> int:
    """The example that a photo is, once it has a label, which is made where the chat has none so called."""
    label = await labels.find(session, chat_id, name)
    label_id = label.id if label else await labels.add(session, chat_id, name, by=LABELLER, now=NOW)
    new = NewExample(chat_id, label_id, photo, f"file of {photo}", 10, sender, album="album", people=people)
    return (await examples.add(session, new, by=LABELLER, now=NOW)).id


async def train(
    session: AsyncSession,
    photos: Collection[str] = ("photo",),
    *,
    sender: int = SENDER,
    people: tuple[int, ...] = (),
    live: bool = False,
    **changes: Any,
) -> ModelRow:
    """A model that learnt from photos which one user sent, and from people as its first classes."""
    learnt = tuple(Learnt(photo, "cat", sender) for photo in photos)
    classes = tuple(LearntPerson(person, position) for position, person in enumerate(people))
    new = msgspec.structs.replace(MODEL, learnt=learnt, people=classes, **changes)
    count = len(await models.listing(session, new.chat_id, new.kind))
    model = await models.store(
        session, msgspec.structs.replace(new, file=new.file or f"model {count + 1}"), NOW
    )
    return await models.activate(session, new.chat_id, model.id, NOW) if live else model


def training(kind: Kind = "labels", chat_id: int = CHAT) -> NewTraining:
    return NewTraining(chat_id, None, kind, LABELLER, "en", seed=0)
