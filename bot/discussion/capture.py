"""Capture: storing what members write, edit and delete, in the order in which it comes.

Listeners only offer events; one writer takes them in batches, each batch one transaction together with the
cursors of its channels. What cannot be stored is not lost: its channel is marked as behind, and catch-up reads
it again from Discord.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from bot.discussion.events import (
    CaughtUp,
    ChannelDeleted,
    Event,
    Found,
    MessagesDeleted,
    MessageWritten,
)
from bot.errors import StorageError
from bot.model import (
    Actor,
    ChannelId,
    MessageId,
    PlacementKind,
    PublicationState,
    Status,
)
from bot.store.cursors import Cursors
from bot.store.database import Database, Transaction
from bot.store.member_comments import Change, MemberComments, MemberMessage
from bot.store.placements import Placements
from bot.store.publications import Publications

log = structlog.get_logger(__name__)

QUEUE_LIMIT = 10_000
"""Events that may wait for the writer; what comes beyond is left to catch-up."""

BATCH_LIMIT = 500
RETRY_SECONDS = 2.0
"""How long to wait after the database refused a batch, for example on a full disk."""


@dataclass(slots=True)
class Tally:
    """Adds up what the events put with it have brought, once they are stored."""

    found: Found = field(default_factory=Found)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An event in the queue, and who wants to know what came of it."""

    event: Event
    tally: Tally | None = None


class Capture:
    """The one writer of what members write. `on_behind` is told of channels that need catching up."""

    def __init__(
        self, database: Database, *, on_behind: Callable[[frozenset[ChannelId]], None] | None = None
    ) -> None:
        self._database = database
        self._on_behind = on_behind
        self._queue: asyncio.Queue[_Waiting] = asyncio.Queue(QUEUE_LIMIT)
        self._session = 0
        self._caught_up: set[ChannelId] = set()
        self._behind: set[ChannelId] = set()
        self._reported: set[ChannelId] = set()

    def offer(self, event: Event) -> None:
        """Take an event without waiting; where the queue is full its channel is left to catch-up."""
        try:
            self._queue.put_nowait(_Waiting(event))
        except asyncio.QueueFull:
            self._caught_up.discard(event.channel_id)
            if event.channel_id not in self._behind:
                log.warning("capture_overflow", channel=event.channel_id)
            self._behind.add(event.channel_id)

    async def put(self, event: Event, tally: Tally) -> None:
        """Take an event as soon as there is room: for catch-up, which can wait."""
        await self._queue.put(_Waiting(event, tally))

    async def flush(self) -> None:
        """Wait until all that was offered so far is stored."""
        await self._queue.join()

    @property
    def session(self) -> int:
        """Which gateway session this is; counts up."""
        return self._session

    def session_lost(self) -> None:
        """Live events may have been missed: no cursor moves until its channel has been caught up."""
        self._session += 1
        self._caught_up.clear()
        self._reported.clear()

    async def run(self) -> None:
        """Store what is offered, until cancelled."""
        while True:
            batch = [await self._queue.get()]
            while len(batch) < BATCH_LIMIT and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await self._store_until_done(batch)
            finally:
                for _ in batch:
                    self._queue.task_done()
            self._report_behind()

    async def _store_until_done(self, batch: Sequence[_Waiting]) -> None:
        """Store a batch, waiting out a database that refuses; one that cannot be stored is left to catch-up."""
        refused = False
        while True:
            try:
                outcomes = await self._store_batch([each.event for each in batch])
                break
            except StorageError as error:
                if not refused:
                    log.error("capture_waits", reason=error.sentence(), events=len(batch))
                refused = True
                await asyncio.sleep(RETRY_SECONDS)
            except Exception:
                log.exception("capture_failed", events=len(batch))
                self._leave_to_catch_up(batch)
                return
        if refused:
            log.info("capture_goes_on")
        for waiting, outcome in zip(batch, outcomes, strict=True):
            self._note(waiting, outcome)

    async def _store_batch(self, events: Sequence[Event]) -> list[Found | None]:
        """Store events in one transaction; for each what it brought, None for what is no comment of ours."""
        async with self._database.transaction() as tx:
            outcomes = [await _store(tx, event) for event in events]
            await self._advance(tx, events)
        return outcomes

    def _note(self, waiting: _Waiting, outcome: Found | None) -> None:
        """Draw the conclusions from an event that is stored."""
        event, channel = waiting.event, waiting.event.channel_id
        if waiting.tally is not None and outcome is not None:
            waiting.tally.found += outcome
        if isinstance(event, CaughtUp) and event.session == self._session:
            self._caught_up.add(channel)
        elif (
            isinstance(event, MessageWritten)
            and outcome is not None
            and channel not in self._caught_up | self._reported
        ):
            # A channel that did not exist at the last catch-up has no cursor yet: one reading gives it one.
            self._behind.add(channel)
            self._reported.add(channel)

    async def _advance(self, tx: Transaction, events: Sequence[Event]) -> None:
        newest: dict[ChannelId, MessageId] = {}
        for event in events:
            if not isinstance(event, MessageWritten | CaughtUp):
                continue
            if isinstance(event, CaughtUp) or event.channel_id in self._caught_up:
                newest[event.channel_id] = max(newest.get(event.channel_id, MessageId(0)), event.message_id)
        for channel, message in newest.items():
            await Cursors(tx).advance(tx, channel, message)

    def _leave_to_catch_up(self, batch: Sequence[_Waiting]) -> None:
        channels = {each.event.channel_id for each in batch}
        self._caught_up -= channels
        self._behind |= channels

    def _report_behind(self) -> None:
        if self._behind and self._on_behind is not None and self._queue.empty():
            self._on_behind(frozenset(self._behind))
            self._behind.clear()


