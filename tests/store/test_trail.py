from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.model import Action, ChannelId, EntryId, GuildId, MessageId, NewEntry, Server, UserId
from bot.store.database import Database
from bot.store.scope import Scope
from bot.store.servers import Servers
from bot.store.trail import Entries, Trail
from tests.store.making import DAWN, add_article, add_publication, capture, message

HERE, MO, MEL = GuildId(10), UserId(1), UserId(2)
NOTHING, ALL = Scope(HERE, frozenset()), Scope(HERE, frozenset({ChannelId(20)}))
MUTED = NewEntry(
    HERE, DAWN, Action.MEMBER_MUTED, actor_id=MO, user_id=MEL, reason="rude", details={"until": 5}
)


async def record(database: Database, *entries: NewEntry) -> list[EntryId]:
    async with database.transaction() as tx:
        return [await Trail(tx).record(each) for each in entries]


async def set_log_channel(database: Database, channel: int | None) -> None:
    async with database.transaction() as tx:
        where = None if channel is None else ChannelId(channel)
        await Servers(tx).save(tx, Server(HERE, log_channel_id=where))


async def test_an_entry_reads_as_it_was_recorded(database: Database) -> None:
    publication = await add_publication(database, await add_article(database))
    (first,) = await record(database, replace(MUTED, publication_id=publication))
    entry = await Entries(database).by_id(first)
    assert entry is not None
    assert (entry.guild_id, entry.at, entry.action, entry.actor_id, entry.user_id) == (
        *(HERE, DAWN, Action.MEMBER_MUTED),
        *(MO, MEL),
    )
    assert (entry.reason, entry.details, entry.title) == ("rude", {"until": 5}, "Title of bench")
    assert await Entries(database).by_id(EntryId(9)) is None


async def test_a_deed_is_undone_once(database: Database) -> None:
    first, second, third = await record(database, MUTED, MUTED, MUTED)
    async with database.transaction() as tx:
        assert await Trail(tx).undo(first, second)
        assert not await Trail(tx).undo(first, third)
    entry = await Entries(database).by_id(first)
    assert entry is not None
    assert entry.undone_by == second


async def test_it_is_known_which_comments_were_refused(database: Database) -> None:
    await add_publication(database, await add_article(database))
    (refused, _), (other, _) = [await capture(database, message(each)) for each in (100, 101)]
    entry = replace(MUTED, action=Action.COMMENT_REFUSED)
    await record(database, replace(entry, comment_id=refused), replace(MUTED, comment_id=other))
    found = await Entries(database).about([refused, other], Action.COMMENT_REFUSED)
    assert found == {refused}


async def test_pages_go_back_and_keep_to_what_is_asked_and_seen(database: Database) -> None:
    publication = await add_publication(database, await add_article(database))
    ids = await record(
        database,
        MUTED,
        replace(MUTED, action=Action.MEMBER_BANNED),
        replace(MUTED, actor_id=MEL),
        replace(MUTED, user_id=MO),
        replace(MUTED, publication_id=publication),
        replace(MUTED, guild_id=GuildId(11)),
    )

    async def page(before: EntryId | None = None, limit: int = 9, scope: Scope = NOTHING) -> list[int]:
        found = await Entries(database).page(scope, before=before, limit=limit)
        return [each.id for each in found]

    assert await page() == [ids[3], ids[2], ids[1], ids[0]]
    assert await page(scope=ALL) == [ids[4], ids[3], ids[2], ids[1], ids[0]]
    assert await page(limit=2) == [ids[3], ids[2]]
    assert await page(before=ids[2], limit=2) == [ids[1], ids[0]]
    entries = Entries(database)
    for found, wanted in (
        (await entries.page(NOTHING, before=None, limit=9, action=Action.MEMBER_BANNED), ids[1]),
        (await entries.page(NOTHING, before=None, limit=9, actor=MEL), ids[2]),
        (await entries.page(NOTHING, before=None, limit=9, user=MO), ids[3]),
        (
            await entries.page(ALL, before=None, limit=9, publication=publication),
            ids[4],
        ),
    ):
        assert [each.id for each in found] == [wanted]


async def test_what_is_about_a_members_comment_is_seen_only_where_that_was_written(
    database: Database,
) -> None:
    publication = await add_publication(database, await add_article(database))
    comment, _ = await capture(database, message(100))
    (held,) = await record(database, replace(MUTED, action=Action.COMMENT_HELD, comment_id=comment))
    entries = Entries(database)
    assert await entries.page(NOTHING, before=None, limit=9) == []
    here = await entries.page(ALL, before=None, limit=9, publication=publication)
    assert [each.id for each in here] == [held]


async def test_only_what_came_after_a_log_channel_was_set_is_told_there(database: Database) -> None:
    await record(database, MUTED)
    await set_log_channel(database, 77)
    first, second = await record(database, MUTED, replace(MUTED, guild_id=HERE))
    await record(database, replace(MUTED, guild_id=GuildId(11)))
    entries = Entries(database)
    due = await entries.next_to_tell(ChannelId(77), DAWN)
    assert due is not None
    assert (due.id, due.log_channel_id) == (first, 77)
    assert await entries.log_channels(DAWN) == [77]
    assert await entries.next_to_tell(ChannelId(78), DAWN) is None
    async with database.transaction() as tx:
        await Trail(tx).told(first, MessageId(500))
    due = await entries.next_to_tell(ChannelId(77), DAWN)
    assert due is not None
    assert due.id == second
    async with database.transaction() as tx:
        await Trail(tx).leave_untold(ChannelId(77))
    assert await entries.next_to_tell(ChannelId(77), DAWN) is None


async def test_what_nobody_is_known_to_have_done_waits_a_little_for_a_name(database: Database) -> None:
    await set_log_channel(database, 77)
    (only,) = await record(database, replace(MUTED, actor_id=None, details={"in_discord": 30}))
    assert await Entries(database).next_to_tell(ChannelId(77), DAWN) is None
    due = await Entries(database).next_to_tell(ChannelId(77), DAWN + timedelta(seconds=1))
    assert due is not None
    assert due.id == only
