from __future__ import annotations

import asyncio
import contextlib
import random
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.discussion import capture as module
from bot.discussion.capture import Capture, Tally
from bot.discussion.events import (
    CaughtUp,
    ChannelDeleted,
    Event,
    Found,
    MessagesDeleted,
    MessageWritten,
    Posted,
    Voted,
    VotesCleared,
)
from bot.errors import StorageError
from bot.model import ChannelId, MessageId, Payload, UserId
from bot.store.cursors import Cursors
from bot.store.database import Database
from bot.store.placements import encoded
from tests.store.making import add_article, add_imported, add_publication

CHANNEL, THREAD, ASIDE = ChannelId(20), ChannelId(30), ChannelId(101)
"""A text channel, the comments' thread, and a thread that somebody opened on the first section."""
SECTION, LATE_SECTION, MIRRORED, LATE_MIRRORED = (MessageId(each) for each in (101, 102, 201, 202))
"""Messages of ours: two sections in the channel, two comments in the thread; the late ones are not confirmed yet."""
NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


@contextlib.asynccontextmanager
async def writing(database: Database, behind: list[ChannelId] | None = None) -> AsyncIterator[Capture]:
    """Capture at work, which ends with the block."""
    noted = behind if behind is not None else []
    capture = Capture(database, on_behind=lambda channels: noted.extend(sorted(channels)))
    task = asyncio.create_task(capture.run())
    try:
        yield capture
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def set_up(database: Database) -> None:
    """A live publication with two sections and two mirrored comments, half of them not confirmed yet."""
    article = await add_article(database)
    await add_publication(database, article, channel=CHANNEL)
    comments = [await add_imported(database, article, each) for each in "ab"]
    rows = [
        ("section", 1, None, CHANNEL, "n1", SECTION),
        ("section", 2, None, CHANNEL, "n2", None),
        ("comment", None, comments[0], THREAD, "n3", MIRRORED),
        ("comment", None, comments[1], THREAD, "n4", None),
    ]
    shown = encoded(Payload("as posted"))
    async with database.transaction() as tx:
        await tx.executemany(
            "INSERT INTO placement (publication_id, kind, section_id, comment_id, part, ordinal, channel_id, nonce, "
            "tried_at, message_id, wanted, shown) VALUES (1, ?, ?, ?, 0, 0, ?, ?, 0, ?, ?, ?)",
            [(*row, shown, shown) for row in rows],
        )


LATE = [Posted(CHANNEL, LATE_SECTION, "n2"), Posted(THREAD, LATE_MIRRORED, "n4")]


def written(
    message: int,
    channel: ChannelId = THREAD,
    text: str = "words",
    *,
    reply_to: int | None = None,
    version: int = 0,
    user: int = 7,
) -> MessageWritten:
    return MessageWritten(
        channel_id=channel,
        message_id=MessageId(message),
        user_id=UserId(user),
        author=f"Member {user}",
        text=text,
        created_at=NOON,
        edited_at=NOON + timedelta(minutes=version) if version else None,
        reply_to=None if reply_to is None else MessageId(reply_to),
    )


async def state(database: Database) -> list[tuple[Any, ...]]:
    """All that members have written, as it lies in the database."""
    rows = await database.fetch_all(
        "SELECT c.message_id, c.channel_id, c.text, c.status, c.edited_at, "
        "ifnull(p.message_id, p.source_id) AS parent, c.section_id FROM comment AS c "
        "LEFT JOIN comment AS p ON p.id = c.parent_id WHERE c.origin = 'discord' ORDER BY c.message_id"
    )
    return [tuple(row) for row in rows]


# --- Any order ends in the state of the orderly history -----------------------------------------------------


@dataclass
class Said:
    """A message's whole life: where, in answer to what, in how many versions, and whether it was taken back."""

    id: int
    channel: ChannelId
    reply_to: int | None
    versions: int
    deleted: bool
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.events = [
            written(self.id, self.channel, f"{self.id} v{each}", reply_to=self.reply_to, version=each)
            for each in range(self.versions)
        ]
        if self.deleted:
            self.events.append(MessagesDeleted(self.channel, (MessageId(self.id),)))


