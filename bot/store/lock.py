"""The locks that make a running bot the only one on its database, and let one import work at a time."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from bot.errors import StorageError

if sys.platform == "win32":
    import msvcrt

    # Windows locks bytes against reading too, so the locked one lies beyond where the pid is.
    _LOCKED_BYTE = 1 << 20

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


_POLL_SECONDS = 0.05


def lock_path(database: Path) -> Path:
    """Where the lock of a database is: beside it."""
    return database.with_name(f"{database.name}.lock")


@contextmanager
def only_bot(database: Path) -> Iterator[None]:
    """Hold the database's lock. Raises `StorageError`, with the other's process id, where a bot holds it.

    The system lets go of it when the process ends, however that happens; the file itself stays, since removing
    it could take it away from a bot that is just starting.
    """
    with _opened(lock_path(database)) as descriptor:
        try:
            _take(descriptor)
        except OSError as error:
            raise StorageError(
                f"A bot is already running on this database (process {_read_holder(descriptor)}).",
                remedy="Stop it first, or give this one a database of its own with DATABASE_URL.",
                place=str(database),
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
        yield
        os.ftruncate(descriptor, 0)


@asynccontextmanager
async def only_import(database: Path) -> AsyncIterator[None]:
    """Hold the turn to import into a database, after waiting until nobody else does, in whatever process."""
    with _opened(database.with_name(f"{database.name}.import.lock")) as descriptor:
        while not _taken(descriptor):  # noqa: ASYNC110 - the other may be another process
            await asyncio.sleep(_POLL_SECONDS)
        yield


def holder(database: Path) -> str | None:
    """The process id of the bot that holds the database's lock, None where none does.

    The only way to learn that is to take the lock, for an instant.
    """
    try:
        descriptor = os.open(lock_path(database), os.O_RDWR)
    except OSError:
        return None
    try:
        _take(descriptor)
    except OSError:
        return _read_holder(descriptor)
    finally:
        os.close(descriptor)
    return None


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageError(
            f"The lock beside the database cannot be made: {error.strerror}.",
            remedy="Let DATABASE_URL name a file in a folder that exists and that Oped may write to.",
            place=str(path),
        ) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        _take(descriptor)
    except OSError:
        return False
    return True


def _read_holder(descriptor: int) -> str:
    return os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
