"""Backups: one file that holds a database as it was at one moment, and its key beside it, as always."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

import structlog

from bot.errors import StorageError
from bot.model import UserId
from bot.store.check import check
from bot.store.connection import check_place
from bot.store.database import Database
from bot.store.erasing import erase_some
from bot.store.failures import explained
from bot.store.lock import only_bot
from bot.store.moments import from_milliseconds
from bot.store.personal import Personal
from bot.store.schema import APPLICATION_ID
from bot.store.search_index import SearchIndex

log = structlog.get_logger(__name__)

_AT_ONCE = 1_000


def key_path(database: Path) -> Path:
    """Where the key is by which commenters of a database are told apart: beside it."""
    return database.with_name(f"{database.name}.key")


def _list_path(database: Path) -> Path:
    """Where it is noted where backups of a database are: beside it, as it must outlive the database itself."""
    return database.with_name(f"{database.name}.backups")


async def back_up(database: Path, to: Path) -> None:
    """Copy a database and its key to a file, also while the bot writes: the copy is of one moment.

    An older copy of that name is replaced only when the new one is whole. Where it is, is noted beside the database,
    so that `prune` finds it. Raises `StorageError`.
    """
    check_place(database, read_only=True)
    with _beside(to) as copy:
        with explained(to):
            await asyncio.to_thread(_copy, database, copy)
        with _file_errors(to):
            await asyncio.to_thread(_remember, database, to)
            if key_path(database).exists():
                _replace(key_path(database), key_path(to))
            copy.replace(to)


async def restore(database: Path, backup: Path) -> None:
    """Put a backup in the place of a database, upgraded to this version's schema.

    It is looked over first: one that is damaged, of a newer schema or somebody else's is refused, and nothing
    changes. What members had erased since, and who opted out, holds for it too, as far as the old database can
    still be read. Raises `StorageError`, also where a bot is running.
    """
    check_place(backup, read_only=True)
    with only_bot(database), _beside(database) as copy:
        with explained(backup):
            await asyncio.to_thread(_copy, backup, copy)
            await asyncio.to_thread(_check_not_empty, copy)
        async with Database.open(copy, migrate=True) as opened:
            findings = await check(opened)
            if not findings:
                await _carry_over(database, opened)
        if findings:
            raise StorageError(
                f"The backup is damaged: {findings[0]}", remedy="Use another one.", place=str(backup)
            )
        with _file_errors(database):
            _forget_log(database)
            if key_path(backup).exists():
                _replace(key_path(backup), key_path(database))
            copy.replace(database)


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A new private file in the same folder, which is gone afterwards unless it was moved."""
    with _file_errors(file):
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
        os.close(descriptor)
    copy = Path(name)
    try:
        yield copy
    finally:
        for leftover in (copy, *_log_files(copy)):
            leftover.unlink(missing_ok=True)


async def prune(database: Path, before: datetime) -> list[Path]:
    """Delete what backups made before that moment left, wherever they were written; which files.

    A file that is no database of ours is left alone, whatever was noted of its name. What cannot be deleted is told
    of, and tried again the next time.
    """
    return await asyncio.to_thread(_prune, database, before.timestamp())


def _prune(database: Path, before: float) -> list[Path]:
    pruned = []
    for path in (database, *_remembered(database)):
        try:
            # A copy that was cut off is worth nothing, but holds everything.
            pruned += [each for each in _leftovers(path) if _delete_old(each, before)]
            if path != database and _is_ours(path) and _delete_old(path, before):
                key_path(path).unlink(missing_ok=True)
                pruned.append(path)
        except OSError as error:
            log.warning("backup_not_deleted", path=str(path), reason=error.strerror)
    return pruned


def _leftovers(file: Path) -> list[Path]:
    """What `_beside` made for a file and a killed program could not remove."""
    name = re.compile(rf"\.{re.escape(file.name)}-[a-z0-9_]{{8}}(-wal|-shm|-journal)?")
    return [each for each in file.parent.glob(".*") if name.fullmatch(each.name)]


def _delete_old(file: Path, before: float) -> bool:
    if file.stat().st_mtime >= before:
        return False
    file.unlink()
    return True


def _is_ours(file: Path) -> bool:
    """Whether a file is a database of Oped's, by its header (sqlite.org/fileformat2.html)."""
    if not file.is_file():
        return False
    with file.open("rb") as stream:
        header = stream.read(100)
    return header.startswith(b"SQLite format 3\0") and header[68:72] == APPLICATION_ID.to_bytes(4, "big")


def _remember(database: Path, backup: Path) -> None:
    """Add a backup to the list, one JSON string a line: a path may hold anything."""
    if backup.absolute() in _remembered(database):
        return
    descriptor = os.open(_list_path(database), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a", encoding="ascii") as file:
        file.write(f"{json.dumps(str(backup.absolute()))}\n")


def _remembered(database: Path) -> list[Path]:
    """Where backups of a database were written."""
    try:
        lines = _list_path(database).read_text("ascii").splitlines()
    except FileNotFoundError:
        return []
    return [Path(json.loads(line)) for line in lines]


async def _carry_over(old: Path, restored: Database) -> None:
    """Take over what must not be forgotten by going back in time; a damaged database can no longer tell it."""
    try:
        async with Database.open(old, read_only=True) as database:
            erasures = await database.fetch_all("SELECT user_id, at FROM erasure ORDER BY at")
            opted_out = await database.fetch_all("SELECT user_id FROM opt_out")
    except StorageError as error:
        log.warning("erasures_not_known", reason=error.sentence())
        return
    async with restored.transaction() as tx:
        await tx.execute("DELETE FROM opt_out")
        await tx.executemany("INSERT INTO opt_out (user_id) VALUES (?)", [tuple(each) for each in opted_out])
        for each in erasures:
            user, at = UserId(each["user_id"]), from_milliseconds(each["at"])
            await Personal(tx).begin_erasure(tx, user, at)
            while await erase_some(tx, user, at=at, limit=_AT_ONCE):
                pass
        await SearchIndex(tx).hurry(tx)


def _copy(source: Path, target: Path) -> None:
    """Copy in one step: in steps, it would begin anew whenever somebody writes in between."""
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as reading,
        closing(sqlite3.connect(target)) as writing,
    ):
        reading.backup(writing)
        # A single file, without a log beside it.
        writing.execute("PRAGMA journal_mode = DELETE")


def _check_not_empty(copy: Path) -> None:
    """Refuse what SQLite takes for an empty database: upgrading would make a fresh one of it."""
    with closing(sqlite3.connect(copy)) as connection:
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if not tables:
        raise StorageError(
            "This file is no backup: it is empty.", remedy="Name one that `oped db backup` made."
        )


def _forget_log(database: Path) -> None:
    """Remove the old file's log, which SQLite would otherwise take for the new one's."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as old:
        # Should we end here, the old database must still be whole.
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in _log_files(database):
        file.unlink(missing_ok=True)


def _log_files(database: Path) -> tuple[Path, ...]:
    return tuple(database.with_name(f"{database.name}{ending}") for ending in ("-wal", "-shm", "-journal"))


def _replace(source: Path, target: Path) -> None:
    with _beside(target) as copy:
        shutil.copyfile(source, copy)
        copy.replace(target)


@contextmanager
def _file_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"The file cannot be written: {error.strerror}.",
            remedy="Name a folder that exists, with room in it, and that Oped may write to.",
            place=str(file),
        ) from error
