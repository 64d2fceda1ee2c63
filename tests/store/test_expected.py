from __future__ import annotations

from dataclasses import replace

from bot.model import ChannelId, GuildId, MessageId
from bot.store.database import Database
from bot.store.expected import Expected, expected
from tests.store.making import THREAD, add_article, add_publication, capture, message


async def test_messages_belong_where_they_are_stored_afterwards(database: Database) -> None:
    publication = await add_publication(database, await add_article(database))
    here = Expected(publication, GuildId(10), None)
    await capture(database, message(100, "known"))
    written = [message(100, "known anew"), message(101), replace(message(102), reply_to=MessageId(100))]
    assert await expected(database, THREAD, written) == {
        100: replace(here, stored="known"),
        101: here,
        102: here,
    }
    elsewhere = ChannelId(99)
    assert await expected(database, elsewhere, [message(103, channel=elsewhere)]) == {}


async def test_nothing_is_expected_of_what_is_over_or_erased(database: Database) -> None:
    await add_publication(database, await add_article(database))
    await capture(database, message(100, "gone"))
    async with database.transaction() as tx:
        await tx.execute("UPDATE comment SET status = 'deleted', text = ''")
    assert await expected(database, THREAD, [message(100)]) == {}
    async with database.transaction() as tx:
        await tx.execute("UPDATE publication SET state = 'retired'")
    assert await expected(database, THREAD, [message(101)]) == {}
