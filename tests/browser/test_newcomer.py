"""What a newcomer does with the demo, as member and as moderator: the real bot, its database, a real browser."""

from __future__ import annotations

import asyncio
import json
import re
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.demo.live import Demo, live_demo
from bot.sandbox import Permissions
from tests.browser.tab import DARK, DESKTOP, PHONE, Opening

pytestmark = pytest.mark.asyncio(loop_scope="module")

THREAD = re.compile("^Comments: ")


class Usage(NamedTuple):
    """What `shutil.disk_usage` tells."""

    total: int
    used: int
    free: int


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo(browser: object) -> AsyncIterator[Demo]:
    async with live_demo() as running:
        yield running


async def posted(demo: Demo) -> None:
    """Wait until the sample stands there with its four comments; whoever opened a tab has set it going."""
    await demo.stage.discord.until(
        lambda: any(each.message_count >= 4 for each in demo.stage.server.guild.threads.values()), 60
    )


async def stored(demo: Demo) -> list[dict[str, object]]:
    (slug,) = demo.posted
    process = await demo.bot.run("show", slug, "--json", stdout=PIPE, stderr=PIPE)
    output, _ = await process.communicate()
    return list(json.loads(output)["comments"])


async def test_sees_the_article_being_posted_then_replies_and_sees_the_row(
    demo: Demo, open_tab: Opening
) -> None:
    async with open_tab(demo.page.url) as tab:
        await expect(tab.message("Post").filter(has_text="Only you can see this")).to_be_visible()
        await expect(tab.message("Posted in #articles")).to_be_visible()
        await tab.be("Alice")
        await expect(tab.page.get_by_text("Only you can see this")).to_have_count(0)
        await tab.page.locator(".thread-link").click()
        await expect(tab.page.locator("#here")).to_contain_text("Comments: ")
        target = tab.messages.filter(has_text="Reader 4").last
        await target.hover()
        await target.get_by_role("button", name="Reply", exact=True).click()
        await expect(tab.page.locator("#mode")).to_contain_text("Replying to Oped")
        await tab.page.keyboard.type("I had not *seen* it that way.")
        await tab.page.keyboard.press("Enter")
        row = (await tab.rows()).first  # first of all: it is lit for some seconds only
        await expect(row.and_(tab.page.locator(".fresh"))).to_contain_text("I had not *seen* it that way.")
        written = tab.message("I had not seen it that way.")
        await expect(written.locator("em")).to_have_text("seen")
        await expect(written.locator(".quote")).to_contain_text("Reader 4")
        assert (await stored(demo))[-1]["text"] == "I had not *seen* it that way."


@pytest.mark.parametrize("kind", [DESKTOP, PHONE | DARK], ids=["desktop", "phone"])
async def test_a_member_writes_edits_and_deletes(
    demo: Demo, open_tab: Opening, kind: dict[str, object]
) -> None:
    async with open_tab(demo.page.url, kind) as tab:
        await posted(demo)
        await tab.be("Ben")
        await tab.go_to(THREAD)
        await tab.write("A slip of the keyboard")
        await tab.choose(tab.message("A slip of the keyboard"), "Edit message")
        await expect(tab.page.locator("#composer-text")).to_have_value("A slip of the keyboard")
        await tab.write("What I meant")
        await expect(tab.message("What I meant")).to_contain_text("(edited)")
        await expect((await tab.rows()).first).to_contain_text("What I meant")
        if tab.narrow:
            await tab.page.keyboard.press("Escape")
        await tab.choose(tab.message("What I meant"), "Delete message")
        await tab.page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
        await expect(tab.message("What I meant")).to_have_count(0)
        await expect((await tab.rows()).first).to_contain_text("deleted")


