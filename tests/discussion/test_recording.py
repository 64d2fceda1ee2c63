from __future__ import annotations

from bot.discussion.events import ChannelDeleted, Found, MessagesDeleted
from bot.discussion.recording import record
from bot.model import ChannelId, MessageId
from bot.store.database import Database
from bot.store.incoming import Outcome
from tests.discussion.test_capture import CHANNEL, LATE, MIRRORED, THREAD, set_up, state, written


async def test_a_batch_counts_what_each_event_brought(database: Database) -> None:
    await set_up(database)
    async with database.transaction() as tx:
        result = await record(
            tx,
            [
                *LATE,
                written(300, version=0),
                written(300, text="now this", version=1),
                written(300, text="now this", version=1),
                written(301, CHANNEL),
                written(302, CHANNEL, reply_to=99),
                MessagesDeleted(THREAD, (MIRRORED, MessageId(300), MessageId(400))),
                MessagesDeleted(ChannelId(77), (MessageId(500),)),
                ChannelDeleted(ChannelId(77)),
            ],
        )
    assert result.found == [
        *(None, None),
        *(Found(new=1), Found(edited=1), Found()),
        *(None, None),
        *(Found(deleted=2), None, None),
    ]
    assert result.outcomes == {300: Outcome.CREATED, 301: Outcome.FOREIGN, 302: Outcome.OPEN}


async def test_what_is_deleted_in_the_batch_in_which_it_came_is_a_tombstone(database: Database) -> None:
    await set_up(database)
    async with database.transaction() as tx:
        await record(tx, [MessagesDeleted(THREAD, (MessageId(300),)), written(300)])
    assert [(row[0], row[2], row[3]) for row in await state(database)] == [(300, "", "deleted")]
    assert await database.fetch_value("SELECT count(*) FROM deleted_message") == 0