@st.composite
def histories(draw: st.DrawFn) -> list[Said]:
    """Messages in all three places, each answering something older there, or something unknown, or nothing."""
    history: list[Said] = []
    for number in range(300, 300 + draw(st.integers(1, 12))):
        channel = draw(st.sampled_from([CHANNEL, THREAD, ASIDE]))
        ours = {CHANNEL: [SECTION, LATE_SECTION], THREAD: [MIRRORED, LATE_MIRRORED], ASIDE: []}[channel]
        older = [each.id for each in history if each.channel == channel]
        reply_to = draw(st.sampled_from([None, 99, *ours, *older, *older]))
        history.append(Said(number, channel, reply_to, draw(st.integers(1, 3)), draw(st.booleans())))
    return history


def expected(history: Sequence[Said]) -> list[tuple[Any, ...]]:
    """What an orderly history comes to, told without the database."""
    sections = {SECTION: 1, LATE_SECTION: 2}
    mirrored = {MIRRORED: "a", LATE_MIRRORED: "b"}
    found: dict[int, tuple[Any, ...]] = {}
    for said in history:
        parent = found.get(said.reply_to or 0)
        if said.channel == CHANNEL and parent is None and said.reply_to not in sections:
            continue
        section = 1 if said.channel == ASIDE else sections.get(MessageId(said.reply_to or 0))
        edited = NOON + timedelta(minutes=said.versions - 1) if said.versions > 1 else None
        found[said.id] = (
            said.id,
            said.channel,
            "" if said.deleted else f"{said.id} v{said.versions - 1}",
            "deleted" if said.deleted else "visible",
            None if said.deleted or edited is None else int(edited.timestamp() * 1000),
            parent[0] if parent else mirrored.get(MessageId(said.reply_to or 0)),
            parent[6] if parent and section is None else section,
        )
    return [found[each] for each in sorted(found)]


@st.composite
def votes_in(draw: st.DrawFn, history: Sequence[Said]) -> list[Event]:
    """Votes for what is written, for our own messages and for what nobody knows: given, taken back, cleared."""
    messages = [*((each.channel, each.id) for each in history), (THREAD, MIRRORED), (THREAD, LATE_MIRRORED)]
    messages += [(CHANNEL, LATE_SECTION), (THREAD, 99)]
    found: list[Event] = []
    for channel, message in draw(st.lists(st.sampled_from(messages), max_size=12)):
        voter, given = UserId(draw(st.integers(7, 8))), draw(st.sampled_from([True, True, False]))
        if draw(st.integers(0, 5)):
            found.append(Voted(channel, MessageId(message), "👍", voter, given))
        else:
            found.append(VotesCleared(channel, MessageId(message)))
    return found


def voted(history: Sequence[Said], votes: Sequence[Event]) -> set[tuple[int, int]]:
    """Which votes stand in the end, told without the database: (message, voter)."""
    comments = {row[0] for row in expected(history) if row[3] == "visible"} | {MIRRORED, LATE_MIRRORED}
    standing: set[tuple[int, int]] = set()
    for event in votes:
        match event:
            case Voted(_, message, _, voter, given=True):
                standing.add((message, voter))
            case Voted(_, message, _, voter):
                standing.discard((message, voter))
            case VotesCleared(_, message):
                standing = {each for each in standing if each[0] != message}
    return {each for each in standing if each[0] in comments}


def interleaved(events: Sequence[Event], votes: Sequence[Event], chance: random.Random) -> list[Event]:
    """All of them; the votes in their order, for nothing tells of two which was first."""
    places = sorted(chance.choices(range(len(events) + 1), k=len(votes)))
    together: list[Event] = [*events]
    for place, vote in reversed(list(zip(places, votes, strict=True))):
        together.insert(place, vote)
    return together


