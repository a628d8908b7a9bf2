"""C1: sure, or someone I don't know; with real people, on the starter's weights and on the published ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import cast

import pytest
import pytest_asyncio
from PIL import Image

from tests.scenarios.talking import Person, meet, text_of
from tests.support import pictures
from tests.support.glance import running_glance
from tests.support.sandbox import SandboxClient, running_sandbox

pytestmark = pytest.mark.shared
ENROLLED = ("Andy_Roddick", "Anna_Kournikova", "Arnold_Schwarzenegger")
PHOTOS = 3


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sandbox_with_published_weights(
    prepared_shared: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[SandboxClient]:
    folder = tmp_path_factory.mktemp("glance") / "data"
    models = {"CLASSIFIER_MODEL": "mobilenet_v2", "WEIGHTS_DIR": shared / "weights"}
    async with (
        running_sandbox("--no-rates") as sandbox,
        running_glance(sandbox, folder, prepared_shared, **models),
    ):
        yield sandbox


@pytest.fixture(params=["starter", "published"])
def either_sandbox(request: pytest.FixtureRequest) -> SandboxClient:
    """A sandbox whose bot has the starter's weights, and one whose bot has the published ones."""
    if request.param == "starter":
        request.getfixturevalue("glance")
        return cast(SandboxClient, request.getfixturevalue("everybodys_sandbox"))
    return cast(SandboxClient, request.getfixturevalue("sandbox_with_published_weights"))


@pytest_asyncio.fixture(loop_scope="session")
async def carol(either_sandbox: SandboxClient) -> Person:
    return await meet(either_sandbox, "Carol")


@pytest.fixture(scope="session")
def people(shared: Path) -> list[list[Path]]:
    """Three people's photos."""
    known = shared / "photos" / "faces" / "known"
    return [sorted((known / name).glob("*.jpg")) for name in ENROLLED]


async def enrol(carol: Person, people: list[list[Path]]) -> None:
    for name, photos in zip("ABC", people, strict=True):
        await carol.shows_album(*photos[:PHOTOS], caption=f"/enroll Person {name}")
        await carol.hears(f"Person {name}", "photos stored")


async def test_people_who_were_enrolled_are_named(carol: Person, people: list[list[Path]]) -> None:
    await enrol(carol, people)
    for name, photos in zip("ABC", people, strict=True):
        await carol.shows(photos[PHOTOS])
        assert f"Person {name}" in text_of(await carol.hears("I see"))


async def test_strangers_are_not_named(carol: Person, people: list[list[Path]], shared: Path) -> None:
    await enrol(carol, people)
    for stranger in sorted((shared / "photos" / "faces" / "unknown").glob("*.jpg"))[:6]:
        await carol.shows(stranger)
        answer = text_of(await carol.hears("someone I don't know"))
        assert "someone I don't know" in answer and "Person" not in answer


async def test_a_person_is_named_once_in_a_photo(carol: Person, people: list[list[Path]]) -> None:
    await enrol(carol, people)
    await carol.shows(side_by_side(people[0][PHOTOS], people[0][PHOTOS + 1]))
    assert text_of(await carol.hears("left to right")).count("Person A") == 1


async def test_two_people_are_named_from_left_to_right(carol: Person, people: list[list[Path]]) -> None:
    await enrol(carol, people)
    await carol.shows(side_by_side(people[1][PHOTOS], people[0][PHOTOS]))
    answer = text_of(await carol.hears("left to right"))
    assert 0 <= answer.find("Person B") < answer.find("Person A")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("couple", "Left to right: someone I don't know, someone I don't know."),
        ("selfie_four_faces", "I see four people I don't know."),
        ("six_faces", "I see six people I don't know."),
    ],
)
async def test_everybody_in_a_group_photo_is_counted(
    carol: Person, shared: Path, name: str, words: str
) -> None:
    await carol.shows(shared / "photos" / "groups" / f"{name}.jpg")
    await carol.hears(words)


@pytest.mark.parametrize("name", ["zebra", "flamingo", "espresso_maker"])
async def test_things_are_called_by_their_names(carol: Person, shared: Path, name: str) -> None:
    (photo,) = (shared / "photos" / "imagenet").glob(f"*_{name}.jpg")
    await carol.shows(photo)
    await carol.hears(name.replace("_", " "))


@pytest.mark.parametrize("name", ["Landscape_3", "Landscape_6", "Portrait_5", "Portrait_8"])
async def test_a_turned_photo_is_answered_upright(carol: Person, shared: Path, name: str) -> None:
    await carol.sends_file(shared / "photos" / "hostile" / "exif_orientation" / f"{name}.jpg")
    answer = await carol.hears()
    if "photo" in answer:
        width, height = pictures.opened(await carol.sandbox.file(answer)).size
        assert (width > height) is name.startswith("Landscape")


def side_by_side(left: Path, right: Path) -> tuple[str, bytes]:
    """Two photos in one."""
    with Image.open(left) as one, Image.open(right) as other:
        both = Image.new("RGB", (one.width + other.width, max(one.height, other.height)))
        both.paste(one, (0, 0))
        both.paste(other, (one.width, 0))
    target = BytesIO()
    both.save(target, "JPEG", quality=95)
    return "both.jpg", target.getvalue()
