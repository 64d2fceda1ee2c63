"""Backups: one file that holds a database as it was at one moment, and its key beside it, as always."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from bot.errors import StorageError
from bot.store.check import check
from bot.store.connection import check_place
from bot.store.database import Database
from bot.store.failures import explained
from bot.store.lock import only_bot


def key_path(database: Path) -> Path:
    """Where the key is by which commenters of a database are told apart: beside it."""
    return database.with_name(f"{database.name}.key")


async def back_up(database: Path, to: Path) -> None:
    """Copy a database and its key to a file, also while the bot writes: the copy is of one moment.

    An older copy of that name is replaced only when the new one is whole. Raises `StorageError`.
    """
    check_place(database, read_only=True)
    with _beside(to) as copy:
        with explained(to):
            await asyncio.to_thread(_copy, database, copy)
        with _file_errors(to):
            if key_path(database).exists():
                _replace(key_path(database), key_path(to))
            copy.replace(to)


async def restore(database: Path, backup: Path) -> None:
    """Put a backup in the place of a database, upgraded to this version's schema.

    It is looked over first: one that is damaged, of a newer schema or somebody else's is refused, and nothing
    changes. Raises `StorageError`, also where a bot is running.
    """
    check_place(backup, read_only=True)
    with only_bot(database), _beside(database) as copy:
        with explained(backup):
            await asyncio.to_thread(_copy, backup, copy)
            await asyncio.to_thread(_check_not_empty, copy)
        async with Database.open(copy, migrate=True) as opened:
            findings = await check(opened)
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
