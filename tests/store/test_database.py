from __future__ import annotations

import asyncio
import contextlib
import gc
import sqlite3
import stat
import sys
import threading
import warnings
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import partial
from pathlib import Path

import pytest

from bot.errors import ConfigurationError, StorageError
from bot.store.database import Database, Transaction, database_path
from tests.store.interruption import cancelled_at


async def put(tx: Transaction, name: str, value: str = "") -> None:
    await tx.execute("INSERT INTO setting (name, value) VALUES (?, ?)", (name, value))


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


async def names(database: Database) -> list[str]:
    return [row["name"] for row in await database.fetch_all("SELECT name FROM setting ORDER BY name")]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///data/oped.db", "data/oped.db"),
        ("sqlite:////srv/oped.db", "/srv/oped.db"),
        ("data/oped.db", "data/oped.db"),
        ("sqlite:///with space#and?marks%20.db", "with space#and?marks%20.db"),
    ],
)
def test_a_url_names_a_file(url: str, path: str) -> None:
    assert database_path(url) == Path(path)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:secret@host/oped",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite://host/a",
    ],
)
def test_any_other_url_is_refused_with_an_example_and_without_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        database_path(url)
    assert "sqlite:///data/oped.db" in refusal.value.sentence()
    assert "secret" not in refusal.value.sentence()


async def test_what_is_committed_is_there_after_opening_again(tmp_path: Path) -> None:
    path = tmp_path / "odd #name?.db"
    async with Database.open(path) as database, database.transaction() as tx:
        await put(tx, "kept")
    async with Database.open(path, read_only=True) as database:
        assert await names(database) == ["kept"]
    assert files(tmp_path) == ["odd #name?.db"], "closing leaves no log behind"


async def test_a_new_database_is_for_its_owner_only(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "oped.db"):
        assert modes(tmp_path) == {0o600}


async def test_readers_see_committed_state_only_and_do_not_wait(database: Database) -> None:
    async with database.transaction() as tx:
        await put(tx, "new")
        assert await tx.fetch_value("SELECT count(*) FROM setting") == 1
        assert await asyncio.wait_for(names(database), timeout=30) == []
    assert await names(database) == ["new"]


async def test_more_readers_than_connections_all_get_their_answer(database: Database) -> None:
    answers = await asyncio.gather(*(database.fetch_value("SELECT ?", (number,)) for number in range(50)))
    assert answers == list(range(50))


async def test_a_query_without_rows_gives_none(database: Database) -> None:
    assert await database.fetch_one("SELECT name FROM setting") is None
    assert await database.fetch_value("SELECT name FROM setting") is None


async def test_an_exception_rolls_back(database: Database) -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with database.transaction() as tx:
            await put(tx, "lost")
            raise ZeroDivisionError
    async with database.transaction() as tx:
        await put(tx, "kept")
    assert await names(database) == ["kept"]


async def test_a_discarded_transaction_writes_nothing(database: Database) -> None:
    async with database.transaction(discard=True) as tx:
        await put(tx, "tried")
        assert await tx.fetch_value("SELECT name FROM setting") == "tried"
    assert await names(database) == []


