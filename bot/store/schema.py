"""The numbered migrations, and the one way to bring a database to the newest of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import aiosqlite

from bot.errors import StorageError

# "Oped" in ASCII: tells our file from any other SQLite database, whose tables we must not touch.
APPLICATION_ID = 0x4F706564


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: the statements that lead from version - 1 to this version."""

    version: int
    statements: tuple[str, ...]


@cache
def migrations() -> tuple[Migration, ...]:
    """All steps in order; the files' numbers run from 1 without a gap."""
    folder = resources.files("bot.store") / "migrations"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name
    )
    return tuple(
        Migration(int(file.name.split("_")[0]), tuple(split_statements(file.read_text(encoding="utf-8"))))
        for file in files
    )


def split_statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: `executescript` would commit what is open."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement.strip()
            statement = ""
    if any(line.strip() and not line.lstrip().startswith("--") for line in statement.splitlines()):
        raise ValueError("the last statement of the script does not end with a semicolon")


async def version_of(connection: aiosqlite.Connection) -> int:
    """The schema's version, 0 for an empty file.

    Raises `StorageError` for somebody else's database.
    """
    # One transaction, also within one: another program may be making this very file between two reads.
    await connection.execute_fetchall("SAVEPOINT looking")
    try:
        ((application,),) = await connection.execute_fetchall("PRAGMA application_id")
        ((version,),) = await connection.execute_fetchall("PRAGMA user_version")
        ((tables,),) = await connection.execute_fetchall("SELECT count(*) FROM sqlite_schema")
    finally:
        await connection.execute_fetchall("RELEASE looking")
    if application == APPLICATION_ID:
        return int(version)
    if application or version or tables:
        raise StorageError(
            "This database belongs to another program.",
            remedy="Point DATABASE_URL at a file of its own, which may not exist yet.",
        )
    return 0


async def check_version(connection: aiosqlite.Connection, *, newest: int) -> int:
    """The schema's version, after refusing one that this release does not know."""
    version = await version_of(connection)
    if version > newest:
        raise StorageError(
            f"The database was upgraded by a newer Oped (its schema is {version}, this one knows {newest}).",
            remedy="Install the newer Oped, or put back a backup from before the upgrade.",
        )
    return version


def require(version: int, newest: int) -> None:
    """Refuse an older schema: another program may be at work with it."""
    if version < newest:
        raise StorageError(
            f"The database is from an older Oped (its schema is {version}, this one needs {newest}).",
            remedy="Stop the bot, then run `oped db upgrade`.",
        )


async def upgrade(connection: aiosqlite.Connection, steps: Sequence[Migration]) -> None:
    """Apply the steps that the database lacks, each with its version in one transaction, a new file's all in one.

    Two programs may do this at once: each step is chosen under the write lock. Cancelled or failed midway,
    the database stays at the last whole step, a new one empty.
    """
    # A step may rebuild a table, and the pragma does nothing inside a transaction.
    await connection.execute_fetchall("PRAGMA foreign_keys = OFF")
    try:
        while await _apply_next(connection, steps):
            pass
    finally:
        await connection.rollback()
        await connection.execute_fetchall("PRAGMA foreign_keys = ON")


async def _apply_next(connection: aiosqlite.Connection, steps: Sequence[Migration]) -> bool:
    await connection.execute_fetchall("BEGIN IMMEDIATE")
    version = await check_version(connection, newest=steps[-1].version)
    missing = [step for step in steps if step.version > version]
    # Cut off midway, a new database must not pass for one from an older release.
    for step in missing if version == 0 else missing[:1]:
        await _apply(connection, step)
    await connection.execute_fetchall("COMMIT")
    return bool(missing)


async def _apply(connection: aiosqlite.Connection, step: Migration) -> None:
    for statement in step.statements:
        await connection.execute_fetchall(statement)
    if await connection.execute_fetchall("PRAGMA foreign_key_check"):
        raise StorageError(
            f"Upgrading the database to schema {step.version} would leave rows without what they refer to.",
            remedy="Nothing was changed. Run `oped db check` and put back a backup if it finds damage.",
        )
    await connection.execute_fetchall(f"PRAGMA application_id = {APPLICATION_ID}")
    await connection.execute_fetchall(f"PRAGMA user_version = {step.version}")
