from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.discussion.identity import Identities
from bot.discussion.importing import import_records
from bot.model import SourceArticle, SourceSection
from bot.sandbox import Channel, Message, Permissions
from tests.cogs.stage import Stage, eventually, turn

LONG = "\n\n".join(f"Paragraph {number}. {'word ' * 60}" for number in range(12))


@pytest.fixture
async def stage_with_long_article(stage: Stage) -> Stage:
    """Before it, the article *On long rivers*: an introduction, a section of three pages, and a last one."""
    article = SourceArticle(
        ref="l",
        title="On long rivers",
        sections=(
            SourceSection(None, "They are long."),
            SourceSection("The Nile", LONG),
            SourceSection("The Po", "It is shorter."),
        ),
        kind="text",
    )
    async with stage.production.database() as database:
        identities = Identities.beside(stage.production.path)
        await import_records(database, [article], format_name="text", identities=identities)
    return stage


def labels(message: Message) -> list[str]:
    """What the buttons under a message say."""
    return [each["label"] for row in message.components for each in row["components"]]


def jump(message: Message, label: str) -> str:
    """Where a link button leads."""
    return str(
        next(
            each["url"] for row in message.components for each in row["components"] if each["label"] == label
        )
    )


def address(message: Message) -> str:
    channel = message.channel
    return f"https://discord.com/channels/{channel.guild.id}/{channel.id}/{message.id}"


def ours(stage: Stage, where: Channel) -> list[Message]:
    return stage.production.ours(where)


async def post_long(stage: Stage, where: Channel) -> list[Message]:
    answer = await stage.mo.command(
        "article post", here=stage.channel, article="on-long-rivers", channel=where
    )
    await stage.discord.until(lambda: "Posted" in answer.content)
    return ours(stage, where if where is stage.channel else stage.thread_in(where))


async def test_sections_jump_to_their_neighbours(stage_with_long_article: Stage) -> None:
    stage = stage_with_long_article
    async with stage.bot():
        opening, introduction, nile, *more, po, closing = await post_long(stage, stage.channel)

        assert labels(introduction) == ["Discuss", "Next"]
        assert jump(introduction, "Next") == address(nile)
        assert labels(nile) == [], "buttons stand under a section's last message"
        assert labels(more[-1]) == ["Discuss", "Previous", "Next"]
        assert jump(more[-1], "Previous") == address(introduction)
        assert jump(more[-1], "Next") == address(po)
        assert labels(po) == ["Discuss", "Previous"]
        assert jump(po, "Previous") == address(more[0]) or jump(po, "Previous") == address(nile)
        assert address(nile) in opening.content
        assert labels(opening) == ["Read here"]
        assert labels(closing) == ["Enter a comment"]
        edits = [
            each for each in stage.discord.requests if each.method == "PATCH" and "/messages/" in each.path
        ]
        edited = [int(each.path.rsplit("/", 1)[1]) for each in edits if "/channels/" in each.path]
        assert sorted(edited) == sorted([opening.id, introduction.id, more[-1].id]), "once each, but the last"


async def test_a_repaired_section_is_jumped_to_where_it_stands_now(stage_with_long_article: Stage) -> None:
    stage = stage_with_long_article
    async with stage.bot():
        _opening, introduction, nile, *_more, po, _closing = await post_long(stage, stage.channel)
        await stage.mo.delete(nile)
        status = await eventually(
            lambda: stage.mo.command("article status", here=stage.channel, publication="1"),
            lambda status: "Deleted in Discord" in status.content,
        )
        answer = await stage.mo.press(status, "Repair")
        await stage.discord.until(lambda: "Posted" in answer.content)
        again = ours(stage, stage.channel)[-1]
        assert again.content.startswith("## The Nile")
        assert jump(introduction, "Next") == address(again)
        assert jump(po, "Previous") == address(again)


