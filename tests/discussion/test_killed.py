"""Capture killed at any moment, also in the middle of a commit: whole batches, each with its cursor."""

from __future__ import annotations

import asyncio
import random
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from bot.store.cursors import Cursors
from bot.store.database import Database
from tests.discussion.test_capture import THREAD, set_up

KILLS = 6


async def killed(path: Path, first: int, chance: random.Random) -> None:
    """Run the writer and kill it a little after it has stored something."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.discussion.writer", str(path), str(first), stdout=PIPE
    )
    assert process.stdout is not None
    for _ in range(chance.randint(1, 20)):
        assert await process.stdout.readline(), "the writer ended by itself"
    process.kill()
    await process.wait()


async def test_no_kill_leaves_half_a_batch_or_a_cursor_past_what_is_stored(tmp_path: Path) -> None:
    chance, path, stored = random.Random(5), tmp_path / "oped.db", 999  # noqa: S311 - a schedule, not a secret
    async with Database.open(path) as database:
        await set_up(database)
    for _ in range(KILLS):
        await killed(path, stored + 1, chance)
        async with Database.open(path) as database:
            assert await database.fetch_value("PRAGMA integrity_check") == "ok"
            cursor = await Cursors(database).of(THREAD)
            row = await database.fetch_one(
                "SELECT count(*) AS number, max(message_id) AS newest FROM comment WHERE origin = 'discord'"
            )
        assert row is not None
        assert cursor is not None
        # The reading that gives leave to move the cursor is noted after its batch, hence one batch behind at most.
        assert stored <= cursor <= row["newest"]
        assert row["newest"] > stored
        assert row["number"] == row["newest"] - 999, "all in a row, each once"
        stored = row["newest"]
