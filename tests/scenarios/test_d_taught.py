"""D3, D4: photos with a label, and what learnt from them, go with whoever sent them or is in them."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import random
import stat
import time
import zipfile
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import load
from bot.wiring import kept_files
from storage import labels, people
from storage.database import open_database
from tests.scenarios.talking import Person, gather, meet, text_of
from tests.storage.taught import label_photo, train
from tests.support import pictures
from tests.support.glance import Glance, running_glance
from tests.support.leftovers import Traces, files_below, left_in, rows_with
from tests.support.sandbox import SandboxClient

NEVER_LOOKED_AT = ("networks", "weights")


async def teach(
    glance: Glance, chat_id: int, photo: bytes, *, sender: int, showing: str = ""
) -> dict[str, bytes]:
    """A photo with the label "party", its features, and a model that learnt from it; what is found of them.

    `showing`: the name of whom it shows.
    """
    kept = kept_files(load(data_dir=glance.data_dir))
    kept.spool.joinpath("photo.jpg").write_bytes(photo)
    name = await kept.labelled.add(kept.spool / "photo.jpg")
    numbers, weights = random.Random(name).randbytes(512), random.Random(name[::-1]).randbytes(512)
    features = kept.features / "starter" / name[:2] / f"{name}.npy"
    features.parent.mkdir(parents=True, exist_ok=True)
    features.write_bytes(numbers)
    model = hashlib.sha256(weights).hexdigest()
    kept.models.joinpath(model).write_bytes(weights)
    about = {"chat_id": chat_id, "file": model, "network": "", "trained_by": sender}
    async with open_database(address_of(glance)) as database, database.begin() as session:
        ids = await _ids(session, chat_id, showing)
        await label_photo(session, "party", name, chat_id, sender=sender, people=ids)
        await train(session, [name], sender=sender, people=ids, live=True, **about)
    return {
        "pixels": photo,
        "sha256": name.encode(),
        "features": numbers,
        "model": weights,
        "model's sha256": model.encode(),
    }


def address_of(glance: Glance) -> str:
    return f"sqlite:///{glance.data_dir / 'glance.db'}"


async def _ids(session: AsyncSession, chat_id: int, name: str) -> tuple[int, ...]:
    person = await people.find(session, chat_id, name)
    return (person.id,) if person else ()


async def all_gone(sandbox: SandboxClient, glance: Glance, traces: Traces) -> bool:
    """Wait until nothing of these is in any file."""
    async with asyncio.timeout(30):
        while left_in(files_below(glance.data_dir, NEVER_LOOKED_AT), traces):
            await sandbox.last_event()
    return True


async def test_no_byte_of_what_somebody_taught_who_left_is_on_the_disk(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, HOUSEKEEPING_S="0.3") as glance:
        zoe, ann = await gather("Friends", await meet(sandbox, "Zoe"), await meet(sandbox, "Ann"))
        his = await teach(glance, zoe.chat_id, b"what Zoe saw" * 9, sender=zoe.user_id)
        others = await teach(glance, zoe.chat_id, b"what Ann saw" * 9, sender=ann.user_id)
        await zoe.says("/forgetme")
        question = await zoe.hears("Shall I delete", "1 photo with a label", "v1 in “Friends”")
        await zoe.presses(question, "Delete everything")
        await zoe.hears("know nothing about you", "v1 in “Friends”")
        async with asyncio.timeout(30):
            while rows_with(glance, zoe.user_id):
                await sandbox.last_event()
        assert await all_gone(sandbox, glance, his)
        assert len(left_in(files_below(glance.data_dir, NEVER_LOOKED_AT), others)) >= len(others)


async def test_what_shows_somebody_who_is_forgotten_goes_after_the_time_to_undo(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    times = {"UNDO_S": "1", "HOUSEKEEPING_S": "0.3"}
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, **times) as glance:
        ann = await meet(sandbox, "Ann")
        await ann.enrols("Mum", pictures.portrait())
        traces = await teach(glance, ann.chat_id, b"Mum's party" * 9, sender=ann.user_id, showing="Mum")
        await ann.says("/forget Mum")
        await ann.hears("Mum is forgotten", "1 photo with a label", "goes as well: v1.")
        assert await all_gone(sandbox, glance, traces)


async def test_photos_of_a_deleted_label_go_after_the_time_to_undo(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    times = {"UNDO_S": "1", "HOUSEKEEPING_S": "0.3"}
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, **times) as glance:
        ann = await meet(sandbox, "Ann")
        await ann.says("/privacy")
        await ann.hears("Photos: not at all")
        traces = await teach(glance, ann.chat_id, b"a party" * 9, sender=ann.user_id)
        async with open_database(address_of(glance)) as database, database.begin() as session:
            label = await labels.find(session, ann.chat_id, "party")
            assert label is not None
            await labels.delete_label(session, ann.chat_id, label.id, time.time())
        assert await all_gone(sandbox, glance, {"pixels": traces["pixels"], "features": traces["features"]})


async def test_only_the_owner_of_the_process_can_look_into_what_is_kept(glance: Glance) -> None:
    folders = [glance.data_dir / name for name in ("models", "features", "trainings", "spool")]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


async def test_my_data_has_the_photos_somebody_sent_and_tells_of_those_they_are_in(
    ann: Person, ben: Person, glance: Glance
) -> None:
    here, _ = await gather("Friends", ann, ben)
    await here.shows(pictures.portrait(), "/enroll me Annie")
    await here.hears("Annie: 1 photo stored")
    await teach(glance, here.chat_id, b"what Ann saw", sender=ann.user_id)
    await teach(glance, here.chat_id, b"Ann, as Ben saw her", sender=ben.user_id, showing="Annie")
    await ann.says("/mydata")
    answer = await ann.hears("Everything I hold about you")
    archive = zipfile.ZipFile(io.BytesIO(await ann.sandbox.file(answer)))
    data = json.loads(archive.read("data.json"))
    mine, shown = data["labelled"]
    assert archive.read(mine["photo"]) == b"what Ann saw"
    assert (shown["label"], shown["sent_by"], "photo" in shown) == ("party", "somebody else", False)
    assert [model["version"] for model in data["learnt_from_you"]] == [1, 2]
    assert [model["version"] for model in data["acts"]["trained"]] == [1]


async def test_privacy_tells_of_labelled_photos_and_models(ann: Person, glance: Glance) -> None:
    await ann.says("/privacy")
    await ann.hears("Photos: not at all, unless", "enrolled faces: none")
    await teach(glance, ann.chat_id, b"a photo", sender=ann.user_id)
    await ann.says("/privacy")
    terms = text_of(await ann.hears("Photos: 1 with a label", "undone for 10 minutes", "1 model that learnt"))
    assert "not at all" not in terms
