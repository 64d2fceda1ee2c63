from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Action, ChannelId, GuildId, NewEntry, RoleId, Server, UserId
from bot.store.check import check
from bot.store.database import Database
from bot.store.departures import OF_SERVERS, Departures
from bot.store.servers import Servers
from bot.store.trail import Trail
from tests.store.making import (
    DAWN,
    add_article,
    add_imported,
    add_publication,
    capture,
    content,
    message,
    place,
)

HERE, ELSEWHERE = GuildId(10), GuildId(11)
NOW = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.fixture
async def discussed(database: Database) -> Database:
    """An article posted in two servers, with an imported comment and members' in each."""
    article = await add_article(database)
    imported = await add_imported(database, article, "1")
    here = await add_publication(database, article)
    there = await add_publication(database, article, channel=50)
    await place(database, here, 100, comment=imported)
    await place(database, here, 101, section=2)
    await capture(database, message(200, reply_to=100), message(201, reply_to=200))
    theirs = replace(message(300, author="Ben", channel=ChannelId(60)), user_id=UserId(8))
    await capture(database, theirs)
    async with database.transaction() as tx:
        await tx.execute("UPDATE publication SET guild_id = ? WHERE id = ?", (ELSEWHERE, there))
        await tx.execute("INSERT INTO channel_cursor VALUES (30, 201), (101, 1), (60, 300)")
        for guild in (HERE, ELSEWHERE):
            await Servers(tx).save(tx, Server(guild, moderator_roles=frozenset({RoleId(1)})))
            await Trail(tx).record(NewEntry(guild, DAWN, Action.COMMENT_HIDDEN))
    return database


async def depart(database: Database, *present: GuildId, at: datetime = NOW) -> None:
    async with database.transaction() as tx:
        await Departures(tx).compare(tx, present, at)


async def due(database: Database, at: datetime = NOW) -> list[GuildId]:
    return await Departures(database).due(at + timedelta(seconds=1))


async def purge(database: Database, limit: int = 1000) -> int:
    """Purge the server here; in how many transactions."""
    transactions, more = 0, True
    while more:
        transactions += 1
        async with database.transaction() as tx:
            more = await Departures(tx).purge_some(tx, HERE, limit=limit)
    return transactions


async def test_every_table_of_servers_is_purged(database: Database) -> None:
    rows = await database.fetch_all(
        "SELECT t.name FROM pragma_table_list AS t, pragma_table_info(t.name) AS c "
        "WHERE t.schema = 'main' AND c.name = 'guild_id'"
    )
    assert {row["name"] for row in rows} == set(OF_SERVERS)


async def test_servers_of_which_something_is_stored_are_missed(discussed: Database) -> None:
    await depart(discussed, ELSEWHERE, GuildId(99))
    assert await due(discussed) == [HERE]
    await depart(discussed, ELSEWHERE, at=NOW + timedelta(days=9))
    assert await due(discussed) == [HERE], "the first word about it stands"
    assert await Departures(discussed).due(NOW) == []


async def test_a_server_that_the_bot_is_on_again_is_kept(discussed: Database) -> None:
    async with discussed.transaction() as tx:
        await Departures(tx).depart(tx, HERE, NOW)
        await Departures(tx).depart(tx, ELSEWHERE, NOW)
        await Departures(tx).come_back(tx, HERE)
    assert await due(discussed) == [ELSEWHERE]
    await depart(discussed, HERE, ELSEWHERE)
    assert await due(discussed) == []
    before = await discussed.fetch_value("SELECT count(*) FROM comment")
    await purge(discussed)
    assert await discussed.fetch_value("SELECT count(*) FROM comment") == before


async def test_a_purge_leaves_what_was_imported_and_other_servers(discussed: Database) -> None:
    await depart(discussed, ELSEWHERE)
    await purge(discussed)
    rows = await discussed.fetch_all("SELECT origin, text FROM comment ORDER BY id")
    assert [tuple(row) for row in rows] == [("imported", "text of 1"), ("discord", "a member's words")]
    names = await discussed.fetch_all("SELECT name FROM commenter ORDER BY name")
    assert [row["name"] for row in names] == ["Ann", "Ben"]
    assert [
        row["channel_id"] for row in await discussed.fetch_all("SELECT channel_id FROM channel_cursor")
    ] == [60]
    for table in OF_SERVERS:
        found = await discussed.fetch_all(f"SELECT guild_id FROM {table}")  # noqa: S608 - a constant
        assert HERE not in {row["guild_id"] for row in found}
    assert await due(discussed) == []
    assert await check(discussed) == []


async def test_a_long_discussion_is_purged_in_short_transactions(discussed: Database) -> None:
    replies = [message(1000 + number, reply_to=999 + number) for number in range(2100)]
    await capture(discussed, *replies)
    await depart(discussed, ELSEWHERE)
    assert await purge(discussed) == 4
    assert await discussed.fetch_value("SELECT count(*) FROM comment") == 2


async def test_a_purge_broken_off_anywhere_and_gone_on_with_leaves_the_same(discussed: Database) -> None:
    await depart(discussed, ELSEWHERE)
    async with discussed.transaction() as tx:
        for statement in (
            (
                "INSERT INTO vote SELECT message_id, value, value, comment_id, publication_id FROM placement, "
                "json_each('[7, 8]') WHERE comment_id IS NOT NULL"
            ),
            (
                "INSERT INTO notice (user_id, publication_id, comment_id, nonce, at, channel_id, message_id) "
                "SELECT 7, publication_id, id, id, 0, 30, 900 + id FROM comment WHERE publication_id IS NOT NULL"
            ),
            "INSERT INTO follow (user_id, guild_id, article_id, told) VALUES (7, 10, 1, 0), (8, 10, 1, 0)",
            "INSERT INTO deleted_message VALUES (901, 30, 0), (902, 20, 0)",
            "INSERT INTO removal (message_id, channel_id, requested_at) VALUES (903, 30, 0), (904, 99, 0)",
            "UPDATE trail_entry SET log_channel_id = 99, log_message_id = 904 WHERE guild_id = 10",
        ):
            await tx.execute(statement)
    async with discussed.transaction(discard=True) as tx:
        while await Departures(tx).purge_some(tx, HERE, limit=99):
            pass
        at_once = await content(tx)
    assert await purge(discussed, limit=1) > 20
    assert await content(discussed) == at_once
    assert await discussed.fetch_all("SELECT 1 FROM removal") == [], "none that could not be carried out"
    assert await check(discussed) == []
