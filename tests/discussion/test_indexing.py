from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.discussion import indexing
from bot.discussion.indexing import Indexing, compact
from bot.model import Actor, CommentId, Status
from bot.store.check import check
from bot.store.database import Database
from bot.store.member_comments import MemberComments
from bot.store.search_index import Entry, SearchIndex
from tests.discussion.sources import article, comment, imported
from tests.store.making import add_article, add_imported, add_publication, capture, message

SECRET = "quokka"


async def entries(database: Database, word: str) -> list[int]:
    """What is found with a word: comments by their ids, sections by theirs below zero."""
    rows = await database.fetch_all(
        "SELECT rowid FROM search_index WHERE search_index MATCH ? ORDER BY rowid", (f"words : {word}",)
    )
    return [row["rowid"] for row in rows]


def holds(database: Database, word: str) -> bool:
    """Whether the database's own file holds a word."""
    return word.encode() in database.path.read_bytes()


async def test_what_is_imported_and_written_is_found_once_it_is_indexed(database: Database) -> None:
    await imported(database, article("On Trees"), comment("1", "Oak or *elm*?"))
    await add_publication(database, (await add_article(database)))
    member, _ = await capture(database, message(100, "Elm it is."))
    assert await entries(database, "elm") == []
    await Indexing(database).enter_all()
    assert await entries(database, "elm") == [1, member]
    assert await entries(database, "trees") == [-1]
    assert await entries(database, "birds") == [-4, -2]
    assert await entries(database, "ann") == []
    assert await check(database) == []


async def test_what_changes_is_found_by_its_new_words_only(database: Database) -> None:
    await imported(database, article("On Trees"), comment("1", "Oak"))
    await Indexing(database).enter_all()
    await imported(database, article("On Bushes"), comment("1", "Elm"))
    assert await entries(database, "oak") + await entries(database, "trees") == []
    await Indexing(database).enter_all()
    assert await entries(database, "elm") == [1]
    assert await entries(database, "bushes") == [-1]
    assert await check(database) == []


@pytest.mark.parametrize("status", [Status.HIDDEN, Status.PENDING, Status.REJECTED])
async def test_what_is_not_visible_is_not_found_from_that_moment_on(
    database: Database, status: Status
) -> None:
    one = await add_imported(database, await add_article(database), "one")
    await Indexing(database).enter_all()
    assert await entries(database, "one") == [one]
    async with database.transaction() as tx:
        await MemberComments(tx).set_status(one, status, Actor.MODERATOR)
    assert await entries(database, "one") == []
    await Indexing(database).enter_all()
    assert await entries(database, "one") == []
    async with database.transaction() as tx:
        await MemberComments(tx).set_status(one, Status.VISIBLE, None)
    await Indexing(database).enter_all()
    assert await entries(database, "one") == [one]
    assert await check(database) == []


async def test_erased_words_are_cleared_out_of_every_file(database: Database) -> None:
    await add_publication(database, await add_article(database))
    for number in range(100, 400):
        await capture(database, message(number, f"The {SECRET} number {number}, and some other words."))
    await Indexing(database).enter_all()
    await database.checkpoint()
    assert holds(database, SECRET)
    async with database.transaction() as tx:
        await MemberComments(tx).tombstone([CommentId(each) for each in range(1, 301)], Actor.AUTHOR)
    assert await entries(database, SECRET) == []
    assert await SearchIndex(database).worn_since() is not None
    await compact(database)
    await database.checkpoint()
    assert not holds(database, SECRET)
    assert await SearchIndex(database).worn_since() is None
    assert await check(database) == []


async def test_what_is_erased_while_the_index_is_compacted_needs_it_again(database: Database) -> None:
    await add_publication(database, await add_article(database))
    for number in (100, 101):
        await capture(database, message(number, f"The {SECRET}."))
    await Indexing(database).enter_all()
    async with database.transaction() as tx:
        await MemberComments(tx).tombstone([CommentId(1)], Actor.AUTHOR)
        await SearchIndex(tx).begin_compacting(tx)
        await MemberComments(tx).tombstone([CommentId(2)], Actor.AUTHOR)
        await SearchIndex(tx).end_compacting(tx)
    assert await SearchIndex(database).worn_since() is not None
    await compact(database)
    assert await SearchIndex(database).worn_since() is None


async def test_what_changes_while_it_is_being_read_waits_for_another_turn(database: Database) -> None:
    await add_publication(database, await add_article(database))
    one, _ = await capture(database, message(100, "Early"))
    gone, _ = await capture(database, message(101, "Gone"))
    waiting = await SearchIndex(database).waiting(10)
    async with database.transaction() as tx:
        await MemberComments(tx).edit(one, "Late", datetime.now(UTC))
        await MemberComments(tx).tombstone([gone], Actor.AUTHOR)
        await SearchIndex(tx).enter(tx, [Entry(each, each.text) for each in waiting])
    assert await entries(database, "early") + await entries(database, "gone") == []
    await Indexing(database).enter_all()
    assert await entries(database, "late") == [one]
    assert await check(database) == []


async def test_what_is_still_being_imported_is_not_found(database: Database) -> None:
    article = await add_article(database)
    one, two = await add_imported(database, article, "one"), await add_imported(database, article, "two")
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO arrival VALUES (?, 0, ?, ?)", (article, two, two))
    await Indexing(database).enter_all()
    assert await entries(database, "text") == [one]
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM arrival")
    await Indexing(database).enter_all()
    assert await entries(database, "text") == [one, two]


async def test_rows_that_are_removed_leave_nothing_behind(database: Database) -> None:
    article = await add_article(database)
    await add_imported(database, article, "one")
    await Indexing(database).enter_all()
    await add_imported(database, article, "two")
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM article WHERE id = ?", (article,))
    assert await database.fetch_value("SELECT count(*) FROM search_index") == 0
    assert await database.fetch_value("SELECT count(*) FROM search_todo") == 0


async def test_in_the_background_it_lets_capture_go_first_and_then_does_all(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "BATCH", 2)
    monkeypatch.setattr(indexing, "PAUSE", 0.01)
    monkeypatch.setattr(indexing, "COMPACT_AFTER", timedelta(seconds=-10))
    article = await add_article(database)
    for number in range(5):
        await add_imported(database, article, f"{number}")
    async with _running(Indexing(database, is_busy=lambda: True)), asyncio.timeout(30):
        while len(await entries(database, "text")) < 5:
            await asyncio.sleep(0.01)
        async with database.transaction() as tx:
            await MemberComments(tx).tombstone([CommentId(1)], Actor.AUTHOR)
        while await SearchIndex(database).worn_since() is not None:
            await asyncio.sleep(0.01)


@asynccontextmanager
async def _running(indexing: Indexing) -> AsyncIterator[None]:
    task = asyncio.create_task(indexing.run())
    try:
        yield
    finally:
        task.cancel()
