"""Starting on a database of a million comments against starting on an empty one, and the memory that takes.

Both starts are of one application on one embedded Discord, which holds all the threads either time, with the
commands known there since an earlier start; only the database differs. Its file lies in the page cache.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot.client import GUILD_READY_SECONDS
from bot.demo.stage import BotProcess, Stage, set_stage
from bot.sandbox import RateLimits
from tests.bench.case import Case, Shared
from tests.bench.large import IN_EACH, large

SETTLING = 2.0
PATIENCE = 120.0

Start = tuple[float, float]
"""Seconds, and megabytes."""


async def start(discussions: int) -> tuple[float, float]:
    """The large database's seconds to READY over the empty one's, and the same of its resident memory."""
    state = await asyncio.to_thread(large, discussions)
    with tempfile.TemporaryDirectory(prefix="oped-bench-") as folder:
        empty, full = Path(folder) / "empty.db", Path(folder) / "full.db"
        async with set_stage(limits=RateLimits.relaxed()) as stage:
            state.copied_to(full, stage)
            await _started(stage, empty)  # makes the tables and tells Discord of the commands
            with closing(sqlite3.connect(full)) as database, database:
                database.execute("ATTACH ? AS empty", (str(empty),))
                database.execute("INSERT OR IGNORE INTO setting SELECT name, value FROM empty.setting")
            seconds, megabytes = await _started(stage, empty)
            full_seconds, full_megabytes = await _started(stage, full)
    return full_seconds / seconds, full_megabytes / megabytes


async def _started(stage: Stage, file: Path) -> Start:
    """Start the bot and end it again.

    The seconds are from the start of its process until `on_ready`, as the log dates it, without the pause in
    which discord.py waits for further servers: it is the same for all and would hide a difference. The memory is
    resident after all has been caught up with and a while has passed.
    """
    log = file.with_suffix(".log")
    log.unlink(missing_ok=True)
    bot = BotProcess(stage, file, log)
    begun = time.time()
    with log.open("ab") as stream:
        process = await bot.run("run", stdout=stream, stderr=stream)
    try:
        ready = await _line(log, lambda line: line.get("event") == "ready")
        await _line(log, lambda line: line.get("event") == "caught_up")
        await asyncio.sleep(SETTLING)
        megabytes = resident(process.pid)
    finally:
        process.terminate()
        await process.wait()
    return datetime.fromisoformat(ready["timestamp"]).timestamp() - begun - GUILD_READY_SECONDS, megabytes


async def _line(log: Path, wanted: Callable[[dict[str, str]], bool]) -> dict[str, str]:
    """The first line of a log that is as wanted, once it is there."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if (found := next(filter(wanted, _lines(log)), None)) is not None:
                return found
            await asyncio.sleep(0.1)


def _lines(log: Path) -> Iterator[dict[str, str]]:
    for line in log.read_text().splitlines():
        if line.endswith("}"):  # else it is being written
            yield json.loads(line)


def resident(process: int) -> float:
    """The megabytes of a process that are in memory."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the process has ended")


def _cases(discussions: int) -> tuple[Case, ...]:
    shared = Shared(lambda: start(discussions))
    size = f"{discussions * IN_EACH:,} comments in {discussions:,} threads"
    return (
        Case(f"gateway READY, {size}", "an empty database", shared.part(0), "≤ 1.3"),
        Case(f"resident memory, {size}", "an empty database", shared.part(1), "≤ 1.2"),
    )


CASES = _cases(5_000)
MORE = (*_cases(50), *_cases(500))
