"""Photos, documents, albums, and the ids by which they are known."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import psutil
import pytest
from PIL import Image
from telegram import Bot, InputMediaPhoto
from telegram.error import BadRequest

from tests.sandbox.conftest import Picture
from tests.support.sandbox import ANN, FAMILY, SandboxClient, running_sandbox

ORIENTATION = 0x0112
TURNED_RIGHT = 6


async def test_a_photo_is_recompressed_upright_without_metadata(
    sandbox: SandboxClient, picture: Picture
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED_RIGHT
    message = await sandbox.send_photo(ANN, picture(2000, 1000, exif=exif))
    sizes = [(size["width"], size["height"]) for size in message["photo"]]
    assert sizes == [(45, 90), (160, 320), (400, 800), (640, 1280)]
    with Image.open(BytesIO(await sandbox.file(message))) as largest:
        assert largest.size == (640, 1280) and not largest.getexif()


async def test_a_document_is_the_original(sandbox: SandboxClient, bot: Bot, picture: Picture) -> None:
    name, data = picture()
    message = await sandbox.send_document(ANN, (name, data))
    file = await bot.get_file(message["document"]["file_id"])
    assert bytes(await file.download_as_bytearray()) == data
    assert message["document"]["file_name"] == name


async def test_a_forwarded_photo_is_the_same_file_under_another_handle(
    sandbox: SandboxClient, picture: Picture
) -> None:
    message = await sandbox.send_photo(ANN, picture())
    again = await sandbox.forward(ANN, message["message_id"])
    sent_anew = await sandbox.send_photo(ANN, picture())
    ids = [sent["photo"][-1]["file_unique_id"] for sent in (message, again, sent_anew)]
    assert ids[0] == ids[1] != ids[2]


async def test_a_file_id_can_be_sent_again_as_what_it_is(
    sandbox: SandboxClient, bot: Bot, picture: Picture
) -> None:
    theirs = await sandbox.send_photo(ANN, picture())
    file_id = theirs["photo"][0]["file_id"]
    sent = await bot.send_photo(ANN, file_id)
    assert sent.photo[-1].file_unique_id == theirs["photo"][-1]["file_unique_id"]
    with pytest.raises(BadRequest, match=r"(?i)can't use file of type photo as document"):
        await bot.send_document(ANN, file_id)


async def test_an_album_is_several_messages_with_one_caption(
    sandbox: SandboxClient, bot: Bot, picture: Picture
) -> None:
    last = (await bot.get_updates(offset=-1))[0].update_id
    await sandbox.send_album(ANN, [picture(), picture(), picture()], caption="the trip")
    messages = [update.message for update in await bot.get_updates(offset=last + 1)]
    assert len({message.media_group_id for message in messages if message}) == 1
    assert [message.caption for message in messages if message] == ["the trip", None, None]


async def test_a_bot_can_send_an_album(bot: Bot, picture: Picture) -> None:
    media = [InputMediaPhoto(picture()[1], caption="one"), InputMediaPhoto(picture()[1])]
    sent = await bot.send_media_group(ANN, media)
    assert sent[0].media_group_id == sent[1].media_group_id
    assert sent[0].caption == "one"


async def test_what_is_no_picture_can_only_be_sent_as_a_file(sandbox: SandboxClient) -> None:
    with pytest.raises(AssertionError, match="send it as a file"):
        await sandbox.send_photo(ANN, ("a.jpg", b"no picture at all"))
    message = await sandbox.send_document(ANN, ("a.jpg", b"no picture at all"))
    assert message["document"]["mime_type"] == "image/jpeg"


@pytest.mark.parametrize("kind", ["sticker", "voice", "video", "video_note", "animation"])
async def test_other_kinds_of_files_arrive_as_what_they_are(
    sandbox: SandboxClient, bot: Bot, kind: str
) -> None:
    await sandbox.send_kind(ANN, kind, ("clip.bin", b"some bytes"))
    update = (await bot.get_updates(offset=-1))[0]
    assert update.message and getattr(update.message, kind).file_size == len(b"some bytes")


async def test_large_documents_stream_from_disk(sandbox: SandboxClient, bot: Bot, tmp_path: Path) -> None:
    original = tmp_path / "large.bin"
    original.write_bytes(bytes(18 * 1024 * 1024))
    sent = [await sandbox.send_document(FAMILY, original, sender=ANN) for _ in range(10)]
    server = max(psutil.Process().children(), key=lambda child: child.create_time())
    before = server.memory_info().rss
    for message in sent:
        file = await bot.get_file(message["document"]["file_id"])
        await file.download_to_drive(tmp_path / "copy.bin")
    assert (tmp_path / "copy.bin").stat().st_size == original.stat().st_size
    assert server.memory_info().rss - before < 60 * 1024 * 1024


async def test_history_and_files_outlive_a_restart_with_a_state_file(
    tmp_path: Path, picture: Picture
) -> None:
    arguments = ("--state", str(tmp_path / "state.json"))
    async with running_sandbox(*arguments) as sandbox:
        message = await sandbox.send_photo(ANN, picture())
    async with running_sandbox(*arguments) as sandbox:
        assert await sandbox.history(ANN) == [message]
        assert (await sandbox.file(message))[:2] == b"\xff\xd8"
        assert (await sandbox.get("state"))["pending_updates"] == 1