@pytest.mark.parametrize("kind", [DESKTOP | DARK, PHONE], ids=["desktop", "phone"])
async def test_a_member_uses_the_form_and_my_comment(
    demo: Demo, open_tab: Opening, kind: dict[str, object]
) -> None:
    # Both kinds share one demonstration, whose answers stay in the channel.
    words = "Written on a phone" if kind is PHONE else "Written at a desk"
    async with open_tab(demo.page.url, kind) as tab:
        await posted(demo)
        await tab.be("Alice")
        await tab.go_to("articles")
        await tab.page.get_by_role("button", name="Enter a comment").click()
        form = tab.page.get_by_role("dialog")
        await expect(form).to_contain_text("Enter comments here:")
        await form.get_by_label("Your comment").fill(words)
        await form.get_by_role("button", name="Send").click()
        await expect(tab.message("Thank you. Your comment appears")).to_be_visible()
        await tab.go_to(THREAD)
        await expect(tab.message(words)).to_contain_text("Alice")
        await tab.choose(tab.message(words), "My comment", app=True)
        answer = tab.messages.filter(has_text="Only you can see this").filter(has_text=words)
        await answer.get_by_role("button", name="Edit", exact=True).click()
        field = tab.page.get_by_role("dialog").get_by_label("Your comment")
        await expect(field).to_have_value(words)
        await field.fill(f"{words}, then changed")
        await tab.page.get_by_role("dialog").get_by_role("button", name="Send").click()
        await expect(tab.message(f"{words}, then changed")).to_be_visible()
        await tab.message("Your comment is changed.").get_by_role("button", name="Dismiss message").click()
        await expect(tab.message("Your comment is changed.")).to_have_count(0)


@pytest.mark.parametrize("kind", [DESKTOP | DARK, PHONE], ids=["desktop", "phone"])
async def test_a_moderator_runs_a_slash_command_with_autocomplete(
    demo: Demo, open_tab: Opening, kind: dict[str, object]
) -> None:
    async with open_tab(demo.page.url, kind | {"bypass_csp": True}) as tab:
        await posted(demo)
        await tab.be("Mo")
        await tab.go_to("articles")
        await tab.page.locator("#composer-text").press_sequentially("/article sta")
        await expect(tab.page.get_by_role("option", name="/article status")).to_be_visible()
        assert await tab.violations() == []
        await tab.page.keyboard.press("Tab")
        await expect(tab.page.get_by_label("publication")).to_be_focused()
        await tab.page.keyboard.type("neigh")
        await expect(tab.page.get_by_role("option", name="Neighbour")).to_be_visible()
        assert await tab.violations() == []
        await tab.page.keyboard.press("Enter")
        await tab.page.keyboard.press("Enter")
        answer = tab.message("messages posted, requested")
        await expect(answer).to_contain_text("Mo used /article status")
        await expect(answer).to_contain_text("Only you can see this")


@pytest.mark.parametrize("kind", [DESKTOP | DARK, PHONE], ids=["desktop", "phone"])
async def test_a_moderator_chooses_channels_and_roles_in_a_panel(
    demo: Demo, open_tab: Opening, kind: dict[str, object]
) -> None:
    role = demo.stage.server.add_role("Narrow" if kind is PHONE else "Wide", Permissions.NONE)
    async with open_tab(demo.page.url, kind | {"bypass_csp": True}) as tab:
        await posted(demo)
        await tab.be("Mo")
        await tab.go_to("articles")
        await tab.begin("settings")
        await tab.send()
        panel = tab.message("Settings of this server")
        await panel.get_by_label("Where moderation is logged").select_option(label="#articles")
        await expect(panel).to_contain_text("Log of moderation: #articles")
        await panel.get_by_label("Roles that may moderate").select_option(label=role.name)
        await panel.get_by_role("button", name="Choose").click()
        await expect(panel).to_contain_text(f"besides those with Manage Messages: @{role.name}")
        assert await tab.violations() == []
        await panel.get_by_label("Where moderation is logged").select_option(value="")
        await expect(panel).to_contain_text("Log of moderation: nowhere")
        # Both kinds share one demonstration, in which the answer would stay.
        await panel.get_by_role("button", name="Dismiss message").click()
        await expect(panel).to_have_count(0)


