"""`oped demo --check`: the main job once from end to end, compared on both sides.

The embedded Discord runs here, the real bot in a process of its own. What stands in Discord at the end is held
against what lies in SQLite, which is read as everybody reads it: with `oped show --json`.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.demo.sample import sample_path
from bot.demo.stage import BotProcess, Stage, set_stage
from bot.sandbox import Message, Thread

PATIENCE = 30.0
"""Seconds within which each step must have had its effect."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was done: how it stands in Discord and in SQLite, and whether that is right."""

    what: str
    in_discord: str
    in_sqlite: str
    right: bool


@dataclass(slots=True)
class _Run:
    """The stage, the bot on it, the article, and what was found so far."""

    stage: Stage
    bot: BotProcess
    slug: str = ""
    findings: list[Finding] = field(default_factory=list)

    async def oped(self, *arguments: str) -> Row:
        """What an `oped` command prints as JSON. Raises RuntimeError where it fails."""
        process = await self.bot.run(*arguments, stdout=PIPE, stderr=PIPE)
        output, errors = await process.communicate()
        if process.returncode != 0:
            raise RuntimeError(f"oped {arguments[0]} failed: {(output + errors).decode(errors='replace')}")
        return dict(json.loads(output))

    async def stored(self) -> list[Row]:
        """The comments as they lie in the database."""
        return list((await self.oped("show", self.slug, "--json"))["comments"])

    async def row(self, message: Message, wanted: Callable[[Row], bool] = lambda row: True) -> Row:
        """The stored comment that a message is, once it is as wanted; after a while as it is, or nothing."""
        row: Row = {}
        async with asyncio.timeout(PATIENCE):
            while not row or not wanted(row):
                rows = await self.stored()
                row = next((each for each in rows if each["message_id"] == str(message.id)), {})
        return row

    def find(self, what: str, in_discord: object, in_sqlite: object, *, right: bool) -> None:
        """Note one finding."""
        self.findings.append(Finding(what, str(in_discord), str(in_sqlite), right))

    @property
    def thread(self) -> Thread:
        """The comments' thread."""
        return next(iter(self.stage.server.guild.threads.values()))

    def mirrored(self) -> list[Message]:
        """The bot's messages in the comments' thread, in order."""
        return [
            message
            for message in self.stage.discord.messages(self.thread)
            if message.author is self.stage.app.bot and not message.type.is_system
        ]


async def check() -> list[Finding]:
    """Import the sample, post it, reply, edit, delete, restart; what was found.

    Raises RuntimeError or TimeoutError where a step fails outright.
    """
    async with _begin() as run:
        await _import_and_post(run)
        kept = await _reply_by_message(run)
        await _reply_by_form(run)
        await _edit_and_delete(run, kept)
        await _write_while_away(run)
    return run.findings


@asynccontextmanager
async def _begin() -> AsyncIterator[_Run]:
    with tempfile.TemporaryDirectory(prefix="oped-") as folder:
        async with set_stage() as stage:
            bot = BotProcess(stage, Path(folder) / "oped.db", Path(folder) / "bot.log")
            try:
                yield _Run(stage, bot)
            finally:
                await bot.stop()


async def _import_and_post(run: _Run) -> None:
    imported = await run.oped("import", str(sample_path()), "--json")
    run.slug = imported["articles"][0]["slug"]
    await run.bot.start()
    channel = run.stage.articles
    # A moderator's way; `oped post` is the maintainer's.
    answer = await run.stage.mo.command("article post", here=channel, article=run.slug, channel=channel)
    await run.stage.discord.until(lambda: "Posted" in answer.content, PATIENCE)

    shown = await run.oped("show", run.slug, "--json")
    posted = [each for each in run.stage.discord.messages(channel) if each.author is run.stage.app.bot]
    headings = [section["heading"] for section in shown["sections"] if section["heading"]]
    found = [heading for heading in headings if any(heading in message.content for message in posted)]
    run.find(
        "sections posted", f"{len(found)} headings", f"{len(headings)} headings", right=found == headings
    )

    rows = {row["id"]: row for row in await run.stored()}
    by_message = {row["message_id"]: row for row in rows.values()}
    answers = {str(each.id): str(each.reference.message_id) for each in run.mirrored() if each.reference}
    expected = {
        row["message_id"]: rows[row["parent_id"]]["message_id"]
        for row in rows.values()
        if row["parent_id"] is not None
    }
    mirrored = sum(str(message.id) in by_message for message in run.mirrored())
    run.find("comments mirrored", mirrored, len(rows), right=mirrored == len(rows))
    run.find("replies nested", len(answers), len(expected), right=answers == expected)


async def _reply_by_message(run: _Run) -> Message:
    target = run.mirrored()[-1]
    message = await run.stage.alice.reply(target, "I had not seen it that way.")
    row = await run.row(message)
    parent = next(each["id"] for each in await run.stored() if each["message_id"] == str(target.id))
    right = row["text"] == message.content and row["parent_id"] == parent
    run.find("reply by message", message.content, row["text"], right=right)
    return message


async def _reply_by_form(run: _Run) -> None:
    discord, ben = run.stage.discord, run.stage.ben
    closing = next(each for each in reversed(discord.messages(run.stage.articles)) if each.components)
    before = len(run.mirrored())
    form = await ben.press(closing, "Enter a comment")
    await ben.fill_in(form, "Written in the form.\n\nIn two paragraphs.")
    await discord.until(lambda: len(run.mirrored()) > before, PATIENCE)
    message = run.mirrored()[-1]
    row = await run.row(message)
    right = row["author"] == "Ben" and row["text"] in message.content and "Ben" in message.content
    run.find(
        "comment by form", " ".join(message.content.split()[-2:]), row["text"].split("\n")[0], right=right
    )


async def _edit_and_delete(run: _Run, message: Message) -> None:
    alice = run.stage.alice
    await alice.edit(message, "On second thought, I agree.")
    row = await run.row(message, lambda row: row["edited_at"] is not None)
    run.find("edit", message.content, row["text"], right=row["text"] == message.content)
    passing = await alice.say(run.thread, "A slip of the keyboard.")
    await run.row(passing)
    await alice.delete(passing)
    row = await run.row(passing, lambda row: row["status"] == "deleted")
    run.find("deletion", "gone", f"{row['status']}, text {row['text']!r}", right=row["text"] == "")


async def _write_while_away(run: _Run) -> None:
    code = await run.bot.stop()
    run.find("bot stopped", "offline", f"exit code {code}", right=code == 0)
    before = len(run.stage.discord.messages(run.stage.articles)) + len(run.mirrored())
    message = await run.stage.ben.say(run.thread, "Is anybody there?")
    await run.bot.start()
    row = await run.row(message)
    run.find("written while away", message.content, row["text"], right=row["text"] == message.content)
    after = len(run.stage.discord.messages(run.stage.articles)) + len(run.mirrored())
    run.find("nothing posted twice", f"{after} messages", f"{before} before", right=after == before)
