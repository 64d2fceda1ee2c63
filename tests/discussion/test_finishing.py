from __future__ import annotations

import asyncio
import contextlib

import pytest
import structlog

from bot.discussion import finishing as module
from bot.discussion.finishing import Finishing
from bot.discussion.merging import settle
from bot.errors import StorageError
from bot.store.database import Database
from bot.store.lock import only_import
from tests.discussion.sources import article, comment, imported


async def leave_behind(database: Database) -> None:
    """What an import leaves that was killed while it changed a comment."""
    await imported(database, article(), comment("1"))
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO comment_change (comment_id, kind, whole, status, text) "
            "VALUES (1, 'brought', 0, 'visible', 'edited')"
        )


async def words(database: Database) -> str:
    return str(await database.fetch_value("SELECT text FROM comment"))


async def test_an_import_at_work_is_left_to_itself(database: Database) -> None:
    await leave_behind(database)
    async with only_import(database.path):
        task = asyncio.create_task(Finishing(database, lambda: None).round())
        await asyncio.wait({task}, timeout=0.1)
        assert not task.done()
        assert await words(database) == "text of 1"
    await task
    assert await words(database) == "edited"


async def test_it_looks_at_once_and_again_and_tells_what_fails(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await leave_behind(database)
    monkeypatch.setattr(module, "ROUND_SECONDS", 0.0)
    monkeypatch.setattr("bot.patience.FIRST_WAIT", 0.0)
    errors: list[Exception] = [StorageError("The disk that holds the database is full."), ValueError("bad")]
    done = asyncio.Event()

    async def failing(given: Database) -> None:
        if errors:
            raise errors.pop(0)
        await settle(given)
        done.set()

    monkeypatch.setattr(module, "settle", failing)
    with structlog.testing.capture_logs() as logs:
        task = asyncio.create_task(Finishing(database, lambda: None).run())
        await asyncio.wait_for(done.wait(), 30)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    assert [each["event"] for each in logs][:2] == ["finishing_waits", "finishing_interrupted"]
    assert await words(database) == "edited"