@pytest.mark.parametrize("kind", [DESKTOP | DARK, PHONE], ids=["desktop", "phone"])
async def test_a_picture_shows_with_its_alternative_text(
    demo: Demo, open_tab: Opening, kind: dict[str, object]
) -> None:
    async with open_tab(demo.page.url, kind | {"bypass_csp": True}) as tab:
        await posted(demo)
        await tab.be("Mo")
        await tab.go_to("articles")
        await tab.page.locator("#scroll").evaluate("it => { it.scrollTop = 0; }")
        await tab.begin("article stats")
        await tab.page.keyboard.type("Neigh")
        await tab.page.get_by_role("option", name="Neighbour").click()
        await tab.send()
        picture = tab.messages.last.get_by_role("img", name="comments")
        await expect(picture).to_be_visible()
        await picture.evaluate("it => it.decode()")
        await expect(tab.messages.last.get_by_role("button", name="Dismiss message")).to_be_in_viewport()
        box = await picture.bounding_box()
        width = await tab.page.evaluate("document.documentElement.clientWidth")
        assert box is not None
        assert box["x"] + box["width"] <= width
        assert await tab.violations() == []
        await tab.messages.last.get_by_role("button", name="Dismiss message").click()


async def test_a_file_can_be_taken_along_but_is_never_shown_as_a_page(demo: Demo, open_tab: Opening) -> None:
    async with open_tab(demo.page.url) as tab:
        await posted(demo)
        await tab.be("Ben")
        await tab.go_to("articles")
        await tab.begin("privacy export")
        await tab.send()
        link = tab.messages.last.locator("a.attachment")
        async with tab.page.expect_download() as begun:
            await link.click()
        download = await begun.value
        assert json.loads(await asyncio.to_thread(Path(await download.path()).read_bytes))
        address = f"{demo.page.url.rstrip('/')}{await link.get_attribute('href')}"
        answer = await tab.page.request.get(address)
        assert answer.headers["content-disposition"] == "attachment"
        assert answer.headers["content-type"] == "application/octet-stream"
        elsewhere = await tab.page.request.get(re.sub(r"/\d+/([^/]+)$", r"/1/\1", address))
        assert elsewhere.status == 404


async def test_a_member_is_answered_in_the_language_of_their_discord(demo: Demo, open_tab: Opening) -> None:
    async with open_tab(demo.page.url, PHONE | {"bypass_csp": True}) as tab:
        await posted(demo)
        await tab.be("Ben")
        await tab.speak("Українська")
        assert await tab.violations() == []
        await tab.page.keyboard.press("Escape")
        await tab.go_to("articles")
        await tab.page.locator("#composer-text").press_sequentially("/follow list")
        await expect(tab.page.get_by_role("option", name="/follow list")).not_to_contain_text("List")
        # Pressed twice, as one does where nothing seems to happen: it is no message.
        await tab.page.evaluate("for (const n of [1, 2]) document.forms.composer.requestSubmit()")
        await expect(tab.page.locator("#command")).to_be_visible()
        await tab.send()
        await expect(tab.message("Ви тут ні за чим не стежите")).to_be_visible()
        await expect(tab.message("/follow list")).to_have_count(0)
        await demo.stage.mo.say(demo.stage.articles, "<t:1700000000:D> in Kyiv")
        await expect(tab.message("in Kyiv")).to_contain_text("14 листопада 2023")
        await tab.speak("English")


async def test_an_answer_that_a_button_has_changed_stands_there_once(demo: Demo, open_tab: Opening) -> None:
    async with open_tab(demo.page.url) as tab:
        await posted(demo)
        await tab.be("Ben")
        await tab.go_to("articles")
        await tab.begin("help")
        await tab.send()
        answer = tab.message("Choose a topic")
        await answer.get_by_role("button", name="Following").click()
        changed = tab.messages.filter(has_text="/follow news")
        await expect(changed).to_have_count(1)
        await tab.come_in()
        await tab.go_to("articles")
        await expect(changed).to_have_count(1)


