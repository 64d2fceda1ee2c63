"""What a moderator waits for, and how many requests the bot's work takes against the least that would do."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.delivery.wire import PAGE
from bot.demo.stage import BotProcess, Stage, set_stage
from bot.model import ChannelKind
from bot.sandbox import RateLimits
from bot.store.database import Database
from tests.bench.case import Case
from tests.bench.hearing import peer, stored, until_stored
from tests.bench.posting import INTRODUCTION, imported, post

SECTIONS = 5
COMMENTS = 50
THREADS = 10
MISSED = 250
CONTENTS = 1
"""The opening is edited once: its contents link to messages that did not exist when it was sent."""

LISTINGS = 2
"""The server's active threads, and the archived ones of the only channel."""


async def first_section(comments: int) -> float:
    """Milliseconds from `/article post` until the introduction stands in the channel, under Discord's limits."""
    async with _bot(RateLimits.real()) as (stage, database, bot):
        slug = await imported(database, 0, comments)
        await bot.start()
        await _quiet(stage)
        begun = time.perf_counter()
        asked = asyncio.create_task(
            stage.mo.command("article post", here=stage.articles, article=slug, channel=stage.articles)
        )
        await stage.discord.until(
            lambda: any(INTRODUCTION in each.content for each in stage.discord.messages(stage.articles)), 120
        )
        seconds = time.perf_counter() - begun
        await asked
    return 1000 * seconds


async def publication() -> float:
    """Requests for a publication over the least: each message once, the thread, the contents' links."""
    async with _bot(RateLimits.relaxed()) as (stage, database, bot):
        slug = await imported(database, 0, COMMENTS, sections=SECTIONS)
        await bot.start()
        before = await _quiet(stage)
        await post(stage, database, [slug], stage.articles, ChannelKind.TEXT)
        spent = await _quiet(stage) - before
    opening = closing = thread = 1
    return spent / (opening + SECTIONS + closing + thread + COMMENTS + CONTENTS)


async def catch_up() -> float:
    """Requests for a catch-up over the least: the lists of threads, then each channel to its last page."""
    async with _bot(RateLimits.relaxed()) as (stage, database, bot):
        slugs = [await imported(database, number, 0) for number in range(THREADS)]
        await bot.start()
        await post(stage, database, slugs, stage.articles, ChannelKind.TEXT)
        threads = list(stage.server.guild.threads.values())
        for thread in threads:
            await stage.alice.say(thread, "The first word.")
        while await database.fetch_value("SELECT count(*) FROM channel_cursor") < THREADS:
            await asyncio.sleep(0.05)
        await bot.stop()
        known = await stored(database)
        for thread in threads:
            for number in range(MISSED):
                await stage.alice.say(thread, f"Message {number} that nobody heard.")
        before = len(stage.discord.requests)
        await bot.start()
        await until_stored(database, known + THREADS * MISSED)
        await _quiet(stage)
        spent = [each for each in stage.discord.requests[before:] if _reads(each.route)]
    # Of a channel with a page to the brim, only an empty one tells that nothing follows.
    in_channel = THREADS * 4 // PAGE + 1
    in_thread = (1 + MISSED) // PAGE + 1
    return len(spent) / (LISTINGS + in_channel + THREADS * in_thread)


async def start() -> float:
    """Requests until READY of a bot that Discord knows, over those of a bare bot."""
    async with _bot(RateLimits.relaxed()) as (stage, _, bot):
        await bot.start()
        await _quiet(stage)
        await bot.stop()
        before = len(stage.discord.requests)
        await bot.start()
        ours = len(stage.discord.requests) - before
        await bot.stop()
        before = len(stage.discord.requests)
        process = await peer(stage, "count", "1")
        await stage.discord.until(lambda: stage.discord.is_connected(stage.app), 30)
        bare = len(stage.discord.requests) - before
        process.terminate()
        await process.wait()
    return ours / bare


@asynccontextmanager
async def _bot(limits: RateLimits) -> AsyncIterator[tuple[Stage, Database, BotProcess]]:
    """A bot that does not run yet, and its database."""
    with tempfile.TemporaryDirectory(prefix="oped-bench-") as folder:
        file = Path(folder) / "oped.db"
        async with set_stage(limits=limits) as stage, Database.open(file, migrate=True) as database:
            bot = BotProcess(stage, file, file.with_name("bot.log"))
            try:
                yield stage, database, bot
            finally:
                await bot.stop()


async def _quiet(stage: Stage) -> int:
    """Wait until nothing has been asked for a while; the number of requests by then."""
    while True:
        before = len(stage.discord.requests)
        await asyncio.sleep(3)
        if len(stage.discord.requests) == before:
            return before


def _reads(route: str) -> bool:
    return "threads" in route or route.endswith("/messages")


def _posting(comments: int) -> Case:
    def run() -> Awaitable[float]:
        return first_section(comments)

    what = f"/article post to first section, {comments:,} comments"
    return Case(what, "", run, unit="ms")


def _counting(what: str, against: str, run: Callable[[], Awaitable[float]]) -> Case:
    return Case(f"requests for {what}", against, run, side_by_side=True)


CASES = (
    _posting(1_000),
    _counting("a publication", "the least possible", publication),
    _counting("a catch-up", "the least possible", catch_up),
    _counting("a start", "a bare bot", start),
)
MORE = (_posting(10), _posting(10_000))
