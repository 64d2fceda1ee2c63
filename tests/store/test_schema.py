from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import aiosqlite
import pytest

from bot.errors import StorageError
from bot.store.database import Database
from bot.store.schema import APPLICATION_ID, Migration, migrations, split_statements, upgrade, version_of

STEPS = (
    Migration(1, ("CREATE TABLE a (id INTEGER PRIMARY KEY)", "INSERT INTO a VALUES (1)")),
    Migration(2, ("CREATE TABLE b (a_id INTEGER REFERENCES a)", "INSERT INTO b VALUES (1)")),
    Migration(3, ("ALTER TABLE a RENAME TO c",)),
)


def connected(path: Path) -> aiosqlite.Connection:
    return aiosqlite.connect(path, isolation_level=None)


def schema_of(path: Path) -> tuple[int, int, list[tuple[str, str]]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        tables = connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
    return version, application, tables


def test_steps_are_numbered_from_one_without_a_gap() -> None:
    assert [step.version for step in migrations()] == list(range(1, len(migrations()) + 1))


def test_a_script_is_split_at_its_statements_only() -> None:
    script = "-- one; two\nCREATE TABLE a (x TEXT DEFAULT ';');\n\nINSERT INTO a\nVALUES (';');\n-- the end\n"
    assert list(split_statements(script)) == [
        "-- one; two\nCREATE TABLE a (x TEXT DEFAULT ';');",
        "INSERT INTO a\nVALUES (';');",
    ]
    with pytest.raises(ValueError, match="semicolon"):
        list(split_statements("SELECT 1"))


@pytest.mark.parametrize("older", range(len(migrations()) + 1))
async def test_a_new_schema_equals_one_upgraded_from_every_older_version(tmp_path: Path, older: int) -> None:
    async with Database.open(tmp_path / "new.db"):
        pass
    if older:
        async with connected(tmp_path / "old.db") as connection:
            await upgrade(connection, migrations()[:older])
    async with Database.open(tmp_path / "old.db", migrate=True):
        pass
    assert schema_of(tmp_path / "old.db") == schema_of(tmp_path / "new.db")
    assert schema_of(tmp_path / "new.db")[:2] == (len(migrations()), APPLICATION_ID)


async def test_upgrading_step_by_step_equals_upgrading_at_once(tmp_path: Path) -> None:
    async with connected(tmp_path / "slow.db") as connection:
        for number in range(1, len(STEPS) + 1):
            await upgrade(connection, STEPS[:number])
    async with connected(tmp_path / "fast.db") as connection:
        await upgrade(connection, STEPS)
    assert schema_of(tmp_path / "slow.db") == schema_of(tmp_path / "fast.db")


async def test_a_step_that_fails_leaves_the_last_whole_one(tmp_path: Path) -> None:
    broken = Migration(3, ("CREATE TABLE d (id INTEGER)", "INSERT INTO nowhere VALUES (1)"))
    async with connected(tmp_path / "oped.db") as connection:
        await upgrade(connection, STEPS[:1])
        with pytest.raises(sqlite3.OperationalError, match="nowhere"):
            await upgrade(connection, (*STEPS[:2], broken))
    version, _, tables = schema_of(tmp_path / "oped.db")
    assert (version, [name for name, _ in tables]) == (2, ["a", "b"])


async def test_a_new_database_whose_making_fails_stays_empty(tmp_path: Path) -> None:
    broken = Migration(2, ("INSERT INTO nowhere VALUES (1)",))
    async with connected(tmp_path / "oped.db") as connection:
        with pytest.raises(sqlite3.OperationalError, match="nowhere"):
            await upgrade(connection, (STEPS[0], broken))
    assert schema_of(tmp_path / "oped.db") == (0, 0, [])


async def test_a_step_that_would_leave_dangling_rows_is_refused(tmp_path: Path) -> None:
    dropping = Migration(3, ("DELETE FROM a",))
    async with connected(tmp_path / "oped.db") as connection:
        await upgrade(connection, STEPS[:1])
        with pytest.raises(StorageError, match="without what they refer to"):
            await upgrade(connection, (*STEPS[:2], dropping))
        assert (await (await connection.execute("PRAGMA foreign_keys")).fetchone()) == (1,)
    assert schema_of(tmp_path / "oped.db")[0] == 2


async def test_a_newer_schema_is_refused_with_both_numbers(tmp_path: Path) -> None:
    path = tmp_path / "oped.db"
    async with Database.open(path):
        pass
    newest = len(migrations())
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {newest + 1}")
    for read_only in (True, False):
        with pytest.raises(
            StorageError, match=rf"newer Oped \(its schema is {newest + 1}.*{newest}\)"
        ) as refusal:
            async with Database.open(path, read_only=read_only, migrate=not read_only):
                pytest.fail("opened")
        assert refusal.value.place == str(path)


async def test_an_older_schema_is_refused_unless_asked_to_upgrade(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "oped.db"
    async with Database.open(path):
        pass
    newer = (*migrations(), Migration(len(migrations()) + 1, ("CREATE TABLE added (id INTEGER)",)))
    monkeypatch.setattr("bot.store.schema.migrations", lambda: newer)
    for read_only in (True, False):
        with pytest.raises(StorageError, match="older Oped") as refusal:
            async with Database.open(path, read_only=read_only):
                pytest.fail("opened")
        assert "oped db upgrade" in (refusal.value.remedy or "")
    async with Database.open(path, migrate=True) as database:
        assert await database.fetch_value("SELECT count(*) FROM added") == 0


async def test_somebody_elses_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE photos (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(StorageError, match="another program"):
        async with Database.open(path, migrate=True):
            pytest.fail("opened")
    assert path.read_bytes() == before


async def test_a_file_that_another_program_makes_meanwhile_is_not_taken_for_a_foreign_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = aiosqlite.Connection.execute_fetchall
    made = False

    async def made_after_the_first_look(connection: aiosqlite.Connection, sql: str) -> object:
        nonlocal made
        rows = await read(connection, sql)
        if sql == "PRAGMA application_id" and not made:
            made = True
            async with connected(tmp_path / "oped.db") as other:
                await upgrade(other, migrations())
        return rows

    async with connected(tmp_path / "oped.db") as connection:
        await connection.execute_fetchall("PRAGMA journal_mode = WAL")
        monkeypatch.setattr(aiosqlite.Connection, "execute_fetchall", made_after_the_first_look)
        assert await version_of(connection) == 0
        assert await version_of(connection) == len(migrations())


async def test_a_file_that_sqlite_refuses_for_a_moment_is_opened_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = aiosqlite.Connection.execute_fetchall
    refusals = iter((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY))

    async def refused_at_first(connection: aiosqlite.Connection, sql: str, *values: object) -> object:
        if sql == "PRAGMA journal_mode = WAL" and (code := next(refusals, None)):
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = code
            raise error
        return await ask(connection, sql, *values)

    monkeypatch.setattr(aiosqlite.Connection, "execute_fetchall", refused_at_first)
    async with Database.open(tmp_path / "oped.db") as database:
        assert await database.fetch_value("SELECT count(*) FROM setting") == 0


async def test_two_programs_may_make_the_database_at_once(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from bot.store.database import Database\n"
        "async def main():\n"
        "    async with Database.open(Path(sys.argv[1])) as database, database.transaction() as tx:\n"
        "        await tx.execute('INSERT INTO setting VALUES (?, 1)', (sys.argv[2],))\n"
        "print('ready', flush=True); sys.stdin.readline(); asyncio.run(main())\n"
    )
    path = tmp_path / "oped.db"
    programs = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", program, str(path), str(number)), stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
        for number in range(4)
    ]
    for each in programs:
        assert each.stdout is not None
        await each.stdout.readline()
    errors = await asyncio.gather(*(each.communicate(b"go\n") for each in programs))
    assert [error for _, error in errors] == [b""] * 4
    async with Database.open(path) as database:
        assert await database.fetch_value("SELECT count(*) FROM setting") == 4
