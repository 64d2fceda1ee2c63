"""`oped demo`: the embedded Discord and the real bot, live in a browser, with the rows beside the messages.

The bot is a process of its own and so is each `oped` command; this one is their Discord and the page's server.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shlex
import shutil
import sys
import tempfile
import webbrowser
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Coroutine
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.demo.rows import watch_rows
from bot.demo.sample import sample_path
from bot.demo.stage import KEEPS_ORDER, BotProcess, Stage, set_stage
from bot.errors import OpedError, SourceError
from bot.sandbox import NoAnswer, RateLimits, Refused
from bot.sandbox.page import NotTaken, Page, PortTaken

HURRY = 5.0
"""How much faster than Discord's the rate limits are: one sees that they are there, and waits little."""

PATIENCE = 30.0
"""Seconds within which the bot must have come back before an article is posted."""

GUIDE = (
    "Take **Alice**'s place (*You are*), open the thread below the article and reply to a comment.",
    "Edit what you wrote, or delete it, and see its row change.",
    "Press **Enter a comment** below the article to use the form.",
    "As **Mo**, the moderator, type `/article status`.",
    "Post an article of your own, with its comments.",
)
"""What a newcomer could try, in Discord's Markdown."""

_ROOM = 1_000_000
"""Bytes free on the disk below which SQLite's files can hardly grow."""

_LOOK_AGAIN = 1.0
"""Seconds between two looks at whether there is room on the disk."""

_REST = 2.0
"""Seconds before a bot that has ended is started again."""

_FAREWELL = 10.0
"""Seconds that the bot gets to end in its own time."""


async def show_live(article: Path | None, port: int, open_browser: bool) -> None:
    """Show an article, or the sample, being posted and discussed, until this is cancelled.

    The address, and where the database is, are printed. Raises what `live_demo` raises.
    """
    async with live_demo(article, port) as demo:
        _announce(demo)
        if open_browser:
            await _open(demo.page.url)
        await asyncio.Event().wait()


@dataclass(slots=True)
class Demo:
    """A demonstration that is going on: the stage, the bot on it, and the page that shows both."""

    stage: Stage
    bot: BotProcess
    database: Path
    page: Page = field(init=False)
    process: Process | None = None
    """The bot, while it runs."""
    posted: set[str] = field(default_factory=set)
    """The slugs of the articles that were posted."""

    async def read(self, source: Path) -> tuple[str, str]:
        """Import a file; slug and title of the article in it that has most to show. Raises SourceError."""
        process = await self.bot.run("import", str(source), "--json", stdout=PIPE, stderr=PIPE)
        output, errors = await process.communicate()
        try:
            report = json.loads(output)
        except ValueError:
            raise OpedError(f"`oped import` failed: {errors.decode(errors='replace')[-500:]}") from None
        if "error" in report:
            told = report["error"]
            raise SourceError(told["message"], remedy=told["remedy"], place=told["place"])
        if not report["articles"]:
            raise SourceError("There is no article in this file.", place=source.name)
        best: dict[str, Any] = max(report["articles"], key=lambda each: int(each["comments"]["read"]))
        return best["slug"], best["title"]

    async def post(self, slug: str, title: str) -> str:
        """Post an article as the moderator would; what has come of it. Raises NotTaken."""
        stage, channel = self.stage, self.stage.articles
        if slug in self.posted:
            return f"“{title}” is brought up to date. It stands in #{channel.name} already."
        try:
            await stage.discord.until(self._bot_listens, PATIENCE)
            await stage.mo.command(
                "article post", here=channel, patience=PATIENCE, article=slug, channel=channel
            )
        except (TimeoutError, NoAnswer, Refused) as error:
            raise NotTaken(
                "The article is imported, but the bot is away. Post it with /article post as Mo."
            ) from error
        self.posted.add(slug)
        return f"“{title}” is being posted in #{channel.name}."

    async def take(self, file: Path) -> str:
        """Import a file that was dropped on the page, and post it. Raises NotTaken with the importer's sentence."""
        try:
            slug, title = await self.read(file)
        except OpedError as error:
            raise NotTaken(error.message) from error
        return await self.post(slug, title)

    async def keep_bot_running(self) -> None:
        """Run the bot, and start it again whenever it ends, as a service manager would."""
        while True:
            self.process = await self.bot.begin()
            try:
                # Killed by a signal it is negative, and somebody knows why.
                if await self.process.wait() > 0:
                    path = self.database.with_name("bot.log")
                    self.page.tell("stage", {"line": f"The bot has ended by itself. Why stands in {path}."})
                await asyncio.sleep(_REST)
            finally:
                await asyncio.shield(_end(self.process))

    async def show_rows(self) -> None:
        """Keep the page's panel up to date."""
        async with aclosing(watch_rows(self.database)) as watched:
            async for tables in watched:
                self._show(tables)

    async def watch_disk(self) -> None:
        """Say on the page that the disk is full, for as long as it is: nothing is lost, but no row lands."""
        full = False
        while True:
            if full is not (full := shutil.disk_usage(self.database.parent).free < _ROOM):
                line = "The disk is full. What you write is stored once there is room again." if full else ""
                self.page.tell("disk", {"line": line})
            await asyncio.sleep(_LOOK_AGAIN)

    def _show(self, tables: list[dict[str, Any]]) -> None:
        slug = next((row["slug"] for row in tables[-1]["rows"]), None)
        command = f"DATABASE_URL=sqlite:///{self.database} {_program()} show {slug}" if slug else None
        self.page.tell("rows", {"path": str(self.database), "command": command, "tables": tables})

    async def post_when_visited(self, slug: str, title: str) -> None:
        """Post the article once somebody is there to watch."""
        await self.page.visited()
        try:
            await self.post(slug, title)
        except NotTaken as error:
            self.page.tell("stage", {"line": str(error)})

    def _bot_listens(self) -> bool:
        stage = self.stage
        return stage.discord.is_connected(stage.app) and "article" in stage.mo.offered(stage.articles)


