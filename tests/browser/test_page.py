"""The page by itself, over an embedded Discord on which no bot runs."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from bot.demo.stage import Stage
from bot.sandbox import Message, Permissions
from bot.sandbox.page import Page
from tests.browser.tab import DARK, DESKTOP, PHONE, Opening

pytestmark = pytest.mark.asyncio(loop_scope="module")

KINDS = pytest.mark.parametrize(
    "kind",
    [DESKTOP, DESKTOP | DARK, PHONE, PHONE | DARK],
    ids=["desktop", "desktop-dark", "phone", "phone-dark"],
)


async def talk(stage: Stage) -> Message:
    """A little of everything that messages can be."""
    first = await stage.alice.say(
        stage.articles,
        "# Title\n## Second\n-# By **Somebody** · <t:1700000000:f>\n> quoted\n```py\nprint(1)\n```\n- one\n  - two\n"
        f"1. first\n||hidden|| [masked](https://example.org) <@{stage.ben.id}> `code` __under__ ~~gone~~",
    )
    await stage.alice.reply(first, "An answer")
    thread = await stage.mo.open_thread(first, "A thread")
    await stage.ben.say(thread, "In the thread")
    return first


@KINDS
async def test_axe_finds_nothing_wrong(
    stage: Stage, page: Page, open_tab: Opening, kind: dict[str, object]
) -> None:
    await talk(stage)
    page.tell("guide", {"steps": ["Do **this**"]})
    table = {"name": "comment", "count": 1, "rows": [{"id": 1, "text": "One", "created_at": 1700000000000}]}
    page.tell("rows", {"path": "/tmp/x.db", "command": "oped show x", "tables": [table]})  # noqa: S108 - shown only
    async with open_tab(page.url, kind | {"bypass_csp": True}) as tab:
        await expect(tab.message("An answer")).to_be_visible()
        # A row that has just changed is lit up.
        table["rows"] = [{"id": 1, "text": "Two", "created_at": 1700000000000}]
        page.tell("rows", {"path": "/tmp/x.db", "command": "oped show x", "tables": [table]})  # noqa: S108 - as above
        assert await tab.violations() == []
        await tab.rows()
        assert await tab.violations() == []
        if tab.narrow:
            await tab.page.keyboard.press("Escape")
        await tab.open_channels()
        assert await tab.violations() == []
        if tab.narrow:
            await tab.page.keyboard.press("Escape")
        await tab.message("An answer").hover()
        await tab.message("An answer").get_by_role("button", name="More", exact=True).click()
        await expect(tab.page.get_by_role("menu")).to_be_visible()
        assert await tab.violations() == []
        await tab.page.get_by_role("menuitem", name="Delete message").click()
        await expect(tab.page.get_by_role("dialog")).to_be_visible()
        assert await tab.violations() == []


@pytest.mark.parametrize("kind", [DESKTOP, PHONE | DARK], ids=["desktop", "phone-dark"])
async def test_one_reacts_to_a_message_and_takes_it_back(
    stage: Stage, page: Page, open_tab: Opening, kind: dict[str, object]
) -> None:
    said = await stage.ben.say(stage.articles, "What do you say?")
    await stage.ben.react(said, "👍")
    async with open_tab(page.url, kind | {"bypass_csp": True}) as tab:
        message = tab.message("What do you say?")
        await message.hover()
        await message.get_by_role("button", name="More", exact=True).click()
        await tab.page.get_by_role("menuitem", name="React with ❤️").click()
        heart = message.get_by_role("button", name="❤️, 1 person")
        await expect(heart).to_have_attribute("aria-pressed", "true")
        assert await tab.violations() == []
        await message.get_by_role("button", name="👍, 1 person").click()
        await expect(message.get_by_role("button", name="👍, 2 people")).to_have_attribute(
            "aria-pressed", "true"
        )
        await heart.click()
        await expect(heart).to_have_count(0)
        assert said.reactions == {"👍": [stage.ben.id, stage.alice.id]}
        await stage.mo.clear_reactions(said)
        await expect(message.get_by_role("button", name="👍")).to_have_count(0)


async def test_a_pinned_message_is_marked_and_found(stage: Stage, page: Page, open_tab: Opening) -> None:
    said = await stage.ben.say(stage.articles, "Worth keeping")
    role = stage.server.members_role
    stage.server.grant(role, role.permissions | Permissions.PIN_MESSAGES)
    async with open_tab(page.url, PHONE | {"bypass_csp": True}) as tab:
        message = tab.message("Worth keeping")
        await expect(message).to_be_visible()
        await stage.mo.pin(said)
        await expect(message).to_contain_text("Pinned")
        await tab.page.get_by_role("button", name="Mo pinned a message").click()
        await expect(message).to_be_focused()
        assert await tab.violations() == []
        await stage.mo.unpin(said)
        await expect(message).not_to_contain_text("Pinned")


async def test_says_so_where_nothing_was_written_yet(page: Page, open_tab: Opening) -> None:
    async with open_tab(page.url) as tab:
        await expect(tab.page.locator("#start")).to_have_text("The beginning of #articles")
        await expect(tab.page.locator("#rows-body")).to_contain_text("Nothing is stored yet.")
        await expect(tab.page.locator("#trouble")).to_contain_text("The bot is away")


async def test_a_row_stays_lit_up_when_another_one_changes(page: Page, open_tab: Opening) -> None:
    rows = [{"id": 1, "text": "One"}, {"id": 2, "text": "Two"}]
    told = {
        "path": "x.db",
        "command": "oped show x",
        "tables": [{"name": "comment", "count": 2, "rows": rows}],
    }
    page.tell("rows", told)
    async with open_tab(page.url) as tab:
        listed = await tab.rows()
        await expect(listed).to_have_count(2)
        assert await tab.page.locator("#row-list .fresh").count() == 0
        for row in rows:
            row["text"] = "Changed"
            page.tell("rows", told)
        await expect(listed.nth(1)).to_contain_text("Changed")
        await expect(tab.page.locator("#row-list .fresh .changed")).to_have_text(
            ["textChanged", "textChanged"]
        )


async def test_markdown_shows_as_in_discord(stage: Stage, page: Page, open_tab: Opening) -> None:
    await talk(stage)
    async with open_tab(page.url) as tab:
        text = tab.message("Title").locator(".text")
        await expect(text.get_by_role("heading", name="Title")).to_be_visible()
        await expect(text.locator(".subtext strong")).to_have_text("Somebody")
        await expect(text.locator("time")).to_have_attribute("datetime", "2023-11-14T22:13:20.000Z")
        await expect(text.locator("blockquote")).to_have_text("quoted")
        await expect(text.locator("pre")).to_have_text("print(1)")
        await expect(text.locator("ul ul li")).to_have_text("two")
        await expect(text.locator("a")).to_have_attribute("href", "https://example.org")
        await expect(text.locator(".mention", has_text="@Ben")).to_be_visible()
        await expect(text.get_by_text("hidden")).to_have_count(0)
        await text.get_by_role("button", name="Spoiler").click()
        await expect(text.get_by_text("hidden")).to_be_visible()


async def test_a_quote_leads_to_what_it_quotes_and_follows_its_changes(
    stage: Stage, page: Page, open_tab: Opening
) -> None:
    first = await stage.alice.say(stage.articles, "The first word")
    for number in range(30):
        await stage.ben.say(stage.articles, f"Between {number}")
    await stage.ben.reply(first, "An answer")
    async with open_tab(page.url) as tab:
        quote = tab.message("An answer").locator(".quote")
        await quote.click()
        await expect(tab.message("The first word")).to_be_focused()
        await expect(tab.message("The first word")).to_be_in_viewport()
        await stage.alice.edit(first, "Another word")
        await expect(quote).to_contain_text("Another word")
        await stage.alice.delete(first)
        await expect(quote).to_have_text("The original message was deleted")


async def test_hostile_words_stay_words(stage: Stage, page: Page, open_tab: Opening) -> None:
    attack = (
        "<script>window.hit = 1</script><img src=x onerror='window.hit = 1'><svg onload='window.hit = 1'>\n"
        '[a](javascript:window.hit=1) [b](https://example.org/"onmouseover="window.hit=1) <t:99999999999999:R>\n'
        "[c](data:text/html,<script>window.hit=1</script>) <style>*{display:none}</style> @everyone <@&1> <#2>"
    )
    await stage.alice.say(stage.articles, attack)
    await stage.mo.open_thread(stage.articles, "</span><script>window.hit = 1</script>")
    table = {"name": "comment", "count": 1, "rows": [{"id": 1, "text": attack}]}
    page.tell("rows", {"path": attack, "command": attack, "tables": [table]})
    async with open_tab(page.url) as tab:
        await expect(tab.message("<script>window.hit = 1</script>")).to_be_visible()
        await expect(tab.page.locator("#row-list")).to_contain_text("onerror")
        links = await tab.messages.locator("a").evaluate_all("all => all.map(each => each.href)")
        assert all(each.startswith("https://example.org/") for each in links)
        assert await tab.page.evaluate("window.hit") is None
        assert await tab.page.locator("#messages :is(script, img, style, iframe)").count() == 0


async def test_nested_markup_does_not_keep_the_page_busy(stage: Stage, page: Page, open_tab: Opening) -> None:
    for text in ("*_" * 1000, "[" * 2000, "||" * 1000, "`" * 1999, "> " * 1000, "**__" * 500, "- " * 1000):
        await stage.ben.say(stage.articles, text)
    await stage.ben.say(stage.articles, "Done")
    async with open_tab(page.url) as tab:
        await expect(tab.message("Done")).to_be_visible()


async def test_two_pages_each_see_their_own(stage: Stage, page: Page, open_tab: Opening) -> None:
    secret = stage.server.add_text_channel("editors")
    stage.server.set_permissions(secret, stage.server.guild.everyone, deny=Permissions.VIEW_CHANNEL)
    stage.server.set_permissions(secret, stage.mo, allow=Permissions.VIEW_CHANNEL)
    async with open_tab(page.url) as hers, open_tab(page.url) as his:
        await his.be("Mo")
        await expect(his.page.get_by_role("button", name="editors")).to_be_visible()
        await expect(hers.page.get_by_role("button", name="editors")).to_have_count(0)
        await hers.write("From Alice")
        await expect(his.message("From Alice")).to_be_visible()
        await his.choose(his.message("From Alice"), "Delete message")
        await his.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        await expect(hers.message("From Alice")).to_have_count(0)
        await stage.mo.say(secret, "Among us")
        await his.go_to("editors")
        await expect(his.message("Among us")).to_be_visible()
        await his.be("Ben")
        await expect(his.page.locator("#here")).to_have_text("#articles")


async def test_a_click_counts_though_what_is_clicked_changes_meanwhile(
    stage: Stage, page: Page, open_tab: Opening
) -> None:
    letters = stage.server.add_text_channel("letters")
    async with open_tab(page.url) as tab, open_tab(page.url) as witness:
        button = tab.page.get_by_role("button", name="letters")
        await button.hover()
        await tab.page.mouse.down()
        await stage.ben.say(letters, "Dear all")
        await stage.ben.say(stage.articles, "Look over there")
        await expect(witness.message("Look over there")).to_be_visible()
        await tab.page.wait_for_timeout(300)  # The page has heard of both by now.
        await tab.page.mouse.up()
        await expect(tab.page.locator("#here")).to_have_text("#letters")
        await expect(tab.message("Dear all")).to_be_visible()
        await tab.go_to("articles")
        await expect(tab.message("Look over there")).to_be_visible()


async def test_what_one_may_not_do_is_refused_in_a_sentence(
    stage: Stage, page: Page, open_tab: Opening
) -> None:
    async with open_tab(page.url) as tab:
        stage.articles.slow_mode = 60
        await tab.write("Once")
        await expect(tab.message("Once")).to_be_visible()
        await tab.write("Twice")
        await expect(tab.page.locator("#toasts")).to_contain_text("Slow mode is on")
        await expect(tab.page.locator("#composer-text")).to_have_value("Twice")


async def test_a_locked_thread_cannot_be_written_in(stage: Stage, page: Page, open_tab: Opening) -> None:
    thread = await stage.mo.open_thread(stage.articles, "Closed")
    await stage.mo.change_thread(thread, locked=True)
    async with open_tab(page.url) as tab:
        await tab.go_to("Closed")
        await expect(tab.page.locator("#composer-text")).to_be_disabled()
        await tab.be("Mo")
        await expect(tab.page.locator("#composer-text")).to_be_enabled()


async def test_everything_works_by_keyboard_alone(stage: Stage, page: Page, open_tab: Opening) -> None:
    await stage.ben.say(stage.articles, "Good morning")
    await stage.ben.say(stage.articles, "Anybody there?")
    async with open_tab(page.url) as tab:
        keys = tab.page.keyboard
        await keys.press("Tab")
        await expect(tab.page.get_by_text("Skip to the message box")).to_be_focused()
        await keys.press("Tab")
        await keys.press("ArrowDown")
        await keys.press("Enter")
        await expect(tab.page.locator("#here")).to_have_text("#debate")
        await keys.press("ArrowUp")
        await keys.press("Enter")
        await expect(tab.page.locator("#here")).to_have_text("#articles")
        await tab.message("Anybody there?").focus()
        await keys.press("ArrowUp")
        await expect(tab.message("Good morning")).to_be_focused()
        await keys.press("Enter")
        await expect(tab.page.get_by_role("menuitem", name="Reply")).to_be_focused()
        await keys.press("Escape")
        await expect(tab.message("Good morning")).to_be_focused()
        await keys.press("r")
        await keys.type("Good morning to you")
        await keys.press("Enter")
        await expect(tab.message("Good morning to you").locator(".quote")).to_contain_text("Good morning")
        await keys.press("ArrowUp")
        await expect(tab.page.locator("#mode")).to_contain_text("Editing your message")
        await keys.press("Escape")
        await expect(tab.page.locator("#mode")).to_be_hidden()
        await tab.page.get_by_role("radio", name="Alice").focus()
        await keys.press("ArrowDown")
        await expect(tab.page.get_by_role("radio", name="Ben")).to_be_focused()
        await expect(tab.page.get_by_role("radio", name="Ben")).to_be_checked()


async def test_of_five_thousand_messages_a_window_is_held(
    stage: Stage, page: Page, open_tab: Opening
) -> None:
    for number in range(5_000):
        await stage.ben.say(stage.articles, f"Message {number}")
    first = min(stage.articles.messages)
    async with open_tab(page.url) as tab:
        await expect(tab.message("Message 4999")).to_be_in_viewport()
        for _ in range(12):
            oldest = str(await tab.messages.first.get_attribute("data-id"))
            await tab.page.locator("#scroll").evaluate("it => { it.scrollTop = 0; }")
            await expect(tab.messages.first).not_to_have_attribute("data-id", oldest)
        # However far one goes back, the page holds no more than this.
        await expect(tab.messages).to_have_count(300)
        await tab.page.get_by_role("button", name="Jump to the newest").click()
        await expect(tab.message("Message 4999")).to_be_in_viewport()
        await stage.ben.say(
            stage.articles,
            f"https://discord.com/channels/{stage.server.id}/{stage.articles.id}/{first}",
        )
        await tab.messages.last.locator("a").click()
        await expect(tab.message("Message 0")).to_be_in_viewport()


async def test_tells_when_the_server_is_gone_and_goes_on_when_it_is_back(
    stage: Stage, page: Page, open_tab: Opening
) -> None:
    async with open_tab(page.url) as tab:
        await tab.page.locator("#composer-text").fill("Half a thought")
        await page.stop()
        await expect(tab.page.locator("#trouble")).to_contain_text("Connection lost, trying again")
        await stage.ben.say(stage.articles, "Said meanwhile")
        await page.start()
        await expect(tab.message("Said meanwhile")).to_be_visible()
        await expect(tab.page.locator("#composer-text")).to_have_value("Half a thought")
        await expect(tab.page.locator("#trouble")).to_contain_text("The bot is away")


async def test_the_colours_that_were_chosen_are_kept(page: Page, open_tab: Opening) -> None:
    async with open_tab(page.url) as tab:
        await expect(tab.page.locator("html")).to_have_attribute("data-theme", "light")
        await tab.page.get_by_role("button", name="Dark colours").click()
        await expect(tab.page.locator("html")).to_have_attribute("data-theme", "dark")
        await tab.come_in()
        await expect(tab.page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_a_phone_has_a_drawer_and_a_sheet(stage: Stage, page: Page, open_tab: Opening) -> None:
    await stage.mo.open_thread(stage.articles, "A thread")
    async with open_tab(page.url, PHONE) as tab:
        await expect(tab.page.locator("#places")).to_be_hidden()
        await tab.go_to("A thread")
        await expect(tab.page.locator("#here")).to_have_text("A thread")
        await expect(tab.page.locator("#places")).to_be_hidden()
        await tab.rows()
        await expect(tab.page.locator("#rows")).to_be_in_viewport()
        await tab.page.get_by_role("button", name="Close").click()
        await expect(tab.page.locator("#rows")).to_be_hidden()
        width = await tab.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390


async def test_a_forum_lists_its_posts(stage: Stage, page: Page, open_tab: Opening) -> None:
    await stage.ben.post(stage.forum, "On rivers", "A river is a promise", tags=["opinion"])
    async with open_tab(page.url) as tab:
        await tab.go_to("debate")
        await tab.page.locator("#messages").get_by_role("button", name="On rivers").click()
        await expect(tab.message("A river is a promise")).to_be_visible()
        await tab.write("Is it?")
        await expect(tab.message("Is it?")).to_be_visible()


async def test_a_member_opens_a_thread_on_a_message(stage: Stage, page: Page, open_tab: Opening) -> None:
    await stage.ben.say(stage.articles, "Something to talk about")
    async with open_tab(page.url) as tab:
        await tab.choose(tab.message("Something to talk about"), "Create thread")
        await tab.page.get_by_label("Name of the thread").fill("Talk")
        await tab.page.get_by_role("button", name="Create", exact=True).click()
        await expect(tab.page.locator("#here")).to_have_text("Talk")
        await tab.write("I begin")
        await tab.go_to("articles")
        await expect(tab.page.locator(".thread-link")).to_contain_text(re.compile("Talk .*1 message"))
