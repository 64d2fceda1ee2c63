from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from bot.discussion import retention as module
from bot.discussion.privacy import Privacy
from bot.discussion.retention import Retention
from bot.errors import StorageError
from bot.model import GuildId, UserId
from bot.store.backup import back_up
from bot.store.database import Database
from tests.store.making import add_article, add_publication, capture, message

HERE = GuildId(10)
NOW = datetime(2030, 6, 1, tzinfo=UTC)


@pytest.fixture
async def discussed(database: Database) -> Database:
    """A server with a comment."""
    await add_publication(database, await add_article(database))
    await capture(database, message(200))
    return database


def retention(database: Database) -> Retention:
    return Retention(database, backup_days=7, purge_days=30)


async def comments(database: Database) -> int:
    return int(await database.fetch_value("SELECT count(*) FROM comment"))


async def test_a_server_left_is_purged_after_its_days_and_not_before(discussed: Database) -> None:
    await retention(discussed).departed(HERE)
    left = datetime.now(UTC)
    await retention(discussed).round(left + timedelta(days=29))
    assert await comments(discussed) == 1
    await retention(discussed).round(left + timedelta(days=31))
    assert await comments(discussed) == 0


async def test_a_server_left_while_the_bot_was_away_is_missed(discussed: Database) -> None:
    await retention(discussed).present([GuildId(99)])
    await retention(discussed).round(datetime.now(UTC) + timedelta(days=31))
    assert await comments(discussed) == 0


async def test_being_added_again_cancels_the_purge(discussed: Database) -> None:
    await retention(discussed).departed(HERE)
    await retention(discussed).arrived(HERE)
    await retention(discussed).round(datetime.now(UTC) + timedelta(days=31))
    assert await comments(discussed) == 1


async def test_an_old_backup_is_deleted(discussed: Database, tmp_path: Path) -> None:
    await back_up(discussed.path, tmp_path / "copy.db")
    await retention(discussed).round(datetime.now(UTC) + timedelta(days=6))
    assert (tmp_path / "copy.db").exists()
    await retention(discussed).round(datetime.now(UTC) + timedelta(days=8))
    assert not (tmp_path / "copy.db").exists()


async def test_an_erasure_is_remembered_as_long_as_a_backup_from_before_it(database: Database) -> None:
    await Privacy(database, lambda: None).erase(UserId(7), NOW)
    await retention(database).round(NOW + timedelta(days=7))
    assert await database.fetch_value("SELECT count(*) FROM erasure") == 1
    await retention(database).round(NOW + timedelta(days=7, seconds=1))
    assert await database.fetch_value("SELECT count(*) FROM erasure") == 0


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (StorageError("The disk that holds the database is full."), "retention_waits"),
        (ValueError("nobody foresaw this"), "retention_interrupted"),
    ],
)
async def test_what_fails_is_told_and_tried_again(
    discussed: Database, monkeypatch: pytest.MonkeyPatch, error: Exception, told: str
) -> None:
    monkeypatch.setattr(module, "ROUND_SECONDS", 0.0)
    monkeypatch.setattr("bot.patience.FIRST_WAIT", 0.0)
    rounds = 0
    done = asyncio.Event()

    async def refuse(self: Retention, now: datetime) -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 1:
            raise error
        done.set()

    monkeypatch.setattr(Retention, "round", refuse)
    with structlog.testing.capture_logs() as logs:
        task = asyncio.create_task(retention(discussed).run())
        await asyncio.wait_for(done.wait(), 30)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    assert [each["event"] for each in logs] == [told, "retention_goes_on"]
