from __future__ import annotations

from datetime import timedelta

import pytest

from bot.discussion.access import Viewer
from bot.discussion.order import SLOWEST, Ordering, Where
from bot.errors import NotFoundError, RefusedError
from bot.model import ChannelId, GuildId, Mode, PublicationId, UserId
from bot.store.database import Database
from tests.store.making import add_article, add_publication

MODERATOR = Viewer(GuildId(10), UserId(1), lambda channel: True, lambda channel: True)
ELSEWHERE = Viewer(GuildId(11), UserId(1), lambda channel: True, lambda channel: True)
BLIND = Viewer(GuildId(10), UserId(1), lambda channel: False, lambda channel: True)
MEMBER = Viewer(GuildId(10), UserId(2), lambda channel: True)


def ordering(database: Database) -> Ordering:
    return Ordering(database, lambda: None)


@pytest.fixture
async def where(database: Database) -> Where:
    """The discussion of a live publication in channel 20 with thread 30."""
    return Where(await add_publication(database, await add_article(database)))


async def test_every_decision_stands_beside_the_others_and_in_the_trail(
    database: Database, where: Where
) -> None:
    order = ordering(database)
    await order.slowmode(MODERATOR, where, 30)
    await order.mode(MODERATOR, where, Mode.FIRST_HELD)
    await order.close_after(MODERATOR, where, timedelta(hours=1))
    now = (await order.standing(MODERATOR, where)).discussion
    assert (now.slowmode, now.mode, now.locked) == (30, Mode.FIRST_HELD, False)
    assert now.closes_at is not None
    now = (await order.lock(MODERATOR, where, "Too heated")).discussion
    assert (now.slowmode, now.mode, now.locked, now.closes_at) == (30, Mode.FIRST_HELD, True, None)
    assert not (await order.unlock(MODERATOR, where)).discussion.locked
    rows = await database.fetch_all("SELECT action, reason, publication_id FROM trail_entry ORDER BY id")
    assert [(row["action"], row["reason"]) for row in rows] == [
        ("slowmode_changed", None),
        ("mode_changed", None),
        ("closing_changed", None),
        ("thread_locked", "Too heated"),
        ("thread_unlocked", None),
    ]
    assert {row["publication_id"] for row in rows} == {where.publication_id}


async def test_a_discussion_is_known_by_where_one_is(database: Database, where: Where) -> None:
    order = ordering(database)
    for channels in ([30, 20], [101, 20], [20]):
        here = Where(None, [ChannelId(each) for each in channels])
        assert (await order.standing(MODERATOR, here)).publication.id == where.publication_id
    with pytest.raises(RefusedError, match="Say which article"):
        await order.standing(MODERATOR, Where(None, [ChannelId(99)]))


async def test_what_one_may_not_see_or_moderate_is_refused(database: Database, where: Where) -> None:
    order = ordering(database)
    for viewer in (ELSEWHERE, BLIND):
        with pytest.raises(NotFoundError):
            await order.lock(viewer, where, None)
    with pytest.raises(NotFoundError):
        await order.lock(MODERATOR, Where(PublicationId(9)), None)
    with pytest.raises(RefusedError, match="Only moderators"):
        await order.lock(MEMBER, where, None)
    with pytest.raises(RefusedError, match="Only moderators"):
        await order.server_mode(MEMBER, Mode.ALL_HELD)


async def test_a_discussion_that_is_over_is_left_as_it_is(database: Database, where: Where) -> None:
    async with database.transaction() as tx:
        await tx.execute("UPDATE publication SET state = 'retired'")
    with pytest.raises(RefusedError, match="closed"):
        await ordering(database).unlock(MODERATOR, where)
    assert not (await ordering(database).standing(MODERATOR, where)).discussion.locked


@pytest.mark.parametrize("seconds", [-1, SLOWEST + 1])
async def test_slow_mode_keeps_within_discords_bounds(database: Database, where: Where, seconds: int) -> None:
    with pytest.raises(RefusedError, match="0 to 21600"):
        await ordering(database).slowmode(MODERATOR, where, seconds)


async def test_the_servers_mode_holds_for_discussions_without_their_own(
    database: Database, where: Where
) -> None:
    order = ordering(database)
    await order.server_mode(MODERATOR, Mode.ALL_HELD)
    assert (await order.standing(MODERATOR, where)).discussion.effective_mode is Mode.ALL_HELD
    await order.mode(MODERATOR, where, Mode.OPEN)
    assert (await order.standing(MODERATOR, where)).discussion.effective_mode is Mode.OPEN
    await order.mode(MODERATOR, where, None)
    assert (await order.standing(MODERATOR, where)).discussion.effective_mode is Mode.ALL_HELD
