from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.model import CommentId, Filter, FilterAction, FilterKind, GuildId, UserId
from bot.store.database import Database
from bot.store.filters import Filters
from tests.store.making import DAWN, add_article, add_publication, capture, message

HERE = GuildId(10)


async def test_a_server_has_one_filter_of_each_kind(database: Database) -> None:
    words = Filter(FilterKind.WORDS, FilterAction.HOLD, ("Boot", "річка"))
    links = Filter(FilterKind.LINKS, FilterAction.WARN)
    async with database.transaction() as tx:
        for each in (links, replace(words, action=FilterAction.HIDE), words):
            await Filters(tx).save(tx, HERE, each)
    assert await Filters(database).of(HERE) == (links, words)
    assert await Filters(database).of(GuildId(11)) == ()
    async with database.transaction() as tx:
        assert await Filters(tx).remove(tx, HERE, FilterKind.LINKS)
        assert not await Filters(tx).remove(tx, HERE, FilterKind.LINKS)
    assert await Filters(database).of(HERE) == (words,)


async def test_what_people_wrote_lately_is_that_of_one_server_and_time(database: Database) -> None:
    await add_publication(database, await add_article(database))
    ben = UserId(8)
    await capture(
        database,
        replace(message(100, "long ago"), created_at=DAWN - timedelta(hours=2)),
        message(200, "one"),
        message(201, "two"),
        replace(message(202, "Ben's"), user_id=ben),
    )
    filters = Filters(database)
    assert await filters.texts_since(HERE, [UserId(7)], DAWN, [CommentId(3)]) == {7: ["one"]}
    assert await filters.texts_since(HERE, [ben, UserId(9)], DAWN, []) == {8: ["Ben's"]}
    assert await filters.texts_since(GuildId(11), [ben], DAWN, []) == {}