async def _store(tx: Transaction, event: Event) -> Found | None:
    if isinstance(event, MessageWritten):
        return await _store_message(tx, event)
    if isinstance(event, MessagesDeleted):
        return await _store_deletions(tx, event)
    if isinstance(event, ChannelDeleted):
        return await _store_channel_deletion(tx, event)
    return None


async def _store_message(tx: Transaction, event: MessageWritten) -> Found | None:
    """Store a message if it is a comment of ours."""
    location = await Cursors(tx).locate(event.channel_id, event.reply_to)
    if location is None:
        return None
    _, change = await MemberComments(tx).upsert(
        MemberMessage(
            message_id=event.message_id,
            channel_id=event.channel_id,
            publication_id=location.publication,
            user_id=event.user_id,
            author=event.author,
            text=event.text,
            created_at=event.created_at,
            edited_at=event.edited_at,
            reply_to=event.reply_to,
            section_id=location.section,
            content_state=event.content_state,
            attachments=event.attachments,
            knows_nick=event.knows_nick,
        )
    )
    return Found(new=change is Change.CREATED, edited=change is Change.EDITED)


async def _store_deletions(tx: Transaction, event: MessagesDeleted) -> Found:
    now = datetime.now(UTC)
    comments = MemberComments(tx)
    deleted = len(await comments.delete_messages(event.channel_id, event.message_ids, None, now))
    placements = Placements(tx)
    for message in event.message_ids:
        placement = await placements.by_message(message)
        if placement is None or placement.wanted is None:
            continue
        await placements.lose(tx, [message])
        if placement.kind is PlacementKind.COMMENT and placement.comment_id is not None:
            await comments.set_status(placement.comment_id, Status.HIDDEN, Actor.MODERATOR)
            deleted += placement.part == 0
    return Found(deleted=deleted)


async def _store_channel_deletion(tx: Transaction, event: ChannelDeleted) -> Found:
    """All that stood in the channel and its threads is gone. What was mirrored there is not hidden elsewhere."""
    cursors, publications, placements = Cursors(tx), Publications(tx), Placements(tx)
    channels = {event.channel_id}
    for publication in await publications.in_channel(event.channel_id):
        if publication.channel_id != event.channel_id:
            error = "Its thread was deleted in Discord. Retire it, then post the article again."
            going = (PublicationState.POSTING, PublicationState.LIVE)
            await publications.set_state(
                tx, publication.id, PublicationState.FAILED, among=going, error=error
            )
            continue
        # Discord announces the channel's end only, not that of its threads, which bear their messages' ids. Nobody
        # can see this publication any more, so that nobody could retire it either.
        sections = await placements.of_publication(publication.id, PlacementKind.SECTION)
        channels |= {ChannelId(each.message_id) for each in sections if each.message_id is not None}
        channels |= {publication.thread_id} if publication.thread_id is not None else set()
        await publications.set_state(tx, publication.id, PublicationState.RETIRED)
    deleted = 0
    for channel in channels:
        messages = await cursors.members_after(channel, 0)
        found = await MemberComments(tx).delete_messages(channel, messages, None, datetime.now(UTC))
        deleted += len(found)
        await placements.lose(tx, await cursors.ours_after(channel, 0))
        await cursors.forget(tx, channel)
    return Found(deleted=deleted)
