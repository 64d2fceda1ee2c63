"""Capture: storing what members write, edit and delete, in the order in which it comes.

Listeners only offer events; one writer takes them in batches, each batch one transaction together with the
cursors of its channels. What cannot be stored is not lost: its channel is marked as behind, and catch-up reads
it again from Discord.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from bot.errors import StorageError
from bot.model import (
    Actor,
    Attachment,
    ChannelId,
    ContentState,
    MessageId,
    PlacementKind,
    PublicationState,
    Status,
    UserId,
)
from bot.store.cursors import Cursors
from bot.store.database import Database, Transaction
from bot.store.member_comments import MemberComments, MemberMessage
from bot.store.placements import Placements
from bot.store.publications import Publications

log = structlog.get_logger(__name__)

QUEUE_LIMIT = 10_000
"""Events that may wait for the writer; what comes beyond is left to catch-up."""

BATCH_LIMIT = 500
RETRY_SECONDS = 2.0
"""How long to wait after the database refused a batch, for example on a full disk."""


@dataclass(frozen=True, slots=True)
class MessageWritten:
    """A member's message as Discord has it now: new, or edited, or read again by catch-up.

    `knows_nick` says whether `author` is the name on this server: a channel's history does not tell it.
    """

    channel_id: ChannelId
    message_id: MessageId
    user_id: UserId
    author: str
    text: str
    created_at: datetime
    edited_at: datetime | None = None
    reply_to: MessageId | None = None
    attachments: tuple[Attachment, ...] = ()
    content_state: ContentState = ContentState.SHOWN
    knows_nick: bool = True


@dataclass(frozen=True, slots=True)
class MessagesDeleted:
    """Messages that are gone from a channel, members' or our own."""

    channel_id: ChannelId
    message_ids: tuple[MessageId, ...]


@dataclass(frozen=True, slots=True)
class ChannelDeleted:
    """A channel or thread that is gone with all that stood in it."""

    channel_id: ChannelId


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """Catch-up has offered all of a channel up to this message: from here on live events move its cursor.

    That holds for the session in which the reading began; a later one may have missed something again.
    """

    channel_id: ChannelId
    message_id: MessageId
    session: int


Event = MessageWritten | MessagesDeleted | ChannelDeleted | CaughtUp


class Capture:
    """The one writer of what members write. `on_behind` is told of channels that need catching up."""

    def __init__(
        self, database: Database, *, on_behind: Callable[[frozenset[ChannelId]], None] | None = None
    ) -> None:
        self._database = database
        self._on_behind = on_behind
        self._queue: asyncio.Queue[Event] = asyncio.Queue(QUEUE_LIMIT)
        self._session = 0
        self._caught_up: set[ChannelId] = set()
        self._behind: set[ChannelId] = set()
        self._reported: set[ChannelId] = set()

    def offer(self, event: Event) -> None:
        """Take an event without waiting; where the queue is full its channel is left to catch-up."""
        try:
            self._queue.put_nowait(event)
        except asyncio.QueueFull:
            self._caught_up.discard(event.channel_id)
            if event.channel_id not in self._behind:
                log.warning("capture_overflow", channel=event.channel_id)
            self._behind.add(event.channel_id)

    async def put(self, event: Event) -> None:
        """Take an event as soon as there is room: for catch-up, which can wait."""
        await self._queue.put(event)

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

    async def _store_until_done(self, batch: Sequence[Event]) -> None:
        """Store a batch, waiting out a database that refuses; a batch that cannot be stored is left to catch-up."""
        refused = False
        while True:
            try:
                async with self._database.transaction() as tx:
                    channels = {await self._store(tx, event) for event in batch}
                    await self._advance(tx, batch)
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
        self._caught_up.update(
            event.channel_id
            for event in batch
            if isinstance(event, CaughtUp) and event.session == self._session
        )
        # A channel that did not exist at the last catch-up has no cursor yet: one reading gives it one.
        new = {channel for channel in channels if channel is not None} - self._caught_up - self._reported
        self._behind |= new
        self._reported |= new

    async def _store(self, tx: Transaction, event: Event) -> ChannelId | None:
        """Store one event; the channel in which a comment was written, None for anything else."""
        if isinstance(event, MessageWritten):
            return event.channel_id if await _store_message(tx, event) else None
        if isinstance(event, MessagesDeleted):
            await _store_deletions(tx, event)
        elif isinstance(event, ChannelDeleted):
            await _store_channel_deletion(tx, event)
        return None

    async def _advance(self, tx: Transaction, batch: Sequence[Event]) -> None:
        newest: dict[ChannelId, MessageId] = {}
        for event in batch:
            if not isinstance(event, MessageWritten | CaughtUp):
                continue
            if isinstance(event, CaughtUp) or event.channel_id in self._caught_up:
                newest[event.channel_id] = max(newest.get(event.channel_id, MessageId(0)), event.message_id)
        for channel, message in newest.items():
            await Cursors(tx).advance(tx, channel, message)

    def _leave_to_catch_up(self, batch: Sequence[Event]) -> None:
        channels = {event.channel_id for event in batch}
        self._caught_up -= channels
        self._behind |= channels

    def _report_behind(self) -> None:
        if self._behind and self._on_behind is not None and self._queue.empty():
            self._on_behind(frozenset(self._behind))
            self._behind.clear()


async def _store_message(tx: Transaction, event: MessageWritten) -> bool:
    """Store a message if it is a comment of ours; whether it is."""
    location = await Cursors(tx).locate(event.channel_id, event.reply_to)
    if location is None:
        return False
    await MemberComments(tx).upsert(
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
    return True


async def _store_deletions(tx: Transaction, event: MessagesDeleted) -> None:
    now = datetime.now(UTC)
    comments = MemberComments(tx)
    await comments.delete_messages(event.channel_id, event.message_ids, None, now)
    placements = Placements(tx)
    for message in event.message_ids:
        placement = await placements.by_message(message)
        if placement is None or placement.wanted is None:
            continue
        await placements.lose(tx, [message])
        if placement.kind is PlacementKind.COMMENT and placement.comment_id is not None:
            await comments.set_status(placement.comment_id, Status.HIDDEN, Actor.MODERATOR)


async def _store_channel_deletion(tx: Transaction, event: ChannelDeleted) -> None:
    """All that stood in the channel and its threads is gone. What was mirrored there is not hidden elsewhere."""
    cursors, publications, placements = Cursors(tx), Publications(tx), Placements(tx)
    channels = {event.channel_id}
    for publication in await publications.in_channel(event.channel_id):
        if publication.channel_id == event.channel_id:
            # Discord announces the channel's end only, not that of its threads, which bear their messages' ids.
            sections = await placements.of_publication(publication.id, PlacementKind.SECTION)
            channels |= {ChannelId(each.message_id) for each in sections if each.message_id is not None}
            channels |= {publication.thread_id} if publication.thread_id is not None else set()
        await publications.set_state(
            tx,
            publication.id,
            PublicationState.FAILED,
            among=(PublicationState.POSTING, PublicationState.LIVE),
            error="Its channel or thread was deleted in Discord. Retire it, then post the article again.",
        )
    for channel in channels:
        messages = list(await cursors.texts_after(channel, 0))
        await MemberComments(tx).delete_messages(channel, messages, None, datetime.now(UTC))
        await placements.lose(tx, await cursors.ours_after(channel, 0))
        await cursors.forget(tx, channel)
