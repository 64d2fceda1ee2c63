"""What else is felt while the bot is busy: lag of its event loop, delays of capture, disk. Printed, without target.

The bot runs with a watch on its loop (`tests.bench.inside`); the import is `oped import` in a process of its own.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, PIPE

from bot.demo.stage import BotProcess, Stage
from bot.sandbox import RateLimits, Thread
from tests.bench.case import Case, Shared
from tests.bench.hearing import discussion, frame, push, stored, until_stored
from tests.bench.inside import lag

MODULE = "tests.bench.inside"
LOOK = 0.002
"""Seconds between two looks for a row or at a file: what is shorter does not show."""

ORDINARY = 50
ORDINARY_PAUSE = 0.2
PAUSE_MEANWHILE = 0.05
DEEPEST = 20


async def flood(messages: int) -> tuple[float, float]:
    """The loop's lag, p99 and maximum, from a flood's first message until its last is stored.

    Most of it is discord.py's: while frames are buffered, its receiving never leaves the loop to others, so that
    a bare bot stands still for about as long.
    """
    async with discussion(RateLimits.relaxed(), module=MODULE) as (stage, database, bot, thread):
        frames = [await frame(stage, thread, number) for number in range(messages)]
        before = await stored(database)
        begun = time.monotonic()
        push(stage, frames)
        await until_stored(database, before + messages)
        ended = time.monotonic()
        await bot.stop()
        return lag(database.path.parent, begun, ended)


async def ordinary() -> float:
    """The usual milliseconds from a message's sending until its row is committed, at a few messages a second."""
    async with discussion(RateLimits.relaxed()) as (stage, database, _, thread), _rows(database.path) as rows:
        for _ in range(ORDINARY):
            await rows.say(stage, thread)
            await asyncio.sleep(ORDINARY_PAUSE)
        await rows.all_there()
        return 1000 * median(rows.delays)


async def importing(comments: int, *, again: bool = False) -> tuple[float, float, float, float, float]:
    """An import beside the bot, while a member writes; or, `again`, one that changes all that an earlier one brought.

    The loop's lag (p99, maximum) and the longest delay of a message until its row is committed, in milliseconds;
    the most the log grew to, in megabytes; the bytes that a comment takes on disk, with the log written back.
    """
    async with discussion(RateLimits.relaxed(), module=MODULE) as (stage, database, bot, thread):
        source = database.path.with_name("source.json")
        _write(source, written_source(comments))
        before = database.path.stat().st_size
        if again:
            async with _rows(database.path) as rows:
                await _import(source, stage, database.path, thread, rows)
            _write(source, written_source(comments, says="says no more than"))
        async with _rows(database.path) as rows:
            begun = time.monotonic()
            await _import(source, stage, database.path, thread, rows)
            ended = time.monotonic()
            await rows.all_there()
        await bot.stop()
        await database.checkpoint()
        size = (database.path.stat().st_size - before) / comments
        return (
            *lag(database.path.parent, begun, ended),
            1000 * max(rows.delays),
            rows.longest_log / 1_000_000,
            size,
        )


def _write(file: Path, lines: Iterable[str]) -> None:
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(lines)


async def _import(source: Path, stage: Stage, file: Path, thread: Thread, rows: Rows) -> None:
    command = BotProcess(stage, file, file.with_name("import.log"))
    process = await command.run("import", str(source), stdout=DEVNULL, stderr=PIPE)
    ended = asyncio.ensure_future(process.communicate())
    while not ended.done():
        await rows.say(stage, thread)
        await asyncio.wait([ended], timeout=PAUSE_MEANWHILE)
    if process.returncode:
        raise RuntimeError(f"the import failed: {ended.result()[1].decode(errors='replace')}")


class Rows:
    """Watches a database for the rows of messages, and its log for how long it grows."""

    def __init__(self, database: sqlite3.Connection, log: Path) -> None:
        self._database = database
        self._log = log
        self._sent: dict[int, float] = {}
        self.delays: list[float] = []
        self.longest_log = 0

    async def say(self, stage: Stage, thread: Thread) -> None:
        """Have a member write, and note when."""
        now = time.monotonic()
        message = await stage.alice.say(thread, "A word in between.")
        self._sent[message.id] = now

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            if self._sent:
                found = self._database.execute(
                    "SELECT message_id FROM comment WHERE message_id IN (SELECT value FROM json_each(?))",
                    (json.dumps(list(self._sent)),),
                ).fetchall()
                now = time.monotonic()
                self.delays += [now - self._sent.pop(message) for (message,) in found]
            with suppress(FileNotFoundError):
                self.longest_log = max(self.longest_log, self._log.stat().st_size)
            await asyncio.sleep(LOOK)

    async def all_there(self) -> None:
        """Wait until every message has its row."""
        while self._sent:
            await asyncio.sleep(LOOK)


@asynccontextmanager
async def _rows(path: Path) -> AsyncIterator[Rows]:
    with closing(sqlite3.connect(path)) as database:
        rows = Rows(database, path.with_name(f"{path.name}-wal"))
        watch = asyncio.create_task(rows.watch())
        try:
            yield rows
        finally:
            watch.cancel()


def written_source(comments: int, *, says: str = "says") -> Iterator[str]:
    """An article in our own format, its comments answering one another."""
    article = {"slug": "bench", "title": "Bench", "author": None, "source_url": None, "published_at": None}
    sections = [{"number": 1, "heading": None, "text": "An introduction."}]
    yield json.dumps(article | {"sections": sections}).removesuffix("}") + ', "comments": ['
    for number in range(comments):
        comment = {
            "id": str(number),
            "source_id": str(number),
            "parent_id": str(number - 1) if number % DEEPEST else None,
            "section": None,
            "author": f"Commenter {number % 997}",
            "created_at": f"2024-01-{number % 28 + 1:02}T12:00:00Z",
            "edited_at": None,
            "origin": "imported",
            "status": "visible",
            "text": f"Comment {number} {says} *this* and that, at some length.\n\n" * (1 + number % 5),
            "message_id": None,
        }
        yield ("," if number else "") + "\n" + json.dumps(comment)
    yield "\n]}\n"


def _flooding(messages: int) -> tuple[Case, ...]:
    lags = Shared(lambda: flood(messages))
    what = f"a flood of {messages:,} messages"
    return (
        Case(f"event-loop lag in {what}, p99", "", lags.part(0), unit="ms"),
        Case(f"event-loop lag in {what}, longest", "", lags.part(1), unit="ms"),
    )


def _importing(comments: int) -> tuple[Case, ...]:
    figures, changing = Shared(lambda: importing(comments)), Shared(lambda: importing(comments, again=True))
    what = f"while {comments:,} comments are imported"
    return (
        Case(f"event-loop lag {what}, p99", "", figures.part(0), unit="ms"),
        Case(f"event-loop lag {what}, longest", "", figures.part(1), unit="ms"),
        Case(f"message to row {what}, longest", "", figures.part(2), unit="ms"),
        Case(f"message to row while {comments:,} comments change, longest", "", changing.part(2), unit="ms"),
        Case(f"write-ahead log {what}, peak", "", figures.part(3), unit="MB"),
        Case(f"disk for a comment of {comments:,}", "", figures.part(4), unit="bytes"),
    )


CASES = (
    Case("message to row, five messages a second", "", ordinary, side_by_side=True, unit="ms"),
    *_flooding(5_000),
    *_importing(10_000),
)
MORE = (*_flooding(1_000), *_flooding(9_000), *_importing(1_000), *_importing(100_000))
