"""One tab of the browser with the page in it, in the words of somebody who uses it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib.resources import files
from typing import Any

from playwright.async_api import ConsoleMessage, Locator, Page, Request, expect

ANYWHERE: dict[str, object] = {"locale": "en-US", "timezone_id": "UTC"}
"""What a browser would else take from the machine that it runs on."""
DESKTOP: dict[str, object] = {"viewport": {"width": 1366, "height": 820}}
PHONE: dict[str, object] = {
    "viewport": {"width": 390, "height": 800},
    "has_touch": True,
    "is_mobile": True,
}
DARK: dict[str, object] = {"color_scheme": "dark"}

AXE = files("axe_playwright_python").joinpath("axe.min.js")


class Tab:
    """A page in a browser. `complaints` is what it wrote to the console, failed at, or asked of other machines."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._watch)

    def _hear(self, said: ConsoleMessage) -> None:
        # While the server is away the browser itself reports each attempt to reach it.
        if said.type in {"error", "warning"} and "ERR_CONNECTION_REFUSED" not in said.text:
            self.complaints.append(said.text)

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.url, self.url.replace("http", "ws", 1), "blob:")):
            self.complaints.append(f"asked for {request.url}")

    async def come_in(self) -> None:
        """Open the page and wait until its first channel is there."""
        await self.page.goto(self.url)
        await self.settle()

    async def settle(self) -> None:
        """Wait until the messages are there that were asked for last, as somebody does who looks before they act."""
        await expect(self.page.locator("#messages")).not_to_have_attribute("aria-busy", "true")

    @property
    def narrow(self) -> bool:
        """Whether channels and rows lie in a drawer and a sheet."""
        size = self.page.viewport_size
        return size is not None and size["width"] < 760

    @property
    def messages(self) -> Locator:
        """All messages shown, oldest first."""
        return self.page.locator("#messages > li.message")

    def message(self, text: str) -> Locator:
        """The newest message with a text in its body, quotes not counted."""
        body = self.page.locator(".content .text, .content .thinking", has_text=text)
        return self.messages.filter(has=body).last

    async def open_channels(self) -> None:
        """Bring the channels into view."""
        if self.narrow:
            await self.page.get_by_role("button", name="Channels").tap()

    async def press_channel(self, channel: str | re.Pattern[str]) -> None:
        """Choose a channel or thread from the list, and wait for nothing."""
        await self.open_channels()
        await self.page.locator("#channels").get_by_role("button", name=channel).click()

    async def go_to(self, channel: str | re.Pattern[str]) -> None:
        """Open a channel or thread from the list."""
        await self.press_channel(channel)
        await self.settle()

    async def press_person(self, name: str) -> None:
        """Choose whose place to take, and wait for nothing."""
        await self.open_channels()
        await self.page.locator("#people").get_by_text(name, exact=True).click()
        await expect(self.page.get_by_role("radio", name=re.compile(f"^{name}\\b"))).to_be_checked()
        if self.narrow:
            await self.page.keyboard.press("Escape")

    async def be(self, name: str) -> None:
        """Take somebody's place."""
        await self.press_person(name)
        await self.settle()

    async def speak(self, language: str) -> None:
        """Set the present person's Discord to a language."""
        await self.open_channels()
        await self.page.get_by_label("Language in Discord").select_option(label=language)
        await self.settle()

    async def write(self, text: str) -> None:
        """Write and send a message."""
        await self.page.locator("#composer-text").fill(text)
        await self.page.locator("#composer .send").click()

    async def begin(self, command: str) -> None:
        """Write a slash command in full, and wait for its fields."""
        await self.write(f"/{command}")
        await expect(self.page.locator("#command")).to_be_visible()

    async def send(self) -> None:
        """Send what the composer holds."""
        await self.page.locator("#composer .send").click()

    async def choose(self, message: Locator, entry: str, *, app: bool = False) -> None:
        """Choose from a message's menu; `app` says that the entry is an application's."""
        await message.hover()
        await message.get_by_role("button", name="More", exact=True).click()
        group = self.page.get_by_role("group", name="Apps" if app else "Message", exact=True)
        await group.get_by_role("menuitem", name=entry, exact=True).click()

    async def rows(self) -> Locator:
        """The rows of the table that is shown, newest first."""
        if not await self.page.locator("#rows").is_visible():
            await self.page.get_by_role("button", name="Database").click()
        return self.page.locator("#row-list > li")

    async def violations(self) -> list[str]:
        """What axe-core finds wrong for people who see, hear or move otherwise."""
        await self.page.evaluate(AXE.read_text("utf-8"))
        found: dict[str, Any] = await self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [
            f"{each['id']}: {each['help']} ({', '.join(str(node['target']) for node in each['nodes'][:3])})"
            for each in found["violations"]
        ]


Opening = Callable[..., AbstractAsyncContextManager[Tab]]
"""What the fixture `open_tab` is."""
