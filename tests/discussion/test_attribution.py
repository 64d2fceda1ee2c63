from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from bot.discussion import attribution
from bot.discussion.events import Audited, Event, MessagesDeleted
from bot.discussion.recording import record
from bot.model import ChannelId, MessageId, UserId
from bot.store.database import Database
from tests.discussion.test_capture import LATE, MIRRORED, THREAD, set_up, written

AUTHOR, MO = UserId(7), UserId(99)


def gone(*messages: int, at_once: bool = False) -> MessagesDeleted:
    return MessagesDeleted(THREAD, tuple(map(MessageId, messages)), at_once)


def audited(entry: int = 1, user: UserId | None = AUTHOR, *, many: bool = False) -> Audited:
    return Audited(THREAD, entry, MO, user, many)


@pytest.fixture(autouse=True)
def at_ease(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, what is heard one after the other is near."""
    monkeypatch.setattr(attribution, "NEAR", timedelta(hours=1))


@pytest.fixture
async def discussed(database: Database) -> Database:
    """A discussion in which a member wrote four messages and another one a fifth."""
    await set_up(database)
    async with database.transaction() as tx:
        await record(tx, [*LATE, *(written(each) for each in (300, 301, 302, 303)), written(304, user=8)])
    return database


async def hear(database: Database, *events: Event, at_once: bool = False) -> None:
    """Record events, one after the other or in one batch."""
    for batch in [events] if at_once else [[each] for each in events]:
        async with database.transaction() as tx:
            await record(tx, batch)


async def entries(database: Database) -> list[tuple[Any, ...]]:
    rows = await database.fetch_all(
        "SELECT e.action, e.actor_id, c.message_id, c.status, c.status_by FROM trail_entry AS e "
        "JOIN comment AS c ON c.id = e.comment_id ORDER BY e.id"
    )
    return [tuple(row) for row in rows]


async def status(database: Database, message: int) -> tuple[str, str | None]:
    row = await database.fetch_one("SELECT status, status_by FROM comment WHERE message_id = ?", (message,))
    assert row is not None
    return row["status"], row["status_by"]


@pytest.mark.parametrize("order", list(permutations([gone(300), audited(), gone(300)])))
@pytest.mark.parametrize("at_once", [False, True])
async def test_a_deletion_that_the_audit_log_tells_of_is_the_moderators(
    discussed: Database, order: Sequence[Event], at_once: bool
) -> None:
    await hear(discussed, *order, audited(), at_once=at_once)
    assert await entries(discussed) == [("comment_deleted", MO, 300, "deleted", "moderator")]


async def test_a_deletion_that_it_does_not_tell_of_is_the_authors(discussed: Database) -> None:
    await hear(discussed, audited(user=UserId(8)), gone(300), gone(304), audited(2, UserId(55)))
    assert await status(discussed, 300) == ("deleted", None)
    assert await entries(discussed) == [("comment_deleted", MO, 304, "deleted", "moderator")]


async def test_between_two_deletions_nobody_guesses(discussed: Database) -> None:
    await hear(discussed, gone(300), gone(301), audited())
    assert await entries(discussed) == [
        ("comment_deleted", None, each, "deleted", None) for each in (300, 301)
    ]


async def test_what_follows_in_the_same_place_is_nobodys_for_certain(discussed: Database) -> None:
    await hear(discussed, gone(300), audited(), gone(301), gone(304))
    assert await entries(discussed) == [
        ("comment_deleted", MO, 300, "deleted", "moderator"),
        ("comment_deleted", None, 301, "deleted", None),
    ]
    assert await status(discussed, 304) == ("deleted", None)


async def test_nothing_is_attributed_from_long_ago(
    discussed: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hear(discussed, gone(300))
    monkeypatch.setattr(attribution, "NEAR", timedelta(seconds=-1))
    await hear(discussed, audited())
    assert await entries(discussed) == []
    monkeypatch.setattr(attribution, "TOGETHER", -timedelta(hours=1))
    await hear(discussed, gone(301))
    for table in ("audit_note", "fresh_deletion"):
        left = await discussed.fetch_value(f"SELECT count(*) FROM {table} WHERE at < 0")  # noqa: S608 - two names
        assert left == 0


@pytest.mark.parametrize("named_first", [False, True])
async def test_what_showed_a_comment_can_only_be_deleted_by_a_moderator(
    discussed: Database, named_first: bool
) -> None:
    events: list[Event] = [gone(MIRRORED), audited(user=None)]
    await hear(discussed, *(events[::-1] if named_first else events))
    rows = await discussed.fetch_all("SELECT action, actor_id FROM trail_entry")
    assert [tuple(row) for row in rows] == [("comment_hidden", MO)]


async def test_many_at_once_are_a_moderators_even_without_a_name(discussed: Database) -> None:
    await hear(discussed, gone(300, 301, 304, 999, at_once=True))
    assert [each[:3] for each in await entries(discussed)] == [
        ("comment_deleted", None, each) for each in (300, 301, 304)
    ]
    assert await status(discussed, 304) == ("deleted", "moderator")
    await hear(discussed, audited(user=None, many=True))
    assert {each[1] for each in await entries(discussed)} == {MO}


async def test_deletions_elsewhere_are_nothing_to_us(discussed: Database) -> None:
    await hear(
        discussed, Audited(ChannelId(5), 1, MO, AUTHOR), MessagesDeleted(ChannelId(5), (MessageId(1),))
    )
    await hear(discussed, gone(300))
    assert await entries(discussed) == []
