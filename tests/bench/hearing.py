"""Capture and catch-up against bots that only listen or only read.

The embedded Discord and the load run here; Oped and its peers are processes of their own.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.demo.stage import BotProcess, Stage, set_stage
from bot.model import ChannelKind
from bot.sandbox import RateLimits, Thread
from bot.sandbox.errors import Json
from bot.store.database import Database
from tests.bench.case import Case
from tests.bench.posting import imported, post

FLOOD = 5_000
MISSED = 10_000
READING = RateLimits.real().faster(10)
"""Discord's own limits, but sooner over: both sides wait for them alike."""


async def flood() -> float:
    """A flood of messages: the bare bot's seconds until all are counted over ours until all are stored."""
    async with discussion(RateLimits.relaxed()) as (stage, database, bot, thread):
        frames = [await frame(stage, thread, number) for number in range(FLOOD)]
        before = await stored(database)
        ours = await _seconds(stage, frames, lambda: until_stored(database, before + FLOOD))
        await bot.stop()
        bare_bot = await peer(stage, "count", str(FLOOD))
        await stage.discord.until(lambda: stage.discord.is_connected(stage.app), 30)
        # Its servers must be known too, or the first messages would have to wait for them.
        await asyncio.sleep(3)
        bare = await _seconds(stage, frames, bare_bot.wait)
    return bare / ours


async def catch_up() -> float:
    """Messages missed while away: the seconds of bare `history()` over ours until all are stored."""
    async with discussion(READING) as (stage, database, bot, thread):
        await bot.stop()
        before = await stored(database)
        for number in range(MISSED):
            await stage.alice.say(thread, f"Message {number} that nobody heard.")
        seen = len(stage.discord.requests)
        await bot.start()
        await until_stored(database, before + MISSED)
        ended = time.monotonic()
        pages = [each for each in stage.discord.requests[seen:] if str(thread.id) in each.path]
        ours = ended - pages[0].time
        await bot.stop()
        bare_bot = await peer(stage, "read", str(thread.id))
        output, _ = await bare_bot.communicate()
    return float(output) / ours


CASES = (
    Case("capture a flood until durable", "a bot that only counts it", flood, "≥ 0.7"),
    Case("catch up 10,000 missed messages", "bare history() of them", catch_up, "≥ 0.8"),
)


@asynccontextmanager
async def discussion(
    limits: RateLimits, *, module: str = "bot"
) -> AsyncIterator[tuple[Stage, Database, BotProcess, Thread]]:
    """A bot at work on a discussion whose thread is caught up. The bot is what `python -m module` runs."""
    with tempfile.TemporaryDirectory(prefix="oped-bench-") as folder:
        file = Path(folder) / "oped.db"
        async with set_stage(limits=limits) as stage, Database.open(file, migrate=True) as database:
            slug = await imported(database, 0, 1)
            bot = BotProcess(stage, file, file.with_name("bot.log"), module=module)
            await bot.start()
            try:
                await post(stage, database, [slug], stage.articles, ChannelKind.TEXT)
                (thread,) = stage.server.guild.threads.values()
                await stage.alice.say(thread, "The first word.")
                while not await database.fetch_value("SELECT count(*) FROM channel_cursor"):
                    await asyncio.sleep(0.05)
                yield stage, database, bot, thread
            finally:
                await bot.stop()


async def frame(stage: Stage, thread: Thread, number: int) -> Json:
    """A message's event, ready to be sent; its ids lie beyond those that the server gives."""
    said = stage.discord.messages(thread)[-1]
    payload = stage.discord.payload(said)
    identifier = str(said.id + (number + 1 << 22))
    extra = {"guild_id": str(stage.server.id), "id": identifier, "content": f"Message {number} of the flood."}
    return payload | extra


async def _seconds(stage: Stage, frames: list[Json], until: Callable[[], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    push(stage, frames)
    await until()
    return time.perf_counter() - begun


def push(stage: Stage, frames: list[Json]) -> None:
    """Send the events of messages to whoever is connected."""
    for session in stage.discord.gateway.sessions.values():
        if session.connection is not None:
            for each in frames:
                session.push("MESSAGE_CREATE", each)


async def stored(database: Database) -> int:
    """How many comments are stored."""
    return int(await database.fetch_value("SELECT count(*) FROM comment"))


async def until_stored(database: Database, wanted: int) -> None:
    """Wait until so many comments are stored."""
    while await stored(database) < wanted:
        await asyncio.sleep(0.02)


async def peer(stage: Stage, *arguments: str) -> Process:
    """Start a bare bot on the stage."""
    environment = {
        "DISCORD_TOKEN": stage.app.token,
        "DISCORD_API_URL": stage.discord.api_url,
        "GATEWAY_URL": stage.discord.gateway_url,
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-W", "ignore", "-m", "tests.bench.bare", *arguments, env=environment, stdout=PIPE
    )
