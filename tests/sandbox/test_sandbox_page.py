"""The chat page, driven in headless Chromium."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.chrome.webdriver import WebDriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, ReactionTypeEmoji
from telegram.constants import ParseMode

from tests.sandbox.conftest import Picture
from tests.support.sandbox import ANN, BEN, FAMILY, SandboxClient

pytestmark = pytest.mark.browser
WAIT_S = 20


class Page:
    """The page in a browser; its blocking calls run in threads, beside the sandbox's client."""

    def __init__(self, browser: WebDriver) -> None:
        self.browser = browser

    async def see(self, selector: str, text: str = "") -> str:
        """Wait until an element that the selector finds shows the text; its whole text."""
        return await asyncio.to_thread(self._see, selector, text)

    async def click(self, selector: str) -> None:
        await asyncio.to_thread(lambda: self.browser.find_element(By.CSS_SELECTOR, selector).click())

    async def type(self, *keys: str) -> None:
        field = self.browser.find_element(By.ID, "text")
        await asyncio.to_thread(field.send_keys, *keys)

    async def choose_files(self, *files: Path) -> None:
        field = self.browser.find_element(By.ID, "files")
        await asyncio.to_thread(field.send_keys, "\n".join(map(str, files)))

    def _see(self, selector: str, text: str) -> str:
        def shown(browser: WebDriver) -> str:
            texts = browser.execute_script(
                "return [...document.querySelectorAll(arguments[0])]"
                ".filter((element) => element.checkVisibility()).map((element) => element.innerText || ' ')",
                selector,
            )
            return next((found for found in texts if text in found), "")

        return str(WebDriverWait(self.browser, WAIT_S).until(shown, f"{selector} never showed {text!r}"))


@pytest.fixture(scope="module")
def browser() -> Iterator[WebDriver]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("needs chromium and chromedriver")
    options = Options()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,800"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(driver))
    yield started
    started.quit()


@pytest.fixture
async def page(browser: WebDriver, sandbox: SandboxClient) -> AsyncIterator[Page]:
    await asyncio.to_thread(browser.get, sandbox.address)
    opened = Page(browser)
    await opened.see("#chat-title", "Glance")
    yield opened
    entries: list[dict[str, str]] = browser.get_log("browser")  # type: ignore[no-untyped-call]
    complaints = [entry for entry in entries if entry["level"] == "SEVERE"]
    assert complaints == []


async def test_a_typed_message_reaches_the_bot_and_its_answer_is_shown(
    page: Page, sandbox: SandboxClient, bot: Bot
) -> None:
    await page.type("hello there", Keys.ENTER)
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
    assert "Sandbox" in page.browser.title


async def test_a_chosen_photo_is_sent_with_its_caption_as_an_album(
    page: Page, sandbox: SandboxClient, picture: Picture, tmp_path: Path
) -> None:
    files = [tmp_path / "one.jpg", tmp_path / "two.jpg"]
    for file in files:
        file.write_bytes(picture()[1])
    await page.choose_files(*files)
    await page.see("#attachments li")
    await page.type("/enroll Alice", Keys.ENTER)
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
    await page.type(Keys.ARROW_DOWN, Keys.TAB, "Bob", Keys.ENTER)
    await page.see(".mine .words", "/enroll Bob")


async def test_one_can_be_somebody_else_and_reply_in_the_group(
    page: Page, sandbox: SandboxClient, bot: Bot
) -> None:
    asked = await bot.send_message(FAMILY, "<i>Who is this?</i>", parse_mode=ParseMode.HTML)
    await page.click(f"#person option[value='{BEN}']")
    await page.see("#chat-note", "bot")
    await page.click("#chats li:nth-child(2) button")
    await page.see("#chat-title", "Family")
    await page.see(".words", "Who is this?")
    await page.click(".reply")
    await page.type("Cleo", Keys.ENTER)
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
