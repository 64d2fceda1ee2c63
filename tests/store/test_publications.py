from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

import pytest

from bot.model import ArticleId, ChannelId, ChannelKind, GuildId, PublicationId, PublicationState
from bot.store.database import Database
from bot.store.publications import Publications
from bot.store.scope import Scope
from tests.store.making import add_article, add_publication

NOW = datetime(2025, 1, 1, tzinfo=UTC)


async def add(database: Database, article: ArticleId, channel: int = 20) -> PublicationId:
    async with database.transaction() as tx:
        return await Publications(tx).add(
            tx, article, GuildId(10), ChannelId(channel), ChannelKind.TEXT, None, NOW
        )


async def move(
    database: Database, publication: PublicationId, state: PublicationState, **options: str
) -> None:
    async with database.transaction() as tx:
        await Publications(tx).set_state(tx, publication, state, **options)  # type: ignore[arg-type]  # `error` only


async def test_a_new_one_is_to_be_posted(database: Database) -> None:
    article = await add_article(database)
    identifier = await add(database, article)
    found = await Publications(database).by_id(identifier)
    assert found is not None
    assert (found.state, found.thread_id, found.requested_at) == (PublicationState.POSTING, None, NOW)
    assert await Publications(database).with_work() == [identifier]
    assert await Publications(database).by_id(PublicationId(99)) is None


async def test_an_article_is_up_once_in_a_channel_and_retiring_makes_room(database: Database) -> None:
    article = await add_article(database)
    first = await add(database, article)
    with pytest.raises(sqlite3.IntegrityError):
        await add(database, article)
    await add(database, article, channel=21)
    await move(database, first, PublicationState.RETIRING)
    assert await Publications(database).live_in(article, ChannelId(20)) is None
    second = await add(database, article)
    live = await Publications(database).live_in(article, ChannelId(20))
    assert live is not None
    assert live.id == second


async def test_a_failure_has_a_reason_and_nothing_else_has_one(database: Database) -> None:
    identifier = await add(database, await add_article(database))
    with pytest.raises(sqlite3.IntegrityError):
        await move(database, identifier, PublicationState.FAILED)
    await move(database, identifier, PublicationState.FAILED, error="It is locked.")
    assert await Publications(database).with_work() == [], "it waits for a person"
    await move(database, identifier, PublicationState.POSTING)
    found = await Publications(database).by_id(identifier)
    assert found is not None
    assert found.error is None


async def test_a_state_is_left_only_from_where_it_is_expected(database: Database) -> None:
    identifier = await add(database, await add_article(database))
    async with database.transaction() as tx:
        moved = await Publications(tx).set_state(
            tx, identifier, PublicationState.LIVE, among=(PublicationState.FAILED,)
        )
        assert not moved
        assert await Publications(tx).set_state(
            tx, identifier, PublicationState.LIVE, among=(PublicationState.POSTING,)
        )


async def test_what_stops_a_channel_stops_what_is_going_there(database: Database) -> None:
    article, other = await add_article(database), await add_article(database, "chair")
    by_channel = await add_publication(database, article)
    by_thread = await add_publication(database, other, channel=40)
    retired = await add_publication(database, article, channel=60, state="retired")
    async with database.transaction() as tx:
        for channel in (20, 50, 60):
            await Publications(tx).fail(tx, ChannelId(channel), "It cannot be seen.")
    states = {each: await Publications(database).by_id(each) for each in (by_channel, by_thread, retired)}
    assert [each.state for each in states.values() if each] == ["failed", "failed", "retired"]


async def test_a_thread_once_known_stays(database: Database) -> None:
    identifier = await add(database, await add_article(database))
    async with database.transaction() as tx:
        await Publications(tx).set_thread(tx, identifier, ChannelId(30))
        await Publications(tx).set_thread(tx, identifier, ChannelId(31))
    assert await Publications(database).threads_among([ChannelId(30), ChannelId(31)]) == {30}
    assert [each.id for each in await Publications(database).in_channel(ChannelId(30))] == [identifier]


async def test_publications_are_listed_by_server_newest_first(database: Database) -> None:
    article, other = await add_article(database), await add_article(database, "chair")
    first = await add_publication(database, article)
    second = await add_publication(database, other, channel=40, state="retired")
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO placement (publication_id, kind, part, ordinal, wanted) VALUES (?, 'closing', 0, 0, '{}')",
            (first,),
        )
    scope = Scope(GuildId(10), frozenset(await Publications(database).channels_in(GuildId(10))))
    assert scope.channels == {20, 40}
    summaries = await Publications(database).summaries(scope, 2)
    assert [(each.publication.id, each.slug, each.done, each.total) for each in summaries] == [
        (second, "chair", 0, 0),
        (first, "bench", 0, 1),
    ]
    assert await Publications(database).summaries(scope, 1) == summaries[:1]
    assert await Publications(database).count(scope) == 2
    for elsewhere in (Scope(GuildId(11), scope.channels), Scope(GuildId(10), frozenset({ChannelId(30)}))):
        assert await Publications(database).summaries(elsewhere, 9) == []
        assert await Publications(database).offered(elsewhere, "", 9) == []
        assert await Publications(database).count(elsewhere) == 0
    offered = await Publications(database).offered(scope, "CHAIR", 9)
    assert [each.publication.id for each in offered] == [second]
    assert len(await Publications(database).offered(scope, "", 1)) == 1
    assert [each.id for each in await Publications(database).of_article_in(other, GuildId(10))] == [second]
    assert await Publications(database).of_article(other) == []
    assert await Publications(database).home_guilds() == {10}
    assert await Publications(database).with_work() == [first]