async def test_a_refused_statement_leaves_the_rest_of_the_transaction_to_the_caller(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await put(tx, "one")
        with pytest.raises(sqlite3.IntegrityError):
            await put(tx, "one")
        await put(tx, "two")
    assert await names(database) == ["one", "two"]


async def test_transactions_of_many_tasks_take_turns(database: Database) -> None:
    async with database.transaction() as tx:
        await put(tx, "count", "0")

    async def add_one() -> None:
        async with database.transaction() as tx:
            value = int(await tx.fetch_value("SELECT value FROM setting"))
            await asyncio.sleep(0)
            await tx.execute("UPDATE setting SET value = ?", (str(value + 1),))

    await asyncio.gather(*(add_one() for _ in range(20)))
    assert await database.fetch_value("SELECT value FROM setting") == "20"


async def test_a_transaction_inside_a_transaction_is_refused_rather_than_waiting_forever(
    database: Database,
) -> None:
    async with database.transaction():
        with pytest.raises(RuntimeError, match="wait for itself"):
            async with database.transaction():
                pytest.fail("entered")
    async with database.transaction() as tx:
        await put(tx, "later")
    assert await names(database) == ["later"]


async def test_a_statement_after_the_end_of_its_transaction_is_refused(database: Database) -> None:
    async with database.transaction() as tx:
        pass
    with pytest.raises(RuntimeError, match="ended"):
        await put(tx, "stray")
    assert await names(database) == []


@pytest.mark.parametrize("again", [False, True], ids=["once", "twice"])
async def test_cancelled_at_any_wait_a_transaction_is_whole_or_nothing_and_the_next_one_works(
    database: Database, again: bool
) -> None:
    async def write_both(name: str) -> None:
        async with database.transaction() as tx:
            await put(tx, f"{name} first")
            await tx.executemany("INSERT INTO setting (name, value) VALUES (?, '')", [(f"{name} second",)])

    outcomes: list[int] = []
    reached = True
    while reached:
        wait = len(outcomes) + 1
        name = f"{wait:03}"
        reached = await cancelled_at(partial(write_both, name), wait, *([wait + 1] if again else []))
        outcomes.append(len([each for each in await names(database) if each.startswith(name)]))
        async with asyncio.timeout(30), database.transaction() as tx:
            await put(tx, f"after {name}")
    # The waits are for BEGIN, the two statements and COMMIT; the last round is not cancelled.
    assert outcomes == [0, 0, 0, 2, 2], "cancelled during the commit all is written, before it nothing"


async def test_cancelled_while_waiting_for_its_turn_a_transaction_leaves_the_next_one_its_own(
    database: Database,
) -> None:
    async def write(name: str) -> None:
        async with database.transaction() as tx:
            await put(tx, name)

    async with database.transaction() as tx:
        tasks = [asyncio.create_task(write(name)) for name in ("cancelled", "kept")]
        await asyncio.sleep(0)
        tasks[0].cancel()
        await put(tx, "first")
    await asyncio.wait(tasks)
    assert await names(database) == ["first", "kept"]


async def test_cancelled_at_any_wait_opening_and_closing_leaves_nothing_open(tmp_path: Path) -> None:
    path = tmp_path / "oped.db"

    async def open_and_read() -> None:
        async with Database.open(path) as database:
            await database.fetch_all("SELECT name FROM setting")
            async with database.snapshot() as snapshot:
                await snapshot.fetch_all("SELECT name FROM setting")

    before = set(threading.enumerate())
    wait = 1
    while await cancelled_at(open_and_read, wait):
        wait += 1
    assert wait > 10
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=30)
        assert not thread.is_alive()
    async with Database.open(path) as database, database.transaction() as tx:
        await put(tx, "works")
    gc.collect()  # a forgotten connection warns when it is collected, and warnings are errors


async def test_a_cancelled_read_frees_its_connection(database: Database) -> None:
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    await asyncio.gather(*(names(database) for _ in range(4)))  # all connections are open now
    readers = [asyncio.create_task(database.fetch_value(endless)) for _ in range(4)]
    await asyncio.sleep(0)
    for reader in readers:
        reader.cancel()
    await asyncio.wait(readers)
    assert await asyncio.wait_for(database.fetch_value("SELECT 1"), timeout=30) == 1


async def test_a_snapshot_stays_as_it_was(database: Database) -> None:
    async with database.snapshot() as snapshot:
        assert await snapshot.fetch_value("SELECT count(*) FROM setting") == 0
        async with database.transaction() as tx:
            await put(tx, "new")
        assert await snapshot.fetch_value("SELECT count(*) FROM setting") == 0
        assert await names(database) == ["new"]


async def test_a_stream_yields_every_row_and_may_be_left_early(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.executemany(
            "INSERT INTO setting VALUES (?, '')", [(f"{number:05}",) for number in range(1201)]
        )
        assert len([row async for row in tx.stream("SELECT name FROM setting")]) == 1201
    assert len([row async for row in database.stream("SELECT name FROM setting")]) == 1201
    async with aclosing(database.stream("SELECT name FROM setting ORDER BY name")) as rows:
        assert (await anext(rows))["name"] == "00000"
    async with database.transaction() as tx:
        await put(tx, "later")


async def test_another_program_is_noticed_and_our_own_writing_is_not(database: Database) -> None:
    version = await database.data_version()
    async with database.transaction() as tx:
        await put(tx, "ours")
    assert await database.data_version() == version
    program = (
        "import sqlite3, sys; connection = sqlite3.connect(sys.argv[1]); "
        "connection.execute(\"INSERT INTO setting VALUES ('theirs', '')\"); "
        "connection.commit(); connection.close()"
    )
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(database.path))
    assert await other.wait() == 0
    assert await database.data_version() != version


async def test_erased_text_is_in_no_file_after_a_checkpoint(database: Database) -> None:
    async with database.transaction() as tx:
        await put(tx, "secret", "the words nobody may find again")
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM setting")
    assert await database.checkpoint()
    files = b"".join(file.read_bytes() for file in database.path.parent.iterdir())
    assert b"nobody may find" not in files


async def test_a_checkpoint_says_at_once_when_a_reader_prevents_it(database: Database) -> None:
    async with database.snapshot() as snapshot:
        await snapshot.fetch_all("SELECT name FROM setting")
        async with database.transaction() as tx:
            await put(tx, "new")
        async with asyncio.timeout(30):
            assert not await database.checkpoint()
    assert await database.checkpoint()


