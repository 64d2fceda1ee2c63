from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StorageError
from bot.store.backup import back_up, key_path, restore
from bot.store.database import Database
from bot.store.lock import only_bot


async def _write(path: Path, value: str) -> None:
    async with Database.open(path, migrate=True) as database, database.transaction() as tx:
        await tx.execute(
            "INSERT INTO setting (name, value) VALUES ('word', ?) ON CONFLICT (name) DO UPDATE SET value = ?1",
            (value,),
        )


async def _read(path: Path) -> str:
    async with Database.open(path) as database:
        return str(await database.fetch_value("SELECT value FROM setting WHERE name = 'word'"))


@pytest.fixture
async def database(tmp_path: Path) -> Path:
    path = tmp_path / "oped.db"
    await _write(path, "first")
    key_path(path).write_bytes(b"k" * 32)
    return path


async def test_a_backup_is_one_private_file_with_its_key(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copies" / "oped.db"
    copy.parent.mkdir()
    await back_up(database, copy)
    assert sorted(file.name for file in copy.parent.iterdir()) == ["oped.db", "oped.db.key"]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert await _read(copy) == "first"


async def test_a_backup_is_made_while_the_bot_writes(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with only_bot(database):
        async with Database.open(database) as bot:
            async with bot.transaction() as tx:
                await tx.execute("UPDATE setting SET value = 'unfinished'")
                await back_up(database, copy)
            assert await _read(copy) == "first"
    await back_up(database, copy)
    assert await _read(copy) == "unfinished"


async def test_restoring_brings_back_what_was(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    await back_up(database, copy)
    await _write(database, "second")
    key_path(database).write_bytes(b"x" * 32)
    await restore(database, copy)
    assert await _read(database) == "first"
    assert key_path(database).read_bytes() == b"k" * 32


async def test_a_log_of_the_old_database_does_not_reach_the_new_one(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    await back_up(database, copy)
    # A killed process leaves its log behind.
    with closing(sqlite3.connect(database)) as killed:
        killed.execute("PRAGMA journal_mode = WAL")
        killed.execute("UPDATE setting SET value = 'in the log'")
        killed.commit()
        log = database.with_name("oped.db-wal").read_bytes()
    database.with_name("oped.db-wal").write_bytes(log)
    await restore(database, copy)
    assert await _read(database) == "first"


async def test_a_running_bot_is_not_robbed_of_its_database(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    await back_up(database, copy)
    with only_bot(database), pytest.raises(StorageError, match="already running"):
        await restore(database, copy)


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + b"\x00" * 100])
async def test_what_is_no_backup_changes_nothing(database: Path, tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(content)
    with pytest.raises(StorageError):
        await restore(database, broken)
    assert await _read(database) == "first"


async def test_a_damaged_backup_is_refused_with_what_is_wrong(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    await back_up(database, copy)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute(
            "INSERT INTO section (article_id, number, text) VALUES (99, 1, 'of an article that is not there')"
        )
        connection.commit()
    with pytest.raises(StorageError, match="damaged"):
        await restore(database, copy)
    assert await _read(database) == "first"


async def test_a_place_that_cannot_be_written_is_named(database: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageError) as refused:
        await back_up(database, tmp_path / "nowhere" / "copy.db")
    assert refused.value.remedy
    with pytest.raises(StorageError):
        await back_up(tmp_path / "missing.db", tmp_path / "copy.db")
    assert await asyncio.to_thread(lambda: sorted(file.name for file in tmp_path.glob("*copy*"))) == []