@settings(max_examples=40)
@given(data=st.data(), history=histories(), chance=st.randoms(use_true_random=False))
def test_any_order_ends_in_the_state_of_the_orderly_history(
    data: st.DataObject, history: list[Said], chance: random.Random
) -> None:
    events = [event for said in history for event in said.events] + LATE
    events += chance.sample(events, chance.randrange(len(events)))
    chance.shuffle(events)
    votes = data.draw(votes_in(history))
    events = interleaved(events, votes, chance)

    async def play() -> tuple[list[tuple[Any, ...]], set[tuple[int, int]]]:
        with tempfile.TemporaryDirectory() as folder:
            async with Database.open(Path(folder) / "oped.db") as database, writing(database) as capture:
                await set_up(database)
                for event in events:
                    capture.offer(event)
                    if chance.random() < 0.3:
                        await capture.flush()
                await capture.flush()
                stored = await database.fetch_all("SELECT message_id, user_id FROM vote")
                return await state(database), {(row["message_id"], row["user_id"]) for row in stored}

    assert asyncio.run(play()) == (expected(history), voted(history, votes))


# --- One thing after the other -------------------------------------------------------------------------------


async def test_a_message_is_stored_with_what_it_answers(database: Database) -> None:
    await set_up(database)
    async with writing(database) as capture:
        capture.offer(written(300, THREAD, "Well said.", reply_to=MIRRORED))
        await capture.flush()
    assert await state(database) == [(300, THREAD, "Well said.", "visible", None, "a", None)]


async def test_only_replies_to_ours_count_in_a_text_channel(database: Database) -> None:
    await set_up(database)
    async with writing(database) as capture:
        for event in (
            written(300, CHANNEL, "Lunch?"),
            written(301, CHANNEL, "Yes!", reply_to=300),
            written(302, CHANNEL, "A fine start.", reply_to=SECTION),
            written(303, CHANNEL, "Indeed.", reply_to=302),
        ):
            capture.offer(event)
        await capture.flush()
    assert [(row[0], row[5], row[6]) for row in await state(database)] == [(302, None, 1), (303, 302, 1)]


async def test_a_reply_to_a_section_that_is_not_confirmed_yet_is_kept_until_it_is(database: Database) -> None:
    await set_up(database)
    async with writing(database) as capture:
        capture.offer(written(300, CHANNEL, reply_to=LATE_SECTION))
        capture.offer(written(301, CHANNEL, reply_to=300))
        await capture.flush()
        assert await state(database) == []
        capture.offer(LATE[0])
        await capture.flush()
    assert [(row[0], row[5], row[6]) for row in await state(database)] == [(300, None, 2), (301, 300, 2)]


async def test_a_thread_on_a_section_that_is_not_confirmed_yet_is_read_once_it_is(database: Database) -> None:
    await set_up(database)
    behind: list[ChannelId] = []
    thread = ChannelId(LATE_SECTION)
    async with writing(database, behind) as capture:
        capture.offer(written(300, thread))
        capture.offer(written(301, ChannelId(77)))
        await capture.flush()
        assert behind == []
        capture.offer(LATE[0])
        await capture.flush()
        await capture.flush()
        assert behind == [thread]
        capture.offer(LATE[0])
        await capture.flush()
        await capture.flush()
    assert behind == [thread], "once is enough"


