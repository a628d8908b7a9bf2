"""D4: everything about oneself as a file, and what is really kept."""

from __future__ import annotations

import base64
import io
import json
import re
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.scenarios.talking import Person, gather, meet, text_of
from tests.support import pictures
from tests.support.glance import Glance, running_glance
from tests.support.sandbox import SandboxClient


async def my_data(person: Person) -> zipfile.ZipFile:
    await person.says("/mydata")
    answer = await person.hears("Everything I hold about you")
    assert re.fullmatch(r"glance-my-data-\d{4}-\d\d-\d\d\.zip", answer["document"]["file_name"])
    return zipfile.ZipFile(io.BytesIO(await person.sandbox.file(answer)))


def data_in(archive: zipfile.ZipFile) -> dict[str, Any]:
    return dict(json.loads(archive.read("data.json")))


async def test_it_has_the_faces_crops_and_vectors_of_whoever_asks(ann: Person, glance: Glance) -> None:
    await ann.shows(pictures.portrait(), "/enroll me Annie")
    await ann.hears("Annie: 1 photo stored")
    archive = await my_data(ann)
    (person,) = data_in(archive)["people"]
    (face,) = person["faces"]
    ((vector,),) = glance.rows(
        "SELECT vector FROM embeddings JOIN faces ON face_id = faces.id JOIN people ON person_id = people.id"
        " WHERE user_id = ?",
        ann.user_id,
    )
    assert person["name"] == "Annie"
    assert list(map(base64.b64decode, face["vectors"].values())) == [vector]
    assert max(pictures.opened(archive.read(face["crop"])).size) < 400
    assert [consent["kind"] for consent in person["consents"]] == ["allowed"]


async def test_it_has_where_they_were_seen_and_what_they_did(ann: Person) -> None:
    await ann.shows(pictures.portrait(), "/enroll me Annie")
    await ann.hears("Annie: 1 photo stored")
    await ann.shows(pictures.other_portraits()[0])
    await ann.hears("I see", "Annie")
    data = data_in(await my_data(ann))
    # The photo that they were enrolled with, and the one after it.
    assert [answer["faces"][0]["named"] for answer in data["answers"]] == ["sure", "sure"]
    assert sum(data["acts"]["photos_by_day"].values()) == 2


async def test_another_persons_data_is_not_in_it(ann: Person, ben: Person) -> None:
    here, there = await gather("Friends", ann, ben)
    await there.shows(pictures.portrait(), "/enroll me Benjamin")
    await there.hears("Benjamin: 1 photo stored")
    await here.shows(pictures.other_portraits()[0], "/who")
    await here.hears("I see", "Benjamin")
    archive = await my_data(ann)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert archive.namelist() == ["README.txt", "data.json"]
    assert b"Benjamin" not in everything
    assert str(ben.user_id).encode() not in everything


async def test_those_they_enrolled_are_named_and_not_shown(ann: Person) -> None:
    await ann.enrols("Grandma", pictures.portrait())
    archive = await my_data(ann)
    assert [person["name"] for person in data_in(archive)["acts"]["enrolled"]] == ["Grandma"]
    assert archive.namelist() == ["README.txt", "data.json"]


async def test_nothing_of_it_is_left_in_the_spool(ann: Person, glance: Glance) -> None:
    await my_data(ann)
    assert [path for path in glance.spooled() if path.suffix == ".zip"] == []


async def test_in_a_group_it_leads_to_the_private_chat(ann: Person, ben: Person) -> None:
    here, _ = await gather("Friends", ann, ben)
    await here.says("/mydata")
    answer = await here.hears("open our private chat")
    (link,) = [entity["url"] for entity in answer["entities"] if entity["type"] == "text_link"]
    assert link == "https://t.me/glance_sandbox_bot?start=mydata"
    await ann.says("/start mydata")
    await ann.hears("Everything I hold about you")


async def test_the_readme_speaks_the_language_of_the_asker(ann: Person) -> None:
    archive = await my_data(ann)
    assert "data.json" in archive.read("README.txt").decode()


async def test_privacy_tells_how_long_things_are_kept(ann: Person) -> None:
    await ann.says("/privacy")
    terms = text_of(await ann.hears("What I keep here"))
    for words in ("Photos: not at all", "30 days", "I keep nothing of them", "/mydata", "/forgetme"):
        assert words in terms


async def test_privacy_follows_the_settings_of_the_installation(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    times = {"STRANGER_S": str(3 * 86400), "UNDO_S": "1200", "PENDING_FACE_S": str(5 * 3600)}
    times |= {"OWNER_IDS": "1001", "ACCESS": "open"}
    async with running_glance(sandbox, tmp_path / "data", prepared_starter, **times):
        ann = await meet(sandbox, "Ann")
        await ann.says("/privacy")
        terms = text_of(await ann.hears("What I keep here", "3 days", "20 minutes", "Run by: owner 1"))
        assert "30 days" not in terms
        assert re.search(r"hash of their id.*\n?.*@username, for 5 hours", terms)


async def test_privacy_follows_the_settings_of_the_chat(
    sandbox: SandboxClient, prepared_starter: Path, tmp_path: Path
) -> None:
    async with running_glance(sandbox, tmp_path / "data", prepared_starter) as glance:
        ann = await meet(sandbox, "Ann")
        await ann.says("/privacy")
        await ann.hears("I keep nothing of them", "30 days", "language of whoever writes")
        await glance.stop()
    with closing(sqlite3.connect(glance.data_dir / "glance.db")) as database, database:
        database.execute("UPDATE chats SET strangers = 1, keep_answers_s = 86400, language = 'en'")
    async with running_glance(sandbox, tmp_path / "data", prepared_starter):
        await ann.says("/privacy")
        await ann.hears("crops and numbers for 1 day", "its faces are: 1 day", "I speak English here")
