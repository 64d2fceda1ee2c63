"""Direct messages on the page: who sees them, and how one learns that there is one."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from bot.demo.stage import Stage
from bot.sandbox import Message, Person
from bot.sandbox.direct import open_direct
from bot.sandbox.drafts import read_post
from bot.sandbox.messages import create_message
from bot.sandbox.page import Page
from tests.browser.tab import DARK, DESKTOP, PHONE, Opening

pytestmark = pytest.mark.asyncio(loop_scope="module")


def written(stage: Stage, to: Person, text: str) -> Message:
    """What the bot writes to somebody."""
    world, bot = stage.discord.world, stage.app.bot
    channel = open_direct(world, bot, to.id)
    return create_message(world, channel.guild.members[bot.id], channel, read_post({"content": text}))


@pytest.mark.parametrize("kind", [DESKTOP | DARK, PHONE], ids=["desktop", "phone"])
async def test_one_finds_what_the_bot_wrote_to_oneself(
    stage: Stage, page: Page, open_tab: Opening, kind: dict[str, object]
) -> None:
    written(stage, stage.alice, "Before the page was opened")
    async with open_tab(page.url, kind | {"bypass_csp": True}) as tab:
        written(stage, stage.alice, "And after")
        if tab.narrow:
            await tab.page.get_by_role("button", name="direct messages: 2 unread").tap()
        letters = tab.page.locator("#channels").get_by_role("button", name=re.compile("Oped ?, 2 unread"))
        await expect(letters).to_be_visible()
        assert await tab.violations() == []
        await letters.click()
        await expect(tab.page.locator("#here")).to_have_text("@Oped")
        await expect(tab.message("Before the page was opened")).to_be_visible()
        assert await tab.violations() == []
        written(stage, stage.alice, "Read at once")
        await expect(tab.message("Read at once")).to_be_visible()
        await tab.go_to("articles")
        await tab.open_channels()
        await expect(tab.page.locator("#channels").get_by_role("button", name="Oped")).to_have_text("Oped")
        # Read is read, also where the page is opened anew.
        await tab.come_in()
        await tab.open_channels()
        await expect(tab.page.locator("#channels").get_by_role("button", name="Oped")).to_have_text("Oped")


async def test_nobody_sees_anothers(stage: Stage, page: Page, open_tab: Opening) -> None:
    async with open_tab(page.url) as tab:
        await tab.be("Ben")
        written(stage, stage.alice, "For Alice alone")
        await stage.ben.say(stage.articles, "For all")
        await expect(tab.message("For all")).to_be_visible()
        await expect(tab.page.get_by_role("button", name="Oped")).to_have_count(0)
        await tab.be("Alice")
        await tab.go_to("Oped")
        await expect(tab.message("For Alice alone")).to_be_visible()
        # Whoever takes another's place leaves these behind.
        await tab.be("Ben")
        await expect(tab.page.locator("#here")).to_have_text("#articles")
        await expect(tab.message("For Alice alone")).to_have_count(0)


async def test_one_can_answer_and_react_but_delete_only_ones_own(
    stage: Stage, page: Page, open_tab: Opening
) -> None:
    letter = written(stage, stage.mo, "Something new")
    async with open_tab(page.url) as tab:
        await tab.be("Mo")
        await tab.go_to("Oped")
        await tab.write("Thank you")
        await expect(tab.message("Thank you")).to_be_visible()
        await tab.choose(tab.message("Something new"), "React with ❤️")
        await expect(tab.message("Something new").get_by_role("button", name="❤️, 1 person")).to_be_visible()
        assert letter.reactions == {"❤️": [stage.mo.id]}
        await tab.message("Something new").get_by_role("button", name="More", exact=True).click()
        await expect(tab.page.get_by_role("menuitem", name="Reply")).to_be_visible()
        await expect(tab.page.get_by_role("menuitem", name="Delete message")).to_have_count(0)
        await tab.page.keyboard.press("Escape")
        await tab.choose(tab.message("Thank you"), "Delete message")
        await tab.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        await expect(tab.message("Thank you")).to_have_count(0)