async def test_of_too_many_open_replies_the_oldest_is_let_go(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SET_ASIDE_LIMIT", 2)
    await set_up(database)
    async with writing(database) as capture:
        for message in (300, 301, 302):
            capture.offer(written(message, CHANNEL, reply_to=LATE_SECTION))
            await capture.flush()
        capture.offer(LATE[0])
        await capture.flush()
    assert [row[0] for row in await state(database)] == [301, 302]


async def test_votes_wait_for_their_messages(database: Database) -> None:
    await set_up(database)
    mel, ben = UserId(7), UserId(8)
    async with writing(database) as capture:
        for message in (MessageId(300), LATE_MIRRORED):
            capture.offer(Voted(THREAD, message, "👍", mel, given=True))
            capture.offer(Voted(THREAD, message, "👍", ben, given=True))
        capture.offer(Voted(ChannelId(77), MessageId(302), "👍", mel, given=True))
        await capture.flush()
        assert await database.fetch_value("SELECT count(*) FROM vote") == 0
        capture.offer(Voted(THREAD, MessageId(300), "👍", mel, given=False))
        capture.offer(written(300, THREAD, user=9))
        capture.offer(LATE[1])
        await capture.flush()
    rows = await database.fetch_all("SELECT message_id, user_id FROM vote ORDER BY message_id, user_id")
    assert [tuple(row) for row in rows] == [(LATE_MIRRORED, mel), (LATE_MIRRORED, ben), (300, ben)]


async def test_of_too_many_early_votes_the_oldest_is_left_to_catch_up(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SET_ASIDE_LIMIT", 2)
    await set_up(database)
    async with writing(database) as capture:
        for voter in (7, 8, 9):
            capture.offer(Voted(THREAD, MessageId(300), "👍", UserId(voter), given=True))
        await capture.flush()
        capture.offer(written(300, THREAD))
        await capture.flush()
    assert {row["user_id"] for row in await database.fetch_all("SELECT user_id FROM vote")} == {8, 9}


async def test_our_own_message_deleted_before_it_was_confirmed_stays_deleted(database: Database) -> None:
    await set_up(database)
    async with writing(database) as capture:
        capture.offer(MessagesDeleted(THREAD, (LATE_MIRRORED,)))
        await capture.flush()
        capture.offer(LATE[1])
        await capture.flush()
    row = await database.fetch_one(
        "SELECT p.gone, c.status, c.status_by FROM placement AS p JOIN comment AS c ON c.id = p.comment_id "
        "WHERE p.message_id = ?",
        (LATE_MIRRORED,),
    )
    assert row is not None
    assert tuple(row) == (1, "hidden", "moderator")


async def test_deletions_elsewhere_on_the_server_leave_nothing_behind(database: Database) -> None:
    await set_up(database)
    async with writing(database) as capture:
        capture.offer(MessagesDeleted(ChannelId(77), (MessageId(300),)))
        await capture.flush()
    assert await database.fetch_value("SELECT count(*) FROM deleted_message") == 0


async def test_a_purge_hides_what_was_mirrored_and_erases_what_members_wrote(database: Database) -> None:
    await set_up(database)
    tally = Tally()
    async with writing(database) as capture:
        capture.offer(written(300, THREAD, "Rude words", reply_to=MIRRORED))
        await capture.put(MessagesDeleted(THREAD, (MIRRORED, MessageId(300))), tally)
        await capture.flush()
    assert [(row[2], row[3]) for row in await state(database)] == [("", "deleted")]
    assert await database.fetch_value("SELECT status FROM comment WHERE source_id = 'a'") == "hidden"
    assert tally.found == Found(deleted=2)


async def test_a_deleted_thread_takes_its_messages_along_but_hides_nothing_elsewhere(
    database: Database,
) -> None:
    await set_up(database)
    async with writing(database) as capture:
        capture.offer(written(300, THREAD))
        capture.offer(ChannelDeleted(THREAD))
        await capture.flush()
    assert [row[3] for row in await state(database)] == ["deleted"]
    assert await database.fetch_value("SELECT status FROM comment WHERE source_id = 'a'") == "visible"
    (publication,) = await database.fetch_all("SELECT state, error FROM publication")
    assert publication["state"] == "failed"
    assert "thread was deleted" in publication["error"]


async def test_a_deleted_channel_ends_its_publications_and_their_threads(database: Database) -> None:
    await set_up(database)
    async with writing(database) as capture:
        capture.offer(LATE[0])
        for channel in (THREAD, ASIDE):
            capture.offer(written(300 + channel, channel))
        capture.offer(written(500, CHANNEL, reply_to=SECTION))
        await capture.flush()
        capture.offer(ChannelDeleted(CHANNEL))
        await capture.flush()
    assert {row[3] for row in await state(database)} == {"deleted"}
    assert await database.fetch_value("SELECT state FROM publication") == "retired"


# --- Cursors ---------------------------------------------------------------------------------------------------


async def caught_up(capture: Capture, channel: ChannelId = THREAD, until: int = 250) -> None:
    await capture.put(CaughtUp(channel, MessageId(until), capture.session(channel)), Tally())
    await capture.flush()


async def test_a_cursor_stands_still_until_its_channel_is_caught_up(database: Database) -> None:
    await set_up(database)
    behind: list[ChannelId] = []
    async with writing(database, behind) as capture:
        capture.offer(written(300))
        await capture.flush()
        assert await Cursors(database).of(THREAD) is None
        await capture.flush()
        assert behind == [THREAD], "one reading gives a channel its cursor"
        await caught_up(capture)
        assert await Cursors(database).of(THREAD) == 250
        capture.offer(written(301))
        await capture.flush()
    assert await Cursors(database).of(THREAD) == 301
    assert behind == [THREAD]


async def test_a_reading_begun_before_the_session_was_lost_vouches_for_nothing(database: Database) -> None:
    await set_up(database)
    async with writing(database) as capture:
        begun = capture.session(THREAD)
        capture.session_lost()
        await capture.put(CaughtUp(THREAD, MessageId(250), begun), Tally())
        capture.offer(written(300))
        await capture.flush()
    assert await Cursors(database).of(THREAD) == 250, "what was read is stored all the same"


async def test_what_does_not_fit_is_left_to_catch_up(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "QUEUE_LIMIT", 2)
    await set_up(database)
    behind: list[ChannelId] = []
    async with writing(database, behind) as capture:
        await caught_up(capture)
        begun = capture.session(THREAD)
        for message in (300, 301, 302):
            capture.offer(written(message))  # nobody has had time to take one out
        await capture.flush()
        await capture.flush()
        assert behind == [THREAD]
        assert await Cursors(database).of(THREAD) == 250, "no cursor moves past what was lost"
        await capture.put(CaughtUp(THREAD, MessageId(301), begun), Tally())
        capture.offer(written(303))
        await capture.flush()
        assert await Cursors(database).of(THREAD) == 301, (
            "a reading begun before the loss cannot vouch for after"
        )


# --- A database that refuses ------------------------------------------------------------------------------------


async def test_a_database_that_refuses_is_waited_for_and_told_of_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.0)
    await set_up(database)
    refusals = iter([True] * 3)
    real = Database.transaction

    def full(self: Database, **options: Any) -> Any:
        if next(refusals, False):
            raise StorageError("The disk that holds the database is full.", remedy="Free some space.")
        return real(self, **options)

    monkeypatch.setattr(Database, "transaction", full)
    with structlog.testing.capture_logs() as logs:
        async with writing(database) as capture:
            capture.offer(written(300))
            await capture.flush()
    assert [row[0] for row in await state(database)] == [300]
    assert [each["event"] for each in logs] == ["capture_waits", "capture_goes_on"]
    assert "full" in logs[0]["reason"]


async def test_an_event_that_cannot_be_stored_takes_no_other_along(database: Database) -> None:
    await set_up(database)
    too_big = written(2**70)
    with structlog.testing.capture_logs() as logs:
        async with writing(database) as capture:
            for event in (written(300), too_big, written(301)):
                capture.offer(event)
            await capture.flush()
    assert [row[0] for row in await state(database)] == [300, 301]
    (entry,) = [each for each in logs if each["event"] == "capture_failed"]
    assert entry["message"] == 2**70


@pytest.mark.parametrize(
    "text", ["\ud83d half a smile", "cut\0off", "'; DROP TABLE comment; --", "\u202etxet"]
)
async def test_hostile_text_is_text(database: Database, text: str) -> None:
    await set_up(database)
    async with writing(database) as capture:
        capture.offer(written(300, text=text))
        await capture.flush()
    ((_, _, stored, *_),) = await state(database)
    assert stored == text.replace("\ud83d", "?").replace("\0", "")