async def test_an_attached_file_is_there_for_one_transaction(database: Database, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE thing (name TEXT)")
        other.execute("INSERT INTO thing VALUES ('theirs')")
        other.commit()
    for _ in range(2):
        async with database.transaction(attach={"other": tmp_path / "other.db"}) as tx:
            assert await tx.fetch_value("SELECT name FROM other.thing") == "theirs"
    async with database.transaction() as tx:
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            await tx.fetch_value("SELECT name FROM other.thing")


async def test_a_file_that_cannot_be_attached_does_not_harm_the_next_transaction(
    database: Database, tmp_path: Path
) -> None:
    async def attach() -> None:
        async with database.transaction(attach={"other": tmp_path / "no" / "other.db"}):
            pytest.fail("entered")

    assert "cannot be opened" in (await refusal(attach)).message
    async with database.transaction() as tx:
        await put(tx, "works")


async def test_beside_another_file_it_is_of_one_moment_and_can_only_be_read(
    database: Database, tmp_path: Path
) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE thing (name TEXT)")
        async with database.beside(tmp_path / "other.db") as view:
            assert await view.fetch_value("SELECT count(*) FROM setting") == 0
            async with database.transaction() as tx, asyncio.timeout(30):
                await put(tx, "meanwhile")
            await view.execute("INSERT INTO thing SELECT 'read ' || count(*) FROM setting")
            with pytest.raises(StorageError, match="cannot be written"):
                await put(view, "forbidden")
        assert other.execute("SELECT name FROM thing").fetchall() == [("read 0",)]
    assert await names(database) == ["meanwhile"]


async def refusal(open_it: Callable[[], Awaitable[None]]) -> StorageError:
    with pytest.raises(StorageError) as caught:
        await open_it()
    assert caught.value.remedy, "every refusal says what to do"
    assert caught.value.place
    return caught.value


async def test_places_where_no_database_can_be_are_told_apart(tmp_path: Path) -> None:
    async def missing_folder() -> None:
        async with Database.open(tmp_path / "no" / "oped.db"):
            pass

    async def folder() -> None:
        async with Database.open(tmp_path):
            pass

    async def nothing_to_read() -> None:
        async with Database.open(tmp_path / "oped.db", read_only=True):
            pass

    async def impossible_name() -> None:
        async with Database.open(tmp_path / ("x" * 300)):
            pass

    assert "folder" in (await refusal(missing_folder)).message
    assert "cannot be made or opened" in (await refusal(impossible_name)).message
    assert "is a folder" in (await refusal(folder)).message
    assert "no database yet" in (await refusal(nothing_to_read)).message
    assert files(tmp_path) == [], "a refusal makes no file"


async def test_an_empty_file_counts_as_no_database_yet(tmp_path: Path) -> None:
    path = tmp_path / "oped.db"
    path.touch()

    async def read() -> None:
        async with Database.open(path, read_only=True):
            pass

    assert "no database yet" in (await refusal(read)).message
    async with Database.open(path) as database:
        assert await names(database) == []


async def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Buy milk. " * 200)

    async def read() -> None:
        async with Database.open(path):
            pass

    assert "not a database" in (await refusal(read)).message
    assert path.read_text() == "Buy milk. " * 200


async def test_a_read_only_database_refuses_to_write(tmp_path: Path) -> None:
    path = tmp_path / "oped.db"
    async with Database.open(path):
        pass

    async def write() -> None:
        async with Database.open(path, read_only=True) as database, database.transaction() as tx:
            await put(tx, "new")

    assert "cannot be written" in (await refusal(write)).message


async def test_a_database_that_another_program_locks_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.connection._BUSY_SECONDS", 0.01)
    path = tmp_path / "oped.db"
    async with Database.open(path) as database:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")

            async def write() -> None:
                async with database.transaction() as tx:
                    await put(tx, "new")

            assert "locked" in (await refusal(write)).message
            other.execute("ROLLBACK")
        await write()
        assert await names(database) == ["new"]


async def test_a_full_disk_loses_the_transaction_only(database: Database) -> None:
    async with database.transaction() as tx:
        await put(tx, "before")
        pages = await tx.fetch_value("PRAGMA page_count")
        await tx.fetch_value(f"PRAGMA max_page_count = {pages}")

    async def write() -> None:
        async with database.transaction() as tx:
            await put(tx, "large", "x" * 1_000_000)

    assert "full" in (await refusal(write)).message
    async with database.transaction() as tx:
        await tx.fetch_value("PRAGMA max_page_count = 100000")
        await put(tx, "after")
    assert await names(database) == ["after", "before"]


async def test_no_warning_comes_when_a_database_was_used_and_closed(tmp_path: Path) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        async with Database.open(tmp_path / "oped.db") as database:
            await asyncio.gather(*(names(database) for _ in range(10)))
            async with database.snapshot() as snapshot:
                await snapshot.fetch_all("SELECT name FROM setting")
        gc.collect()
    assert [str(each.message) for each in caught] == []
