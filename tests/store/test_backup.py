from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from bot.errors import StorageError
from bot.model import UserId
from bot.store.backup import back_up, key_path, prune, restore
from bot.store.database import Database
from bot.store.erasing import erase_some
from bot.store.lock import only_bot
from bot.store.personal import Personal
from tests.store.making import add_article, add_publication, capture, message


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


async def _prune(database: Path, *, days: float = 0) -> list[str]:
    """Prune what is older than so many days."""
    return [path.name for path in await prune(database, datetime.now(UTC) - timedelta(days=days))]


def _age(file: Path, *, days: float) -> None:
    then = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    os.utime(file, (then, then))


async def test_old_backups_are_deleted_with_their_keys_and_younger_ones_stay(
    database: Path, tmp_path: Path
) -> None:
    for name in ("old.db", "young.db", "taken.db", "moved.db"):
        await back_up(database, tmp_path / name)
        _age(tmp_path / name, days=1 if name == "young.db" else 9)
    _age(database, days=9)
    (tmp_path / "moved.db").rename(tmp_path / "elsewhere.db")
    (tmp_path / "taken.db").write_text("somebody's letter")
    _age(tmp_path / "taken.db", days=9)
    assert await _prune(database, days=7) == ["old.db"]
    for name in ("elsewhere.db", "oped.db", "taken.db", "young.db"):
        assert (tmp_path / name).exists()
    assert not (tmp_path / "old.db.key").exists()
    assert key_path(database).exists()
    assert await _prune(database, days=7) == []


async def test_what_a_backup_left_that_was_cut_off_is_deleted(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    await back_up(database, folder / "copy.db")
    leftover, other = folder / ".copy.db-abc_1234", folder / ".copy.db-notes"
    for file in (leftover, other):
        file.write_text("half a copy")
        _age(file, days=9)
    assert await _prune(database, days=7) == [leftover.name]
    assert other.exists()


async def test_a_backup_that_cannot_be_deleted_is_told_of_and_tried_again(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy.db"
    await back_up(database, copy)
    _age(copy, days=9)
    with monkeypatch.context() as patch, structlog.testing.capture_logs() as logs:
        patch.setattr(Path, "unlink", _refuse)
        assert await _prune(database, days=7) == []
    assert [each["event"] for each in logs] == ["backup_not_deleted"]
    assert await _prune(database, days=7) == ["copy.db"]


def _refuse(path: Path, missing_ok: bool = False) -> None:
    raise PermissionError(13, "Permission denied", str(path))


async def test_going_back_in_time_forgets_no_backup(database: Path, tmp_path: Path) -> None:
    await back_up(database, tmp_path / "first.db")
    await back_up(database, tmp_path / "second.db")
    await restore(database, tmp_path / "first.db")
    for name in ("first.db", "second.db"):
        _age(tmp_path / name, days=9)
    assert await _prune(database, days=7) == ["first.db", "second.db"]


async def test_what_was_erased_and_who_opted_out_holds_for_an_older_backup(
    database: Path, tmp_path: Path
) -> None:
    copy, mel = tmp_path / "copy.db", UserId(7)
    async with Database.open(database) as opened:
        await add_publication(opened, await add_article(opened))
        await capture(opened, message(200, "secret words"))
    await back_up(database, copy)
    assert b"secret words" in copy.read_bytes()
    async with Database.open(database) as opened, opened.transaction() as tx:
        now = datetime.now(UTC)
        await Personal(tx).begin_erasure(tx, mel, now)
        while await erase_some(tx, mel, at=now, limit=9):
            pass
        await Personal(tx).opt_out(tx, mel)
    await restore(database, copy)
    for ending in ("", "-wal", "-shm"):
        file = tmp_path / f"oped.db{ending}"
        assert not file.exists() or b"secret words" not in file.read_bytes()
    async with Database.open(database) as opened:
        assert await Personal(opened).opted_out([mel]) == {mel}
        assert await opened.fetch_value("SELECT count(*) FROM erasure") == 1
        (row,) = await opened.fetch_all("SELECT status, text FROM comment")
        assert tuple(row) == ("deleted", "")


def _break(file: Path) -> None:
    file.write_bytes(b"a broken disk" * 100)


async def test_a_database_that_can_no_longer_be_read_is_replaced_all_the_same(
    database: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    await back_up(database, copy)
    _break(database)
    with structlog.testing.capture_logs() as logs:
        await restore(database, copy)
    assert [each["event"] for each in logs] == ["erasures_not_known"]
    assert await _read(database) == "first"


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