@asynccontextmanager
async def live_demo(article: Path | None = None, port: int = 0) -> AsyncIterator[Demo]:
    """Run a demonstration with an article, or the sample, which is posted as soon as the page is visited.

    Raises `SourceError` where the file is no article, and `OpedError` where the port is taken or the disk is full.
    """
    source = (article or sample_path()).absolute()
    database = _folder() / "oped.db"
    async with set_stage(limits=RateLimits.real().faster(HURRY)) as stage:
        demo = Demo(stage, BotProcess(stage, database, database.with_name("bot.log")), database)
        # Her Discord is in Ukrainian, and so are the bot's answers to her.
        olena = stage.server.add_member("Olena", locale="uk")
        # A second moderator, below Mo, who manages the server: two may decide on the same comment.
        mia = stage.server.add_member("Mia", permissions=KEEPS_ORDER, rank=1)
        people = [stage.alice, stage.ben, olena, stage.mo, mia]
        demo.page = Page(stage.discord, stage.app, people, first=stage.mo, take_file=demo.take, port=port)
        async with _served(demo.page, port):
            slug, title = await demo.read(source)
            demo.page.tell("guide", {"steps": list(GUIDE)})
            async with _together(
                demo.keep_bot_running(),
                demo.show_rows(),
                demo.watch_disk(),
                demo.post_when_visited(slug, title),
            ):
                yield demo


@asynccontextmanager
async def _served(page: Page, port: int) -> AsyncIterator[None]:
    try:
        await page.start()
    except PortTaken as error:
        raise OpedError(
            f"Another program listens on port {port} already.",
            remedy="Choose another with --port, or leave --port away: then a free one is found.",
            place="--port",
        ) from error
    try:
        yield
    finally:
        await page.stop()


@asynccontextmanager
async def _together(*work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Do all this beside the block, until it ends; a failure of any of it ends the block."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(each) for each in work]
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
    except BaseExceptionGroup as failed:
        # One of them is the cause, for which there may be a sentence; the others follow from it.
        raise failed.exceptions[0] from None


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(_FAREWELL):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _folder() -> Path:
    """A new folder that stays: what was written in the demo can be read afterwards."""
    try:
        return Path(tempfile.mkdtemp(prefix="oped-demo-"))
    except OSError as error:
        raise OpedError(
            f"There is no place for the demo's database: {error.strerror}.",
            remedy="Free some space, or let TMPDIR name a folder that has some.",
        ) from error


def _program() -> str:
    """How this very `oped` is called from the shell that started it."""
    script = Path(sys.executable).with_name("oped")
    if shutil.which("oped") == str(script):
        return "oped"
    if not script.exists():
        return f"{shlex.quote(sys.executable)} -m bot"
    here = Path.cwd()
    return shlex.quote(str(script.relative_to(here) if script.is_relative_to(here) else script))


def _announce(demo: Demo) -> None:
    sys.stdout.write(
        f"Oped's demo is at   {demo.page.url}\n"
        f"Its database is     {demo.database}\n"
        "Ctrl-C ends it; the database stays.\n"
    )
    sys.stdout.flush()


async def _open(url: str) -> None:
    """Open the page where there is a browser with a window; one for the terminal would take the terminal."""
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return
    with contextlib.suppress(webbrowser.Error):
        await asyncio.to_thread(webbrowser.open, url)