async def test_discuss_opens_the_sections_thread_once(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        section = await stage.shown("It began there.", stage.channel)
        answers = await asyncio.gather(
            stage.alice.press(section, "Discuss"), stage.ben.press(section, "Discuss")
        )
        again = await stage.alice.press(section, "Discuss")

        thread = stage.server.guild.threads[section.id]
        assert (thread.id, thread.name) == (section.id, "Upstream")
        for answer in (*answers, again):
            assert answer.ephemeral
            assert f"https://discord.com/channels/{stage.server.id}/{thread.id}" in answer.content
        starts = [each for each in stage.discord.requests if each.path.endswith(f"/{section.id}/threads")]
        assert [each.status for each in starts].count(201) == 1
        assert len(starts) <= 2, "who asks while it is being opened waits for the same"

        await stage.ben.say(thread, "A spring, they say.")
        await eventually(stage.stored, lambda stored: stored[-1].text == "A spring, they say.")


async def test_the_slow_mode_of_the_discussion_holds_in_a_section_s_thread(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post()
        await stage.mo.command("discussion slowmode", here=thread, seconds=30)
        await stage.discord.until(lambda: thread.slow_mode == 30)
        section = await stage.shown("It began there.", stage.channel)
        await stage.alice.press(section, "Discuss")
        assert stage.server.guild.threads[section.id].slow_mode == 30


async def test_an_archived_discussion_is_found_again(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        section = await stage.shown("It began there.", stage.channel)
        await stage.alice.press(section, "Discuss")
        thread = stage.server.guild.threads[section.id]
        await stage.mo.change_thread(thread, archived=True)
        answer = await stage.ben.press(section, "Discuss")
        assert f"/{thread.id}" in answer.content


async def test_the_introductions_thread_bears_the_articles_title(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        section = await stage.shown("Rivers run.", stage.channel)
        await stage.alice.press(section, "Discuss")
        assert stage.server.guild.threads[section.id].name == "On rivers"


async def silence(stage: Stage, section: Message) -> None:
    stage.server.set_permissions(
        stage.channel, stage.server.members_role, deny=Permissions.SEND_MESSAGES_IN_THREADS
    )


async def retire(stage: Stage, section: Message) -> None:
    await stage.mo.command("article retire", here=stage.channel, publication="1")


async def forbid(stage: Stage, section: Message) -> None:
    stage.server.set_permissions(
        stage.channel, stage.server.role_of(stage.app), deny=Permissions.CREATE_PUBLIC_THREADS
    )


@pytest.mark.parametrize(
    ("obstruct", "told"),
    [(silence, "may not write"), (retire, "closed"), (forbid, "tell a moderator")],
)
async def test_no_thread_is_opened_where_none_should_be(stage: Stage, obstruct: Any, told: str) -> None:
    async with stage.bot():
        comments = await stage.post()
        section = await stage.shown("It began there.", stage.channel)
        await obstruct(stage, section)
        answer = await stage.alice.press(section, "Discuss")
        assert answer.ephemeral
        assert told in answer.content
        assert list(stage.server.guild.threads.values()) == [comments]


async def test_where_discord_lets_nobody_open_threads_for_minutes_the_member_is_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.bot() as bot:
        await stage.post()
        section = await stage.shown("It began there.", stage.channel)
        monkeypatch.setattr("bot.delivery.threads.PATIENCE", 0.05)
        released = asyncio.Event()
        start = bot.threads._wire.start_thread  # noqa: SLF001 - Discord's patience cannot be had otherwise

        async def slowly(*arguments: Any, **options: Any) -> Any:
            await released.wait()
            return await start(*arguments, **options)

        monkeypatch.setattr(bot.threads._wire, "start_thread", slowly)  # noqa: SLF001 - as above
        answer = await stage.alice.press(section, "Discuss")
        assert "slow" in answer.content
        released.set()
        await stage.discord.until(lambda: section.id in stage.server.guild.threads)


async def test_a_section_in_a_forum_is_commented_on_by_form(stage: Stage) -> None:
    async with stage.bot():
        thread = await stage.post(stage.forum)
        section = await stage.shown("It began there.", thread)
        assert labels(section) == ["Comment", "Previous"]
        form = await stage.alice.press(section, "Comment")
        assert form.form["components"][0]["description"] == "A comment on this section"
        await stage.alice.fill_in(form, "Where exactly?")
        message = await stage.shown("Where exactly?", thread)
        assert message.reference is not None
        assert message.reference.message_id == section.id


async def test_the_article_is_read_page_by_page_across_a_restart(stage_with_long_article: Stage) -> None:
    stage = stage_with_long_article
    async with stage.bot():
        opening, *_ = await post_long(stage, stage.channel)
        page = await stage.alice.press(opening, "Read here")
        assert page.ephemeral
        assert page.content == "-# On long rivers · section 1 of 3\nThey are long."
    async with stage.bot():
        seen = [page.content]
        while "It is shorter." not in page.content:
            page = await turn(stage, page, "Next page")
            seen.append(page.content)
        assert [each.split("\n")[1] for each in seen][1] == "## The Nile"
        for number in range(12):
            assert sum(f"Paragraph {number}." in each for each in seen) == 1
        assert all(len(each) <= 2000 for each in seen)
        for expected in reversed(seen[:-1]):
            page = await turn(stage, page, "Previous page")
            assert page.content == expected


async def test_nobody_reads_what_is_in_a_channel_closed_to_them(stage: Stage) -> None:
    async with stage.bot():
        await stage.post()
        opening = ours(stage, stage.channel)[0]
        page = await stage.alice.press(opening, "Read here")
        stage.server.set_permissions(
            stage.channel, stage.server.members_role, deny=Permissions.READ_MESSAGE_HISTORY
        )
        before = page.content
        refused = await stage.alice.press(page, "Next page")
        assert await stage.beside(refused) == "There is no such article here."
        assert page.content == before
