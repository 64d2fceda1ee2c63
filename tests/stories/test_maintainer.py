"""A maintainer's path, in a shell: reads an article in, runs the bot, posts, and takes the discussion out again."""

from __future__ import annotations

import json
import os
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.demo.sample import sample_path
from bot.demo.stage import BotProcess
from bot.sandbox import Message
from tests.stage import Production


@dataclass(slots=True)
class Shell:
    """The `oped` commands as processes of their own, working on what the bot works on."""

    bot: BotProcess

    async def __call__(self, *arguments: str | os.PathLike[str], fails: bool = False) -> str:
        """Run a command that succeeds, unless it is to fail; what it says."""
        told = [os.fspath(argument) for argument in arguments]
        process = await self.bot.run(*told, stdout=PIPE, stderr=PIPE)
        output, errors = (stream.decode() for stream in await process.communicate())
        assert process.returncode == int(fails), f"oped {told[0]}: {output}{errors}"
        assert "Traceback" not in errors
        return errors if fails else output

    async def json(self, *arguments: str | os.PathLike[str]) -> Any:
        """Run a command with --json; the value that it prints."""
        return json.loads(await self(*arguments, "--json"))


@pytest.fixture
async def oped(production: Production) -> AsyncIterator[Shell]:
    bot = BotProcess(production.stage, production.path, production.path.with_name("bot.log"))
    try:
        yield Shell(bot)
    finally:
        await bot.stop()


def anew(comments: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What must survive a move to another database, where rows and messages have other numbers."""
    texts = {each["id"]: each["text"] for each in comments}
    return [
        (each["author"], each["created_at"], each["text"], texts.get(each["parent_id"])) for each in comments
    ]


async def test_a_maintainer_takes_an_article_to_discord_and_its_discussion_home(
    production: Production, oped: Shell, tmp_path: Path
) -> None:
    stage = production.stage
    source = tmp_path / "article.txt"
    source.write_text(sample_path().read_text(encoding="utf-8"), encoding="utf-8")

    # The article comes in. A second time, it is recognised.
    (report,) = (await oped.json("import", source))["articles"]
    slug = report["slug"]
    assert (report["result"], report["sections"], report["comments"]["created"]) == ("created", 5, 4)
    (report,) = (await oped.json("import", source))["articles"]
    assert (report["result"], report["comments"]["unchanged"]) == ("unchanged", 4)

    # It is there, and as it should be.
    (listed,) = await oped.json("articles")
    assert (listed["slug"], listed["sections"], listed["comments"], listed["publications"]) == (
        slug,
        5,
        4,
        [],
    )
    before = await oped.json("show", slug)
    assert [section["number"] for section in before["sections"]] == [1, 2, 3, 4, 5]
    assert "Comments: 4" in await oped("show", slug)

    # Nothing is posted before the bot runs, and then within a moment.
    await oped("post", slug, "--channel", str(stage.articles.id))
    assert stage.discord.messages(stage.articles) == []
    await oped.bot.start()
    assert "already posted here" in await oped(
        "post", slug, "--channel", str(stage.articles.id), "--wait", fails=True
    )
    posted = await oped("post", slug, "--channel", str(stage.forum.id), "--wait")
    assert posted.startswith("Posted 11 messages: https://discord.com/channels/")
    await stage.discord.until(lambda: len(mirrored(production)) == 4)
    (listed,) = await oped.json("articles")
    assert [each["state"] for each in listed["publications"]] == ["live", "live"]
    assert "live" in await oped("articles")

    # Readers answer, in both places; the maintainer sees it in the same list.
    answer = await stage.alice.reply(mirrored(production)[0], "I had *not* seen it that way.")
    await stage.ben.reply(answer, "Nor had I.")
    await stage.discord.until(lambda: is_stored(oped, slug, "Nor had I."))
    shown = await oped.json("show", slug)
    (hers,) = [each for each in shown["comments"] if each["message_id"] == str(answer.id)]
    (his,) = [each for each in shown["comments"] if each["parent_id"] == hers["id"]]
    assert (hers["author"], hers["origin"], hers["text"]) == (
        "Alice",
        "discord",
        "I had *not* seen it that way.",
    )
    assert (his["author"], his["text"]) == ("Ben", "Nor had I.")
    assert hers["parent_id"] == before["comments"][0]["id"]

    # The source changes; the import brings the changes, and leaves the members' comments alone.
    source.write_text(
        source.read_text(encoding="utf-8").replace("Enter comments here:", ADDED), encoding="utf-8"
    )
    (report,) = (await oped.json("import", source))["articles"]
    assert (report["result"], report["comments"]["created"], report["comments"]["unchanged"]) == (
        "updated",
        1,
        4,
    )
    assert len((await oped.json("show", slug))["comments"]) == 7

    # All is in order, from here to Discord.
    assert {check["state"] for check in (await oped.json("doctor"))["checks"]} <= {"ok", "warning"}
    await oped("db", "check")

    # The bot rests. What was said can be taken elsewhere: all of it, with who answered whom.
    assert await oped.bot.stop() == 0
    exported = tmp_path / "discussion.json"
    await oped("export", slug, "-o", exported)
    complete = await oped.json("show", slug)
    assert json.loads(exported.read_text(encoding="utf-8"))["comments"] == complete["comments"]
    elsewhere = Shell(BotProcess(stage, tmp_path / "elsewhere.db", tmp_path / "elsewhere.log"))
    await elsewhere("import", exported)
    assert anew((await elsewhere.json("show", slug))["comments"]) == anew(complete["comments"])
    await elsewhere("db", "check")


ADDED = """  3. A letter that came late.

Enter comments here:"""


def mirrored(production: Production) -> list[Message]:
    """The imported comments as they stand in the thread of the text channel."""
    articles = production.stage.articles
    threads = [
        thread for thread in production.stage.server.guild.threads.values() if thread.parent is articles
    ]
    return production.ours(*threads)


async def is_stored(oped: Shell, slug: str, text: str) -> bool:
    """Whether a comment is in the database yet."""
    return text in {each["text"] for each in (await oped.json("show", slug))["comments"]}