async def test_a_member_is_not_offered_what_moderators_are(demo: Demo, open_tab: Opening) -> None:
    async with open_tab(demo.page.url) as tab:
        await posted(demo)
        await tab.be("Ben")
        await tab.page.locator("#composer-text").press_sequentially("/")
        await expect(tab.page.get_by_role("option", name="/comment show")).to_be_visible()
        await expect(tab.page.get_by_role("option", name="/article")).to_have_count(0)


async def test_goes_on_when_the_bot_was_killed_and_is_back(
    demo: Demo, open_tab: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, seen = demo.bot.begin, asyncio.Event()

    async def begin_when_seen() -> Process:
        await seen.wait()
        return await begin()

    monkeypatch.setattr(demo.bot, "begin", begin_when_seen)
    async with open_tab(demo.page.url) as tab:
        await posted(demo)
        await tab.be("Ben")
        await tab.go_to(THREAD)
        killed = demo.process
        assert killed is not None
        killed.kill()
        await expect(tab.page.locator("#trouble")).to_contain_text("The bot is away")
        await tab.write("Is anybody there?")
        await expect(tab.message("Is anybody there?")).to_be_visible()
        seen.set()
        await expect(tab.page.locator("#presence")).to_have_text("Oped is online")
        await expect(tab.page.locator("#trouble")).to_be_hidden()
        await expect((await tab.rows()).first).to_contain_text("Is anybody there?")
        assert demo.process is not killed


async def test_is_told_while_the_disk_has_no_room(
    demo: Demo, open_tab: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_tab(demo.page.url) as tab:
        trouble = tab.page.locator("#trouble")
        with monkeypatch.context() as full:
            full.setattr("shutil.disk_usage", lambda _folder: Usage(10**9, 10**9, 0))
            await expect(trouble).to_contain_text("The disk is full")
        await expect(trouble).to_be_hidden()


async def test_a_dropped_article_is_imported_and_posted(
    demo: Demo, open_tab: Opening, tmp_path: Path
) -> None:
    article = tmp_path / "mine.txt"
    article.write_text("On Rivers\n\nA river is a promise that moves.\n\n  1. It is.\n     • Is it?\n")
    async with open_tab(demo.page.url) as tab:
        await posted(demo)
        await tab.be("Mo")
        await tab.go_to("articles")
        await tab.page.locator("#file").set_input_files(article)
        await expect(tab.page.locator("#toasts")).to_contain_text("“On Rivers” is being posted")
        await expect(tab.message("On Rivers")).to_be_visible()
        await expect(tab.message("A river is a promise")).to_be_visible()
        await expect(tab.message("Comments (2)")).to_be_visible()


async def test_a_file_that_is_no_article_is_refused_with_one_sentence(
    demo: Demo, open_tab: Opening, tmp_path: Path
) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    async with open_tab(demo.page.url) as tab:
        await posted(demo)
        before = await tab.messages.count()
        await tab.page.locator("#file").set_input_files(picture)
        refusal = tab.page.locator("#toasts .trouble")
        await expect(refusal).to_be_visible()
        await expect(refusal).not_to_contain_text("Traceback")
        await expect(tab.messages).to_have_count(before)


async def test_the_database_is_the_file_that_the_panel_names(demo: Demo, open_tab: Opening) -> None:
    async with open_tab(demo.page.url) as tab:
        await posted(demo)
        await tab.rows()
        source = tab.page.locator(".source")
        await expect(source).to_contain_text(str(demo.database))
        command = await source.locator("code").nth(1).inner_text()
        process = await asyncio.create_subprocess_shell(command, stdout=PIPE, stderr=PIPE)
        output, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        assert output
