"""The SQLite database: its connections, its one writer, and what readers see of it.

Writes go through `Database.transaction`, one at a time. Reads use connections of their own: they see
committed state only and never wait for the writer. SQLite is reached through threads, so nothing here blocks
the event loop.
"""

from __future__ import annotations

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import aiosqlite

from bot.errors import ConfigurationError
from bot.store.connection import check_place, connect, emptied, expect, interruptible, prepare, settled
from bot.store.failures import explained

Row = sqlite3.Row
Parameters = Sequence[object] | Mapping[str, object]

_READERS = 4
_STREAM_ROWS = 500


def database_path(url: str) -> Path:
    """The file that a DATABASE_URL names: `sqlite:///relative`, `sqlite:////absolute` or a bare path.

    Raises `ConfigurationError` for any other kind of database.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        return Path(url)
    if scheme != "sqlite":
        raise ConfigurationError(
            f"DATABASE_URL asks for a {urlsplit(url).scheme or scheme} database, which Oped cannot use yet.",
            remedy="Use SQLite, for example sqlite:///data/oped.db.",
            place="DATABASE_URL",
        )
    name = rest.removeprefix("/")
    if not rest.startswith("/") or name in {"", ":memory:"}:
        raise ConfigurationError(
            "DATABASE_URL names no file.",
            remedy="Write sqlite:///data/oped.db, or four slashes before an absolute path.",
            place="DATABASE_URL",
        )
    return Path(name)


class Reader(ABC):
    """What can be asked: of the database, of a snapshot of it, or inside a transaction."""

    @abstractmethod
    async def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a query."""

    @abstractmethod
    def stream(self, sql: str, parameters: Parameters = ()) -> AsyncGenerator[Row, None]:
        """The rows of a query one after the other, a few hundred in memory at a time."""

    async def fetch_one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a query that is meant to have at most one."""
        rows = await self.fetch_all(sql, parameters)
        return rows[0] if rows else None

    async def fetch_value(self, sql: str, parameters: Parameters = ()) -> Any:  # noqa: ANN401 - as SQL has it
        """The first column of the first row, None without a row."""
        row = await self.fetch_one(sql, parameters)
        return row[0] if row else None


class _Connected(Reader):
    """Queries on one connection, until it is taken away."""

    def __init__(self, connection: aiosqlite.Connection, path: Path) -> None:
        self._lent: aiosqlite.Connection | None = connection
        self._path = path

    @property
    def _connection(self) -> aiosqlite.Connection:
        # A late statement of a stray task would otherwise land in somebody else's transaction.
        if self._lent is None:
            raise RuntimeError("this transaction or snapshot has ended")
        return self._lent

    def _end(self) -> None:
        self._lent = None

    async def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        with explained(self._path):
            return list(await self._connection.execute_fetchall(sql, parameters))

    async def stream(self, sql: str, parameters: Parameters = ()) -> AsyncGenerator[Row, None]:
        with explained(self._path):
            async with self._connection.execute(sql, parameters) as cursor:
                while rows := await cursor.fetchmany(_STREAM_ROWS):
                    for row in rows:
                        yield row


class Transaction(_Connected):
    """The open transaction: what is read here includes what was written here."""

    async def execute(self, sql: str, parameters: Parameters = ()) -> int:
        """Run one statement; how many rows it inserted, updated or deleted."""
        with explained(self._path):
            return (await self._connection.execute(sql, parameters)).rowcount

    async def executemany(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Run one statement for each row."""
        with explained(self._path):
            await self._connection.executemany(sql, rows)


class Snapshot(_Connected):
    """The database as it was at one moment, however long the reading takes."""


