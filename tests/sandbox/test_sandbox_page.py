"""The chat page, driven in headless Chromium."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page as BrowserPage
from playwright.async_api import async_playwright, expect
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, ReactionTypeEmoji
from telegram.constants import ParseMode

from tests.sandbox.conftest import Picture
from tests.support.sandbox import ANN, BEN, FAMILY, SandboxClient

pytestmark = pytest.mark.browser
WAIT_MS = 20_000
# Chromium looks for updates of itself otherwise, and a test machine may have no network.
QUIETLY = ("--disable-background-networking", "--disable-component-update", "--disable-sync")


class Page:
    """The page in a browser."""

    def __init__(self, browser: BrowserPage) -> None:
        self.browser = browser

    async def see(self, selector: str, text: str = "") -> str:
        """Wait until an element that the selector finds shows the text; its whole text."""
        shown = self.browser.locator(selector).filter(has_text=text, visible=True).first
        await expect(shown).to_be_visible(timeout=WAIT_MS)
        return await shown.inner_text()

    async def click(self, selector: str) -> None:
        await self.browser.locator(selector).first.click(timeout=WAIT_MS)

    async def type(self, text: str, *keys: str) -> None:
        """Type into the message field, then press keys by their names."""
        field = self.browser.locator("#text")
        await field.press_sequentially(text)
        for key in keys:
            await field.press(key)

    async def choose_files(self, *files: Path) -> None:
        await self.browser.locator("#files").set_input_files(files)


@pytest.fixture
async def page(sandbox: SandboxClient) -> AsyncIterator[Page]:
    """The sandbox's page in a browser of its own; nothing may appear on its console."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs chromium")
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", *QUIETLY]
        )
        opened = await browser.new_page(viewport={"width": 1280, "height": 800})
        opened.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        await opened.goto(sandbox.address)
        seen = Page(opened)
        await seen.see("#chat-title", "Glance")
        yield seen
        await browser.close()
    assert complaints == []


async def test_a_typed_message_reaches_the_bot_and_its_answer_is_shown(
    page: Page, sandbox: SandboxClient, bot: Bot
) -> None:
    await page.type("hello there", "Enter")
    await page.see(".mine .words", "hello there")
    message = (await bot.get_updates(offset=-1))[0].message
    assert message and message.text == "hello there"
    await message.reply_html("<b>Hi</b> &lt;Ann&gt;", do_quote=True)
    assert await page.see(".message:not(.mine) .words", "Hi <Ann>")
    assert await page.see(".message:not(.mine) .quote", "hello there")


async def test_names_with_markup_are_shown_and_never_run(page: Page, bot: Bot) -> None:
    name = '<img src=x onerror="document.title=1">'
    await bot.send_message(ANN, name)
    assert await page.see(".words", name)
    assert "Sandbox" in await page.browser.title()


async def test_a_chosen_photo_is_sent_with_its_caption_as_an_album(
    page: Page, sandbox: SandboxClient, picture: Picture, tmp_path: Path
) -> None:
    files = [tmp_path / "one.jpg", tmp_path / "two.jpg"]
    for file in files:
        file.write_bytes(picture()[1])
    await page.choose_files(*files)
    await page.see("#attachments li")
    await page.type("/enroll Alice", "Enter")
    await page.see(".mine .pictures.many")
    sent = [message for message in await sandbox.history(ANN) if "photo" in message]
    assert [message.get("caption") for message in sent] == ["/enroll Alice", None]


async def test_send_as_file_keeps_the_original(
    page: Page, sandbox: SandboxClient, picture: Picture, tmp_path: Path
) -> None:
    original = tmp_path / "original.jpg"
    original.write_bytes(picture()[1])
    await page.choose_files(original)
    await page.click("#as-file")
    await page.click("#send")
    await page.see(".mine .pictures")
    (message,) = await sandbox.history(ANN)
    assert await sandbox.file(message) == original.read_bytes()


async def test_a_button_press_shows_the_bots_answer(page: Page, bot: Bot) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="token")]])
    message = await bot.send_message(ANN, "Alice?", reply_markup=keyboard)
    await page.see(".keyboard button", "Yes")
    await page.click(".keyboard button")
    query = (await bot.get_updates(offset=-1, timeout=10))[0].callback_query
    assert query and query.data == "token"
    await query.answer("Noted")
    await page.see("#toasts", "Noted")
    await message.edit_text("It is Alice")
    await page.see(".words", "It is Alice")


async def test_signs_of_life_are_shown(page: Page, bot: Bot) -> None:
    await bot.send_chat_action(ANN, "upload_photo")
    await page.see("#chat-note", "is sending a photo")
    message = await bot.send_message(ANN, "a")
    await bot.set_message_reaction(ANN, message.message_id, [ReactionTypeEmoji("👀")])
    await page.see(".reactions", "👀")


async def test_commands_are_suggested_and_completed_by_keyboard(page: Page, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("people", "Who I know"), BotCommand("enroll", "Teach me a face")])
    await page.type("/")
    await page.see("#suggestions", "Teach me a face")
    await page.type("", "ArrowDown", "Tab")
    await page.type("Bob", "Enter")
    await page.see(".mine .words", "/enroll Bob")


async def test_one_can_be_somebody_else_and_reply_in_the_group(
    page: Page, sandbox: SandboxClient, bot: Bot
) -> None:
    asked = await bot.send_message(FAMILY, "<i>Who is this?</i>", parse_mode=ParseMode.HTML)
    await page.browser.locator("#person").select_option(str(BEN))
    await page.see("#chat-note", "bot")
    await page.click("#chats li:nth-child(2) button")
    await page.see("#chat-title", "Family")
    await page.see(".words", "Who is this?")
    await page.click(".reply")
    await page.type("Cleo", "Enter")
    await page.see(".mine .quote", "Who is this?")
    (last,) = (await sandbox.history(FAMILY))[-1:]
    assert (last["from"]["id"], last["reply_to_message"]["message_id"]) == (BEN, asked.message_id)


async def test_a_picture_is_enlarged_by_a_press_and_closed_by_escape(
    page: Page, sandbox: SandboxClient, picture: Picture
) -> None:
    await sandbox.send_photo(ANN, picture())
    await page.see(".pictures button")
    await page.click(".pictures button")
    await page.see("#viewer[open]")
    await page.click("#viewer .icon")
    await page.see("#text:not(dialog[open] *)")


async def test_the_page_tells_whether_a_bot_is_there_and_how_to_go_on(page: Page, bot: Bot) -> None:
    await page.see("#banner", "The bot is starting")
    await bot.get_updates()
    await page.see("main:has(#banner[hidden])")
    await page.click("#help summary")
    assert "TELEGRAM_BOT_TOKEN" in await page.see("#help", "@BotFather")
