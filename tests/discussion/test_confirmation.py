from __future__ import annotations

from bot.discussion.confirmation import confirm
from bot.discussion.recording import record
from bot.model import MessageId
from bot.store.database import Database
from tests.discussion.test_capture import LATE_MIRRORED, THREAD, set_up, state, written


async def test_replies_that_came_before_are_attached_with_their_section(database: Database) -> None:
    await set_up(database)
    async with database.transaction() as tx:
        await tx.execute("UPDATE comment SET section_id = 2 WHERE source_id = 'b'")
        await record(tx, [written(300, THREAD, reply_to=LATE_MIRRORED), written(301, THREAD, reply_to=300)])
    assert [(row[5], row[6]) for row in await state(database)] == [(None, None), (300, None)]
    async with database.transaction() as tx:
        await confirm(tx, "n4", LATE_MIRRORED)
    assert [(row[5], row[6]) for row in await state(database)] == [("b", 2), (300, 2)]


async def test_another_word_about_the_same_create_changes_nothing(database: Database) -> None:
    await set_up(database)
    for message in (LATE_MIRRORED, MessageId(999)):
        async with database.transaction() as tx:
            await confirm(tx, "n4", message)
    assert await database.fetch_value("SELECT message_id FROM placement WHERE nonce = 'n4'") == LATE_MIRRORED