class Database(Reader):
    """An open database; made by `Database.open`."""

    def __init__(self, path: Path, writer: aiosqlite.Connection, resources: AsyncExitStack) -> None:
        self.path = path
        self._writer = writer
        self._writing = asyncio.Lock()
        self._owner: asyncio.Task[Any] | None = None
        self._resources = resources
        self._idle: list[aiosqlite.Connection] = []
        self._free = asyncio.Semaphore(_READERS)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, location: Path | str, *, read_only: bool = False, migrate: bool = False
    ) -> AsyncIterator[Self]:
        """Open the database at a path or DATABASE_URL, and close it again whatever happens.

        A file that does not exist is made, unless `read_only`. One with an older schema is upgraded with
        `migrate`, else refused, for another program may be at work on it. Raises `StorageError`.
        """
        path = database_path(location) if isinstance(location, str) else location
        check_place(path, read_only=read_only)
        async with AsyncExitStack() as resources:
            with explained(path):
                writer = await resources.enter_async_context(connect(path, writable=not read_only))
                await (expect(writer) if read_only else prepare(writer, migrate=migrate))
            yield cls(path, writer, resources)

    @asynccontextmanager
    async def beside(self, file: Path) -> AsyncIterator[Transaction]:
        """Work in another database file, with this one as of one moment to read, however long it takes.

        Tables of both are called by their names. This one is neither written to nor kept from others. The other
        one is spoilt where an exception leaves.
        """
        with explained(self.path):
            async with connect(file, writable=True) as connection:
                for pragma in ("journal_mode = OFF", "synchronous = OFF"):
                    await connection.execute_fetchall(f"PRAGMA {pragma}")
                this = f"{self.path.absolute().as_uri()}?mode=ro"
                await connection.execute_fetchall("ATTACH ? AS stored", (this,))
                await connection.execute_fetchall("BEGIN")
                transaction = Transaction(connection, self.path)
                try:
                    yield transaction
                    await settled(connection.commit())
                finally:
                    transaction._end()  # noqa: SLF001 - this module's own class

    @asynccontextmanager
    async def transaction(
        self, *, attach: Mapping[str, Path] | None = None, discard: bool = False
    ) -> AsyncIterator[Transaction]:
        """The one writer's turn: all of it is written on leaving, nothing if an exception leaves.

        It waits for its turn, then for other programs' transactions. Cancelled at any moment, the database
        stays usable: a cancellation during the commit lets it end first. Keep it short, and never await Discord
        inside it. `attach` adds, by schema name, database files that serve this transaction only; with
        `discard`, nothing is written in the end.
        """
        if self._owner is asyncio.current_task():
            raise RuntimeError("a transaction inside a transaction would wait for itself")
        async with self._writing, AsyncExitStack() as after:
            self._owner = asyncio.current_task()
            after.callback(self._disown)
            for name, file in (attach or {}).items():
                await after.enter_async_context(self._attached(name, file))
            transaction = Transaction(self._writer, self.path)
            try:
                await self._write("BEGIN IMMEDIATE")
                yield transaction
                await self._write("ROLLBACK" if discard else "COMMIT")
            except BaseException:
                # Does nothing where SQLite itself has already rolled back, or the commit has ended.
                await settled(self._writer.rollback())
                raise
            finally:
                transaction._end()  # noqa: SLF001 - this module's own class

    def _disown(self) -> None:
        self._owner = None

    @asynccontextmanager
    async def _attached(self, name: str, file: Path) -> AsyncIterator[None]:
        try:
            await self._write(f"ATTACH ? AS {name}", (str(file),))
            # What is attached is for the moment: a crash may spoil it.
            await self._write(f"PRAGMA {name}.synchronous = OFF")
            yield
        finally:
            databases = await settled(self._writer.execute_fetchall("PRAGMA database_list"))
            if any(row["name"] == name for row in databases):
                await self._write(f"DETACH {name}")

    async def _write(self, sql: str, parameters: Parameters = ()) -> None:
        with explained(self.path):
            await settled(self._writer.execute_fetchall(sql, parameters))

    async def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a query on the state last committed."""
        with explained(self.path):
            async with self._free:
                connection = self._idle.pop() if self._idle else await self._connect()
                try:
                    return list(await interruptible(connection, connection.execute_fetchall(sql, parameters)))
                finally:
                    self._idle.append(connection)

    async def _connect(self) -> aiosqlite.Connection:
        return await self._resources.enter_async_context(connect(self.path, writable=False))

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """A view of one moment for long reading, such as an export, that nothing written later disturbs."""
        with explained(self.path):
            async with connect(self.path, writable=False) as connection:
                await connection.execute_fetchall("BEGIN")
                snapshot = Snapshot(connection, self.path)
                try:
                    yield snapshot
                finally:
                    snapshot._end()  # noqa: SLF001 - this module's own class

    async def stream(self, sql: str, parameters: Parameters = ()) -> AsyncGenerator[Row, None]:
        """The rows of a query as of one moment, read on a connection of its own."""
        async with self.snapshot() as snapshot, aclosing(snapshot.stream(sql, parameters)) as rows:
            async for row in rows:
                yield row

    async def data_version(self) -> int:
        """A number that changes when another program has written to the database. Cheap: made for polling."""
        with explained(self.path):
            ((version,),) = await self._writer.execute_fetchall("PRAGMA data_version")
        return int(version)

    async def checkpoint(self) -> bool:
        """Empty the write-ahead log: no erased text is left in it.

        False, at once, where a long read or another program prevents it; then it is to be tried again.
        """
        async with self._writing:
            with explained(self.path):
                return await settled(emptied(self._writer))
