"""The page on a slow line: what is written while an answer is awaited goes where it was meant to."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import WebSocketRoute, expect

from bot.demo.stage import Stage
from bot.sandbox.commands import CHAT_INPUT, overwrite_commands
from bot.sandbox.options import STRING
from bot.sandbox.page import Page
from tests.browser.tab import DESKTOP, Opening, Tab

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Line:
    """What the server tells a tab. While the line is `held` it waits, and comes in its order once it is not."""

    def __init__(self) -> None:
        self.held = False
        self._waiting: list[str | bytes] = []
        self._socket: WebSocketRoute | None = None

    async def lay(self, tab: Tab) -> None:
        """Run a tab's connection over this line."""
        await tab.page.route_web_socket(re.compile("/live$"), self._connect)
        await tab.come_in()

    def _connect(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.connect_to_server().on_message(self._take)

    def _take(self, message: str | bytes) -> None:
        self._waiting.append(message)
        if not self.held:
            self.let_go()

    def let_go(self) -> None:
        """Let through what has waited, and what comes from now on."""
        assert self._socket is not None
        self.held = False
        while self._waiting:
            self._socket.send(self._waiting.pop(0))


async def test_words_go_to_the_channel_that_was_chosen(stage: Stage, page: Page, open_tab: Opening) -> None:
    trees = await stage.mo.open_thread(stage.articles, "Trees")
    await stage.ben.say(trees, "What is this about?")
    line = Line()
    async with open_tab(page.url) as tab:
        await line.lay(tab)
        await tab.page.locator("#composer-text").fill("Half a thought")
        line.held = True
        await tab.press_channel("Trees")
        await tab.page.locator("#composer-text").fill("About the trees")
        line.let_go()
        await expect(tab.message("What is this about?")).to_be_visible()
        await expect(tab.page.locator("#composer-text")).to_have_value("About the trees")
        await tab.send()
        await expect(tab.message("About the trees")).to_be_visible()
        said = [each.content for each in trees.messages.values()]
        assert said == ["What is this about?", "About the trees"]
        await tab.go_to("articles")
        await expect(tab.page.locator("#composer-text")).to_have_value("Half a thought")


async def test_the_channel_chosen_last_is_the_one_that_shows(
    stage: Stage, page: Page, open_tab: Opening
) -> None:
    await stage.ben.say(stage.articles, "In the first")
    trees = await stage.mo.open_thread(stage.articles, "Trees")
    await stage.ben.say(trees, "In the second")
    line = Line()
    async with open_tab(page.url) as tab:
        await line.lay(tab)
        line.held = True
        await tab.press_channel("Trees")
        await expect(tab.page.locator("#here")).to_have_text("Trees")
        await expect(tab.message("In the first")).to_have_count(0)
        await tab.press_channel("articles")
        line.let_go()
        await expect(tab.message("In the first")).to_be_visible()
        await expect(tab.message("In the second")).to_have_count(0)
        await expect(tab.page.locator("#here")).to_have_text("#articles")


async def test_nobody_writes_before_it_is_settled_who_they_are(
    stage: Stage, page: Page, open_tab: Opening
) -> None:
    line = Line()
    async with open_tab(page.url) as tab:
        await line.lay(tab)
        line.held = True
        await tab.press_person("Ben")
        await expect(tab.page.locator("#composer-text")).to_be_disabled()
        await expect(tab.page.locator("#messages")).to_have_attribute("aria-busy", "true")
        line.let_go()
        await tab.write("I am Ben")
        await expect(tab.message("I am Ben")).to_be_visible()
        (said,) = stage.articles.messages.values()
        assert said.author is stage.ben.member.user


async def test_a_refusal_that_comes_late_keeps_the_words_where_they_were_written(
    stage: Stage, page: Page, open_tab: Opening
) -> None:
    stage.articles.slow_mode = 60
    await stage.mo.open_thread(stage.articles, "Trees")
    line = Line()
    async with open_tab(page.url) as tab:
        await line.lay(tab)
        await tab.write("Once")
        await expect(tab.message("Once")).to_be_visible()
        line.held = True
        await tab.write("Twice")
        await tab.press_channel("Trees")
        line.let_go()
        await expect(tab.page.get_by_text("Slow mode is on")).to_be_visible()
        await expect(tab.page.locator("#composer-text")).to_have_value("")
        await tab.go_to("articles")
        await expect(tab.page.locator("#composer-text")).to_have_value("Twice")


async def test_suggestions_that_come_late_are_not_shown_over_the_command_they_led_to(
    stage: Stage, page: Page, open_tab: Opening
) -> None:
    mood = {
        "type": STRING,
        "name": "mood",
        "description": "How it is",
        "choices": [{"name": "Good", "value": "g"}],
    }
    command = {"type": CHAT_INPUT, "name": "weather", "description": "Say how it is", "options": [mood]}
    overwrite_commands(stage.discord.world, stage.app, None, [command])
    line = Line()
    async with open_tab(page.url, DESKTOP | {"bypass_csp": True}) as tab:
        await line.lay(tab)
        line.held = True
        await tab.write("/weather")
        line.let_go()
        await expect(tab.page.get_by_role("combobox", name="mood")).to_be_focused()
        await tab.page.get_by_role("option", name="Good").click()
        await expect(tab.page.locator("#suggestions > li")).to_have_count(0)
        await tab.page.get_by_role("button", name="Give up this command").click()
        await expect(tab.page.locator("#composer-text")).to_be_focused()
        assert await tab.violations() == []
