"""Telegram's limits and refusals, in Telegram's words."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError

from tests.sandbox.conftest import Picture
from tests.support.sandbox import ANN, CLEO, FAMILY, SandboxClient


def keyboard(data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Press", callback_data=data)]])


async def test_a_wrong_token_is_refused(sandbox: SandboxClient) -> None:
    stranger = Bot("7000000042:not-the-token", base_url=f"{sandbox.address}/bot")
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()


async def test_a_text_may_have_4096_characters_after_parsing_and_no_more(bot: Bot) -> None:
    message = await bot.send_message(ANN, f"<b>{'a' * 4096}</b>", parse_mode=ParseMode.HTML)
    assert len(message.text or "") == 4096
    with pytest.raises(BadRequest, match=r"(?i)message is too long"):
        await bot.send_message(ANN, "a" * 4097)


async def test_a_caption_may_have_1024_characters_and_no_more(bot: Bot, picture: Picture) -> None:
    message = await bot.send_photo(ANN, picture()[1], caption="a" * 1024)
    assert len(message.caption or "") == 1024
    with pytest.raises(BadRequest, match=r"(?i)caption is too long"):
        await bot.send_photo(ANN, picture()[1], caption="a" * 1025)


async def test_callback_data_may_have_64_bytes_and_no_more(bot: Bot) -> None:
    await bot.send_message(ANN, "pick", reply_markup=keyboard("é" * 32))
    with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
        await bot.send_message(ANN, "pick", reply_markup=keyboard("é" * 33))


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot) -> None:
    message = await bot.send_message(ANN, "same", reply_markup=keyboard("a"))
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await message.edit_text("same", reply_markup=keyboard("a"))
    edited = await message.edit_text("same", reply_markup=keyboard("b"))
    assert isinstance(edited, type(message)) and edited.reply_markup == keyboard("b")


async def test_the_same_picture_by_its_file_id_is_no_edit(bot: Bot, picture: Picture) -> None:
    message = await bot.send_photo(ANN, picture()[1])
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await message.edit_media(InputMediaPhoto(message.photo[-1].file_id))


async def test_a_reply_to_a_deleted_message_is_refused_unless_allowed(bot: Bot) -> None:
    gone = await bot.send_message(ANN, "soon gone")
    await gone.delete()
    with pytest.raises(BadRequest, match=r"(?i)message to be replied not found"):
        await bot.send_message(ANN, "hello?", reply_to_message_id=gone.message_id)
    sent = await bot.send_message(
        ANN, "hello?", reply_to_message_id=gone.message_id, allow_sending_without_reply=True
    )
    assert sent.reply_to_message is None


async def test_unknown_chats_and_files_are_refused(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(424242, "anybody?")
    with pytest.raises(BadRequest, match=r"(?i)wrong file identifier"):
        await bot.send_photo(ANN, "AgACAgIAAxkBAAIB")


async def test_a_person_who_never_wrote_or_who_blocked_the_bot_gets_nothing(
    sandbox: SandboxClient, bot: Bot
) -> None:
    with pytest.raises(Forbidden, match="initiate conversation"):
        await bot.send_message(CLEO, "hello")
    await sandbox.block(ANN)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ANN, "hello")


async def test_a_group_that_removed_the_bot_gets_nothing(sandbox: SandboxClient, bot: Bot) -> None:
    await sandbox.set_membership(FAMILY, "bot", "kicked")
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(FAMILY, "hello")


@pytest.mark.parametrize(("width", "height"), [(9000, 1001), (2100, 100)])
async def test_photos_beyond_the_limits_of_size_and_ratio_are_refused(
    bot: Bot, picture: Picture, width: int, height: int
) -> None:
    with pytest.raises(BadRequest, match=r"(?i)photo_invalid_dimensions"):
        await bot.send_photo(ANN, picture(width, height)[1])


async def test_a_photo_over_10_mb_is_refused_and_goes_as_a_document(bot: Bot) -> None:
    noise = BytesIO()
    Image.effect_noise((2000, 2000), 90).convert("RGB").save(noise, "PNG", compress_level=0)
    assert noise.tell() > 10 * 1024 * 1024
    with pytest.raises(BadRequest, match=r"(?i)too big for a photo"):
        await bot.send_photo(ANN, noise.getvalue())
    sent = await bot.send_document(ANN, noise.getvalue(), filename="noise.png")
    assert sent.document and sent.document.file_size == noise.tell()


async def test_bytes_that_are_no_picture_are_no_photo(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(ANN, b"%PDF-1.7 not a picture")


async def test_files_over_20_mb_cannot_be_fetched(sandbox: SandboxClient, bot: Bot) -> None:
    message = await sandbox.send_document(ANN, ("big.bin", bytes(21 * 1024 * 1024)))
    assert message["document"]["file_size"] == 21 * 1024 * 1024
    with pytest.raises(BadRequest, match=r"(?i)file is too big"):
        await bot.get_file(message["document"]["file_id"])


async def test_an_answer_to_an_unknown_press_is_refused(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query("12345")


async def test_a_message_of_a_person_cannot_be_edited_by_the_bot(sandbox: SandboxClient, bot: Bot) -> None:
    theirs = await sandbox.send_text(ANN, "mine")
    with pytest.raises(BadRequest, match=r"(?i)message can't be edited"):
        await bot.edit_message_text("yours", ANN, theirs["message_id"])


async def test_a_method_that_does_not_exist_is_not_found(sandbox: SandboxClient) -> None:
    response = await sandbox.http.post(f"/bot{sandbox.token}/sendTelepathy")
    assert (response.status_code, response.json()["ok"]) == (404, False)


async def test_a_json_body_that_is_none_is_refused(sandbox: SandboxClient) -> None:
    response = await sandbox.http.post(
        f"/bot{sandbox.token}/sendMessage", content=b"{", headers={"content-type": "application/json"}
    )
    assert (response.status_code, response.json()["error_code"]) == (400, 400)


async def test_numbers_that_are_none_are_refused(bot: Bot) -> None:
    with pytest.raises((BadRequest, NetworkError), match=r"(?i)must be an integer"):
        await bot.send_message(ANN, "hello", api_kwargs={"message_thread_id": "first"})
