"""One connection to SQLite: where its file may be, how it is opened and closed, what it is set to."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import aiosqlite

from bot.errors import StorageError
from bot.store import schema

T = TypeVar("T")

# Far longer than any of our transactions; a slow disk, or another program at work on the file, may take its time.
_BUSY_SECONDS = 15
_INTERRUPT_SECONDS = 0.01
_RETRY_SECONDS = 0.02

# An error's code without what SQLite adds to it in the higher bits (rescode, extended result codes).
_PRIMARY_CODE = 0xFF


async def settled(operation: Coroutine[Any, Any, T]) -> T:
    """Await an operation to its end even if cancelled meanwhile, then let the cancellation through.

    A thread runs it: giving up the wait would not stop it, only leave its outcome unknown.
    """
    task = asyncio.ensure_future(operation)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        task.exception()  # marks it as retrieved: the cancellation is what the caller asked for
        raise cancelled
    return task.result()


def check_place(path: Path, *, read_only: bool) -> None:
    """Refuse what SQLite would only call "unable to open database file", and make a new file private."""
    try:
        if not path.parent.is_dir():
            raise StorageError(
                f"The folder {path.parent} for the database does not exist.",
                remedy="Make it, or let DATABASE_URL name a file in a folder that exists.",
                place=str(path),
            )
        if path.is_dir():
            raise StorageError("The database is a folder.", remedy="Name a file inside it.", place=str(path))
        if read_only and not path.exists():
            raise _nothing_yet(place=str(path))
        # It will hold what members wrote: nobody else on this machine needs to read it.
        os.close(os.open(path, os.O_RDONLY if read_only else os.O_RDONLY | os.O_CREAT, 0o600))
    except OSError as error:
        raise StorageError(
            f"The database cannot be made or opened: {error.strerror}.",
            remedy="Give the user who runs Oped the right to read and write the file and its folder.",
            place=str(path),
        ) from error


def _nothing_yet(place: str | None = None) -> StorageError:
    return StorageError(
        "There is no database yet.",
        remedy="Import an article first, for example `oped import data/sample.txt`.",
        place=place,
    )


@asynccontextmanager
async def connect(path: Path, *, writable: bool) -> AsyncIterator[aiosqlite.Connection]:
    """A connection with its thread, closed and joined in every case, also when cancelled while opening."""
    connection = aiosqlite.connect(_uri(path), uri=True, isolation_level=None, timeout=_BUSY_SECONDS)
    try:
        await settled(_opened(connection))
        connection.row_factory = sqlite3.Row
        if not writable:
            # Rather than mode=ro, which cannot recover a log that a killed process left behind.
            await connection.execute_fetchall("PRAGMA query_only = ON")
            # In KiB: there are several readers, and the system's own cache serves them all.
            await connection.execute_fetchall("PRAGMA cache_size = -256")
        yield connection
    finally:
        await settled(connection.close())


def _uri(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=rw"


async def _opened(connection: aiosqlite.Connection) -> None:
    _ = await connection


async def interruptible(connection: aiosqlite.Connection, reading: Awaitable[T]) -> T:
    """Await a read; cancelled, end it in its thread too, so that the connection is free for the next one."""
    task = asyncio.ensure_future(reading)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await settled(_interrupted(connection, task))
        raise


async def _interrupted(connection: aiosqlite.Connection, task: asyncio.Future[T]) -> None:
    while not task.done():
        # It has no effect on what the thread has not begun yet, hence again.
        await connection.interrupt()
        await asyncio.wait({task}, timeout=_INTERRUPT_SECONDS)
    task.exception()  # marks it as retrieved


async def emptied(connection: aiosqlite.Connection) -> bool:
    """Write the log back and cut it to nothing; False, without waiting, where somebody still reads it."""
    await connection.execute_fetchall("PRAGMA busy_timeout = 0")
    try:
        ((busy, _, _),) = await connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        await connection.execute_fetchall(f"PRAGMA busy_timeout = {int(_BUSY_SECONDS * 1000)}")
    return not busy


async def prepare(connection: aiosqlite.Connection, *, migrate: bool) -> None:
    """Set up the writer and a new file's schema; an older one is upgraded with `migrate`, else refused."""
    end = monotonic() + _BUSY_SECONDS
    while True:
        try:
            return await _prepare(connection, migrate=migrate)
        except sqlite3.OperationalError as error:
            # Two programs that make the file at the same moment stand in each other's way while it is switched to
            # its log: there SQLite does not wait, it refuses at once.
            if error.sqlite_errorcode & _PRIMARY_CODE != sqlite3.SQLITE_BUSY or monotonic() > end:
                raise
        await asyncio.sleep(_RETRY_SECONDS)


async def _prepare(connection: aiosqlite.Connection, *, migrate: bool) -> None:
    steps = schema.migrations()
    version = await schema.check_version(connection, newest=steps[-1].version)
    for pragma in (
        "journal_mode = WAL",
        # Not NORMAL, which may lose the last commits with the power: a create that Discord has carried out
        # but the database has forgotten would be sent twice.
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
        # Temporary tables have it switched on apart, as they come to be later.
        "temp.secure_delete = ON",
        # Cut the log whenever it is reset: what was erased must not live on in its tail.
        "journal_size_limit = 0",
    ):
        await connection.execute_fetchall(f"PRAGMA {pragma}")
    if version == 0 or migrate:
        await schema.upgrade(connection, steps)
    else:
        schema.require(version, steps[-1].version)


async def expect(connection: aiosqlite.Connection) -> None:
    """Refuse a file whose schema is not exactly ours, without writing to it."""
    newest = schema.migrations()[-1].version
    version = await schema.check_version(connection, newest=newest)
    if version == 0:
        raise _nothing_yet()
    schema.require(version, newest)
