from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import (
    Action,
    Actor,
    ChannelId,
    CommentId,
    GuildId,
    MessageId,
    Mode,
    NewEntry,
    Server,
    Status,
    UserId,
)
from bot.store.database import Database
from bot.store.held_comments import HeldComments, Seen
from bot.store.member_comments import MemberComments
from bot.store.scope import Scope
from bot.store.servers import Servers
from bot.store.trail import Trail
from tests.store.making import DAWN, add_article, add_publication, capture, message

HERE = GuildId(10)


@pytest.fixture
async def held(database: Database) -> Database:
    """Three waiting comments, the last in a second publication."""
    article = await add_article(database)
    await add_publication(database, article)
    await add_publication(database, article, channel=50)
    await capture(
        database, message(200, "one"), message(201, "two"), message(202, "three", channel=ChannelId(60))
    )
    async with database.transaction() as tx:
        for each in (1, 2, 3):
            await MemberComments(tx).set_status(CommentId(each), Status.PENDING, None)
            await HeldComments(tx).add(tx, CommentId(each), HERE, Mode.ALL_HELD)
    return database


def within(*channels: int, guild: GuildId = HERE) -> Scope:
    return Scope(guild, frozenset(map(ChannelId, channels)))


async def queue(database: Database, *channels: int) -> list[int]:
    found, after = [], CommentId(0)
    while (each := await HeldComments(database).next_after(within(*channels), after)) is not None:
        found.append(int(each.comment_id))
        after = each.comment_id
    return found


async def test_the_queue_is_one_servers_and_some_channels_oldest_first(held: Database) -> None:
    assert await queue(held, 20, 50) == [1, 2, 3]
    assert await queue(held, 50) == [3]
    assert await queue(held) == []
    elsewhere = await HeldComments(held).next_after(within(20, 50, guild=GuildId(11)), CommentId(0))
    assert elsewhere is None
    assert await HeldComments(held).number(within(20, 50), at_most=100) == 3
    assert await HeldComments(held).number(within(20, 50), at_most=2) == 2
    assert await HeldComments(held).number(within(20), at_most=100) == 2


@pytest.mark.parametrize("status", [Status.VISIBLE, Status.REJECTED, Status.HIDDEN, Status.DELETED])
async def test_whatever_ends_the_waiting_takes_it_out_of_the_queue(held: Database, status: Status) -> None:
    async with held.transaction() as tx:
        if status is Status.DELETED:
            await MemberComments(tx).tombstone([CommentId(1)], Actor.AUTHOR)
        else:
            await MemberComments(tx).set_status(CommentId(1), status, Actor.MODERATOR)
    assert await queue(held, 20, 50) == [2, 3]
    assert await HeldComments(held).get(CommentId(1)) is None


async def test_a_comment_to_be_changed_is_out_of_the_queue_until_it_is(held: Database) -> None:
    async with held.transaction() as tx:
        assert await HeldComments(tx).ask(tx, CommentId(1), "Be kind.")
        assert not await HeldComments(tx).ask(tx, CommentId(1), "Me too.")
    assert await queue(held, 20, 50) == [2, 3]
    assert await HeldComments(held).words_about([CommentId(1), CommentId(2)]) == {1: "Be kind."}
    async with held.transaction() as tx:
        await HeldComments(tx).put_back(tx, CommentId(1))
    assert await queue(held, 20, 50) == [1, 2, 3]


async def test_only_what_waits_can_be_put_into_the_queue(held: Database) -> None:
    async with held.transaction() as tx:
        await MemberComments(tx).set_status(CommentId(1), Status.VISIBLE, Actor.MODERATOR)
        await HeldComments(tx).add(tx, CommentId(1), HERE, Mode.ALL_HELD)
    assert await queue(held, 20) == [2]


async def test_people_are_known_by_a_visible_comment_or_one_once_approved(held: Database) -> None:
    mel, ben = UserId(7), UserId(8)
    known = HeldComments(held).known_among
    assert await known(HERE, [mel, ben], []) == set()
    await capture(held, replace(message(300, "four"), user_id=ben))
    assert await known(HERE, [mel, ben], []) == {ben}
    assert await known(HERE, [mel, ben], [CommentId(4)]) == set()
    assert await known(GuildId(11), [ben], []) == set()
    async with held.transaction() as tx:
        await Trail(tx).record(NewEntry(HERE, DAWN, Action.COMMENT_APPROVED, user_id=mel))
    assert await known(HERE, [mel], []) == {mel}
    assert await known(GuildId(11), [mel], []) == set()


async def test_what_anybody_can_see_is_looked_at_and_nothing_else(held: Database) -> None:
    await capture(held, message(300, "four"))
    messages = [MessageId(each) for each in (200, 300, 999)]
    assert await HeldComments(held).seen_among(messages) == [Seen(MessageId(300), CommentId(4), 1, HERE)]  # type: ignore[arg-type]  # a plain number


async def test_there_is_nothing_to_check_until_a_server_asks_for_it(held: Database) -> None:
    assert not await HeldComments(held).anything_to_check()
    async with held.transaction() as tx:
        await Servers(tx).save(tx, Server(HERE, mode=Mode.FIRST_HELD))
    assert await HeldComments(held).anything_to_check()
