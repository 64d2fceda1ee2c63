"""What SQLite's errors mean to the person who runs the bot."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import StorageError

_EXPLANATIONS: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_BUSY: (
        "The database is locked: another program is writing to it.",
        "Wait until it has finished and try again.",
    ),
    sqlite3.SQLITE_READONLY: (
        "The database cannot be written to.",
        "Give the user who runs Oped the right to write to the file and to its folder.",
    ),
    sqlite3.SQLITE_FULL: (
        "The disk that holds the database is full.",
        "Free some space; nothing that was stored before is lost.",
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk that holds the database cannot be read or written.",
        "Check the disk and its free space.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "The database file cannot be opened.",
        "Check that DATABASE_URL names a file in a folder that Oped may read and write.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "The database is damaged.",
        "Put back the last backup with `oped db restore`.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "This file is not a database.",
        "Point DATABASE_URL at the database of Oped, or at a file that does not exist yet.",
    ),
}
_EXPLANATIONS[sqlite3.SQLITE_LOCKED] = _EXPLANATIONS[sqlite3.SQLITE_BUSY]
_EXPLANATIONS[sqlite3.SQLITE_PERM] = _EXPLANATIONS[sqlite3.SQLITE_CANTOPEN]


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what an operator can mend into a `StorageError` that names the file.

    Mistakes in our own SQL pass as they are.
    """
    try:
        yield
    except StorageError as error:
        error.place = error.place or str(path)
        raise
    except sqlite3.Error as error:
        # The low byte is the primary code; an error raised by the sqlite3 module itself carries none.
        code = getattr(error, "sqlite_errorcode", None)
        explanation = _EXPLANATIONS.get(code & 0xFF) if code is not None else None
        if explanation is None:
            raise
        message, remedy = explanation
        raise StorageError(message, remedy=remedy, place=str(path)) from error
