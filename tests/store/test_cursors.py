from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model import ChannelId, MessageId
from bot.store.cursors import Cursors
from bot.store.database import Database
from bot.store.tombstones import Tombstones
from tests.store.making import (
    DAWN,
    THREAD,
    add_article,
    add_imported,
    add_publication,
    capture,
    message,
    place,
)

HOME = ChannelId(20)


@pytest.fixture
async def bench(database: Database) -> Database:
    """A live publication with a section's message, a mirrored comment and three messages of members."""
    article = await add_article(database)
    publication = await add_publication(database, article)
    comment = await add_imported(database, article, "a")
    await place(database, publication, 100, section=1)
    await place(database, publication, 101, comment=comment)
    async with database.transaction() as tx:
        await tx.execute("UPDATE placement SET wanted = '{}', shown = '{}'")
    await capture(database, message(200), message(201), message(202))
    return database


async def advance(database: Database, **cursors: int) -> None:
    async with database.transaction() as tx:
        moved = {ChannelId(int(name[1:])): MessageId(place) for name, place in cursors.items()}
        await Cursors(tx).advance(tx, moved)


async def test_a_cursor_moves_forward_only(database: Database) -> None:
    assert await Cursors(database).of(THREAD) is None
    await advance(database, c30=200, c31=7)
    await advance(database, c30=150, c31=8)
    assert await Cursors(database).of_all([THREAD, ChannelId(31), ChannelId(32)]) == {30: 200, 31: 8}
    async with database.transaction() as tx:
        await Cursors(tx).forget(tx, THREAD)
    assert await Cursors(database).of(THREAD) is None


async def test_channels_follow_each_other_by_their_ids(database: Database) -> None:
    await advance(database, c30=1, c7=1)
    cursors = Cursors(database)
    assert await cursors.next_after(ChannelId(0)) == 7
    assert await cursors.next_after(ChannelId(7)) == 30
    assert await cursors.next_after(ChannelId(30)) is None


async def test_known_is_what_should_be_there(bench: Database) -> None:
    cursors = Cursors(bench)
    assert await cursors.known(THREAD, after=0, limit=10) == [100, 101, 200, 201, 202]
    assert await cursors.known(THREAD, after=101, limit=2) == [200, 201]
    assert await cursors.known(THREAD, after=0, until=150, limit=10) == [100, 101]
    async with bench.transaction() as tx:
        await Tombstones(tx).put([MessageId(201)])
        await tx.execute("UPDATE placement SET gone = 1 WHERE message_id = 101")
        await tx.execute("UPDATE placement SET wanted = NULL WHERE message_id = 100")
    assert await cursors.known(THREAD, after=0, limit=10) == [200, 202]


async def test_how_far_back_a_number_of_messages_reaches(bench: Database) -> None:
    assert await Cursors(bench).nth_newest(THREAD, 2) == 200
    assert await Cursors(bench).nth_newest(THREAD, 3) is None
    assert await Cursors(bench).newest_in(THREAD) == 202
    assert await Cursors(bench).newest_in(HOME) is None


@pytest.mark.parametrize("state", ["posting", "live", "failed", "retiring", "retired"])
async def test_comments_are_kept_where_a_publication_is_going(bench: Database, state: str) -> None:
    async with bench.transaction() as tx:
        await tx.execute(
            "UPDATE publication SET state = ?, error = iif(? = 'failed', 'x', NULL)", (state, state)
        )
    cursors, going = Cursors(bench), state in {"posting", "live", "failed"}
    for channel in (HOME, THREAD, ChannelId(100)):
        assert await cursors.is_capturing(channel) is going
    assert not await cursors.is_capturing(ChannelId(101)), "a thread on a mirrored comment is none of ours"


async def test_messages_are_known_whoever_wrote_them(bench: Database) -> None:
    cursors = Cursors(bench)
    assert await cursors.knows_any([MessageId(5), MessageId(100)])
    assert await cursors.knows_any([MessageId(202)])
    assert not await cursors.knows_any([MessageId(5)])


async def test_deletions_of_what_may_still_come_are_noted_and_in_time_forgotten(bench: Database) -> None:
    async with bench.transaction() as tx:
        await Tombstones(tx).expect(THREAD, [MessageId(300), MessageId(200), MessageId(100)], DAWN)
    cursors = Cursors(bench)
    assert [await cursors.was_deleted(MessageId(each)) for each in (300, 200, 100)] == [True, False, False]
    async with bench.transaction() as tx:
        await Tombstones(tx).expect_no_more(datetime(2025, 1, 1, tzinfo=UTC))
    assert not await cursors.was_deleted(MessageId(300))


async def test_threads_on_sections_are_remembered_by_their_cursors(bench: Database) -> None:
    assert await Cursors(bench).rooms_of([1]) == set()  # type: ignore[list-item]  # a publication's id
    await advance(bench, c100=250, c101=250)
    assert await Cursors(bench).rooms_of([1]) == {100}  # type: ignore[list-item]  # as above


async def test_rounds_and_the_sweeps_place_are_remembered(database: Database) -> None:
    cursors = Cursors(database)
    assert await cursors.last_round() is None
    assert await cursors.sweep_place() == (0, 0)
    async with database.transaction() as tx:
        await cursors.remember_round(tx, DAWN)
        await cursors.move_sweep(tx, THREAD, MessageId(5))
        await cursors.move_sweep(tx, THREAD, MessageId(200))
    assert await cursors.last_round() == DAWN
    assert await cursors.sweep_place() == (THREAD, 200)
