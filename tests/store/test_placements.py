from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

import pytest

from bot.model import (
    ChannelId,
    CommentId,
    MessageId,
    Part,
    Payload,
    Placement,
    PlacementId,
    PlacementKind,
    Status,
)
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.placements import Placements
from bot.store.publications import Publications
from bot.store.sending import Sending
from tests.store.making import THREAD, add_article, add_imported, add_publication

NOW = datetime(2025, 1, 1, tzinfo=UTC)
HOME = ChannelId(20)


@pytest.fixture
async def bench(database: Database) -> Database:
    """A publication with two comments, one in answer to the other, and nothing placed."""
    article = await add_article(database)
    await add_publication(database, article)
    first = await add_imported(database, article, "a")
    await add_imported(database, article, "b", parent=first)
    return database


def part(
    text: str,
    ordinal: int,
    *,
    comment: int | None = None,
    section: int | None = None,
    number: int = 0,
) -> Part:
    kind = PlacementKind.COMMENT if comment else PlacementKind.SECTION if section else PlacementKind.CLOSING
    values = (section, None if comment is None else CommentId(comment), number, ordinal, Payload(text))
    return Part(kind, *values)  # type: ignore[arg-type]  # a section's id is a number


async def want(database: Database, *parts: Part) -> None:
    async with database.transaction() as tx:
        await Placements(tx).want(tx, (await Publications(tx).not_retired())[0].id, parts)


async def send(database: Database, placement: int, message: int, channel: ChannelId = THREAD) -> None:
    """Bring a placement's message into being."""
    async with database.transaction() as tx:
        await Sending(tx).begin(PlacementId(placement), channel, f"n{placement}", NOW)
        assert await Sending(tx).confirm(f"n{placement}", MessageId(message))


async def found(database: Database, placement: int) -> Placement:
    one = await Placements(database).by_id(PlacementId(placement))
    assert one is not None
    return one


async def to_do(database: Database) -> int | None:
    following = await Placements(database).next_to_do((await Publications(database).not_retired())[0].id)
    return None if following is None else following.id


async def test_what_remains_to_be_done_comes_in_reading_order(bench: Database) -> None:
    await want(
        bench,
        part("c", 9, comment=1),
        part("b", 5),
        part("a2", 1, section=1, number=1),
        part("a", 1, section=1),
    )
    order = []
    while (each := await to_do(bench)) is not None:
        order.append((await found(bench, each)).wanted)
        await send(bench, each, 100 + each)
    assert [each.content for each in order if each] == ["a", "a2", "b", "c"]
    await want(bench, part("b, edited", 5))
    assert (await found(bench, await to_do(bench) or 0)).message_id is not None
    publication = (await Publications(bench).not_retired())[0].id
    assert await Placements(bench).counts(publication) == (3, 4)


async def test_stating_the_same_again_leaves_nothing_to_do(bench: Database) -> None:
    await want(bench, part("b", 5))
    await send(bench, 1, 100)
    await want(bench, part("b", 5))
    assert await to_do(bench) is None


async def test_what_is_sent_keeps_its_place_and_what_is_not_takes_its_new_one(bench: Database) -> None:
    await want(bench, part("a", 1, comment=1), part("b", 2, comment=2))
    await send(bench, 1, 100)
    await want(bench, part("a", 7, comment=1), part("b", 8, comment=2))
    assert [(await found(bench, each)).ordinal for each in (1, 2)] == [1, 8]


async def test_what_is_no_longer_wanted_is_forgotten_or_deleted(bench: Database) -> None:
    await want(bench, part("a", 1, comment=1), part("b", 2, comment=2))
    await send(bench, 1, 100)
    async with bench.transaction() as tx:
        await Placements(tx).unwant(tx, [PlacementId(1), PlacementId(2)])
    assert await Placements(bench).by_id(PlacementId(2)) is None
    assert (await to_do(bench), (await found(bench, 1)).wanted) == (1, None)
    async with bench.transaction() as tx:
        await Sending(tx).forget(PlacementId(1))
    assert await to_do(bench) is None


async def test_what_was_wanted_again_while_it_was_deleted_is_made_anew(bench: Database) -> None:
    await want(bench, part("a", 1, comment=1))
    await send(bench, 1, 100)
    async with bench.transaction() as tx:
        await Placements(tx).unwant(tx, [PlacementId(1)])
    await want(bench, part("a", 1, comment=1))
    async with bench.transaction() as tx:
        await Sending(tx).forget(PlacementId(1))
    again = await found(bench, 1)
    assert (again.message_id, again.nonce, again.shown) == (None, None, None)
    assert await to_do(bench) == 1


async def test_a_channel_has_at_most_one_create_under_way(bench: Database) -> None:
    await want(bench, part("a", 1, comment=1), part("b", 2, comment=2))
    async with bench.transaction() as tx:
        await Sending(tx).begin(PlacementId(1), THREAD, "n1", NOW)
        with pytest.raises(sqlite3.IntegrityError):
            await Sending(tx).begin(PlacementId(2), THREAD, "n2", NOW)
    pending = await Placements(bench).unconfirmed_in(THREAD)
    assert pending is not None
    assert (pending.placement.id, pending.tried_at, pending.placement.shown) == (1, NOW, Payload("a"))
    assert await Placements(bench).unconfirmed_in(HOME) is None


async def test_said_twice_the_first_word_about_a_create_stands(bench: Database) -> None:
    await want(bench, part("a", 1, comment=1))
    await send(bench, 1, 100)
    async with bench.transaction() as tx:
        assert not await Sending(tx).confirm("n1", MessageId(101))
        assert not await Sending(tx).confirm("of somebody else", MessageId(102))
    assert (await found(bench, 1)).message_id == 100
    assert await Placements(bench).unconfirmed_in(THREAD) is None


async def test_a_create_without_effect_is_taken_back_and_forgotten_if_unwanted(bench: Database) -> None:
    await want(bench, part("a", 1, comment=1), part("b", 2, comment=2))
    for each in (1, 2):
        async with bench.transaction() as tx:
            await Sending(tx).begin(PlacementId(each), THREAD, f"n{each}", NOW)
            if each == 2:
                await Placements(tx).unwant(tx, [PlacementId(2)])
            await Sending(tx).abandon(PlacementId(each))
    assert (await found(bench, 1)).nonce is None
    assert await Placements(bench).by_id(PlacementId(2)) is None


async def test_a_create_that_was_deleted_unseen_hides_its_comment(bench: Database) -> None:
    await want(bench, part("a", 1, comment=1))
    async with bench.transaction() as tx:
        await Sending(tx).begin(PlacementId(1), THREAD, "n1", NOW)
        await Sending(tx).give_up(PlacementId(1))
    assert (await found(bench, 1)).gone
    assert await to_do(bench) is None
    assert await _status(bench, 1) is Status.HIDDEN


async def _status(database: Database, comment: int) -> Status:
    one = await Comments(database).by_id(CommentId(comment))
    assert one is not None
    return one.status


async def test_what_people_delete_is_gone_hidden_and_only_repaired_where_it_is_the_articles(
    bench: Database,
) -> None:
    await want(bench, part("s", 1, section=1), part("a", 5, comment=1))
    await send(bench, 1, 100, HOME)
    await send(bench, 2, 101)
    async with bench.transaction() as tx:
        assert await Placements(tx).lose(tx, [MessageId(100), MessageId(101), MessageId(999)]) == 1
    publication = (await Publications(bench).not_retired())[0].id
    assert [each.id for each in await Placements(bench).missing(publication)] == [1]
    assert await _status(bench, 1) is Status.HIDDEN
    assert await to_do(bench) is None
    async with bench.transaction() as tx:
        assert await Placements(tx).restore(tx, publication) == 1
    assert await to_do(bench) == 1


async def test_deletions_that_we_wanted_do_not_count_as_anybodys(bench: Database) -> None:
    await want(bench, part("a", 1, comment=1))
    await send(bench, 1, 100)
    async with bench.transaction() as tx:
        await Placements(tx).unwant(tx, [PlacementId(1)])
        assert await Placements(tx).lose(tx, [MessageId(100)]) == 0
    assert not (await found(bench, 1)).gone
    assert await _status(bench, 1) is Status.VISIBLE


async def test_a_channel_that_is_gone_takes_its_messages_but_hides_no_comment(bench: Database) -> None:
    await want(bench, part("a", 1, comment=1))
    await send(bench, 1, 100)
    async with bench.transaction() as tx:
        await Placements(tx).lose_all_in(tx, THREAD)
    assert (await found(bench, 1)).gone
    assert await _status(bench, 1) is Status.VISIBLE


async def test_a_reply_goes_to_the_nearest_ancestor_that_is_alive(bench: Database) -> None:
    publication = (await Publications(bench).not_retired())[0].id
    grandchild = await add_imported(
        bench, (await Publications(bench).not_retired())[0].article_id, "c", parent=CommentId(2)
    )
    await want(bench, part("a", 1, comment=1), part("b", 2, comment=2))

    async def target() -> int | None:
        return await Placements(bench).reply_target(grandchild, publication, THREAD)

    assert await target() is None
    await send(bench, 1, 100)
    assert await target() == 100
    await send(bench, 2, 101)
    assert await target() == 101
    assert await Placements(bench).reply_target(grandchild, publication, HOME) is None, "only in one channel"
    async with bench.transaction() as tx:
        await Placements(tx).lose(tx, [MessageId(101)])
    assert await target() == 100


async def test_edges_of_a_channel_are_known(bench: Database) -> None:
    placements = Placements(bench)
    assert (await placements.first_in(THREAD), await placements.last_confirmed_in(THREAD)) == (None, None)
    await want(bench, part("a", 1, comment=1), part("b", 2, comment=2))
    await send(bench, 1, 100)
    await send(bench, 2, 107)
    assert (await placements.first_in(THREAD), await placements.last_confirmed_in(THREAD)) == (100, 107)
