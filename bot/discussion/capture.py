"""Capture: storing what members write, edit and delete, whatever the order in which it comes.

Listeners only offer events; one writer takes them in batches, each batch one transaction together with the
cursors of its channels. What cannot be stored is not lost: its channel is marked as behind, and catch-up reads
it again from Discord.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from bot.discussion import recording
from bot.discussion.events import (
    CaughtUp,
    ChannelDeleted,
    Event,
    Found,
    MessageWritten,
    Posted,
    Session,
    Voted,
    VotesCleared,
)
from bot.discussion.gate import Screened
from bot.errors import StorageError
from bot.model import ChannelId, MessageId
from bot.store.cursors import Cursors
from bot.store.database import Database
from bot.store.incoming import Outcome

log = structlog.get_logger(__name__)

QUEUE_LIMIT = 10_000
"""Events that may wait for the writer; what comes beyond is left to catch-up."""

BATCH_LIMIT = 2_000
SET_ASIDE_LIMIT = 1_000
"""Replies in a text channel that may wait for what they answer, which in most cases is none of ours; and as many
votes for what they are for."""

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
    """The one writer of what members write.

    `on_behind` is told of channels that need catching up, `on_screened` of what is left to do in Discord.
    """

    def __init__(
        self,
        database: Database,
        *,
        on_behind: Callable[[frozenset[ChannelId]], None] | None = None,
        on_screened: Callable[[Screened], None] | None = None,
    ) -> None:
        self._database = database
        self._on_behind = on_behind
        self._on_screened = on_screened
        self._queue: asyncio.Queue[_Waiting | asyncio.Event] = asyncio.Queue(QUEUE_LIMIT)
        self._sessions = 0
        self._losses: Counter[ChannelId] = Counter()
        self._caught_up: set[ChannelId] = set()
        self._behind: set[ChannelId] = set()
        self._reported: set[ChannelId] = set()
        self._set_aside: deque[_Waiting] = deque(maxlen=SET_ASIDE_LIMIT)
        self._early_votes: deque[_Waiting] = deque(maxlen=SET_ASIDE_LIMIT)
        self._foreign: deque[ChannelId] = deque(maxlen=SET_ASIDE_LIMIT)

    def offer(self, event: Event) -> None:
        """Take an event without waiting; where the queue is full its channel is left to catch-up."""
        try:
            self._queue.put_nowait(_Waiting(event))
        except asyncio.QueueFull:
            if event.channel_id not in self._behind:
                log.warning("capture_overflow", channel=event.channel_id)
            self._lose(event.channel_id)

    @property
    def is_busy(self) -> bool:
        """Whether something waits for the writer."""
        return not self._queue.empty()

    async def put(self, event: Event, tally: Tally) -> None:
        """Take an event as soon as there is room: for catch-up, which can wait."""
        await self._queue.put(_Waiting(event, tally))

    async def flush(self) -> None:
        """Wait until all that was offered so far is stored, however much goes on coming."""
        stored = asyncio.Event()
        await self._queue.put(stored)
        await stored.wait()

    def session(self, channel: ChannelId) -> Session:
        """What a reading of a channel that begins now can vouch for."""
        return self._sessions, self._losses[channel]

    def session_lost(self) -> None:
        """Live events may have been missed: no cursor moves until its channel has been caught up."""
        self._sessions += 1
        self._losses.clear()
        self._caught_up.clear()
        self._reported.clear()

    async def run(self) -> None:
        """Store what is offered, until cancelled."""
        while True:
            taken = [await self._queue.get()]
            while len(taken) < BATCH_LIMIT and not self._queue.empty():
                taken.append(self._queue.get_nowait())
            batch = [each for each in taken if isinstance(each, _Waiting)]
            while batch:
                batch = await self._store(batch)
            for each in taken:
                if isinstance(each, asyncio.Event):
                    each.set()
            self._report_behind()

    async def _store(self, batch: Sequence[_Waiting]) -> list[_Waiting]:
        """Store a batch, waiting out a database that refuses; what had been set aside and now has its place."""
        batch = [*self._early_votes_for(batch), *batch]
        refused = False
        while True:
            try:
                result = await self._record(batch)
                break
            except StorageError as error:
                if not refused:
                    log.error("capture_waits", reason=error.sentence(), events=len(batch))
                refused = True
                await asyncio.sleep(RETRY_SECONDS)
            except Exception as error:  # noqa: BLE001 - told below; it must not end the writer
                if len(batch) == 1:
                    _give_up(batch[0].event, error)
                    return []
                # One that cannot be stored must not take the others along.
                return [again for each in batch for again in await self._store([each])]
        if refused:
            log.info("capture_goes_on")
        for waiting, found in zip(batch, result.found, strict=True):
            self._note(waiting, found)
        if self._on_screened is not None and result.screened != Screened():
            self._on_screened(result.screened)
        self._note_threads(batch, result)
        self._early_votes.extend(batch[place] for place in sorted(result.early))
        return self._taken_up(batch, result)

    async def _record(self, batch: Sequence[_Waiting]) -> recording.Result:
        events = [each.event for each in batch]
        async with self._database.transaction() as tx:
            result = await recording.record(tx, events)
            if cursors := self._cursors(events):
                await Cursors(tx).advance(tx, cursors)
        return result

    def _cursors(self, events: Sequence[Event]) -> dict[ChannelId, MessageId]:
        """How far the channels are stored with these events."""
        newest: dict[ChannelId, MessageId] = {}
        for event in events:
            if not isinstance(event, MessageWritten | CaughtUp) or event.message_id is None:
                continue
            if isinstance(event, CaughtUp) or event.channel_id in self._caught_up:
                newest[event.channel_id] = max(newest.get(event.channel_id, MessageId(0)), event.message_id)
        return newest

    def _note(self, waiting: _Waiting, found: Found | None) -> None:
        """Draw the conclusions from an event that is stored."""
        event, channel = waiting.event, waiting.event.channel_id
        if waiting.tally is not None and found is not None:
            waiting.tally.found += found
        if isinstance(event, CaughtUp) and event.session == self.session(channel):
            self._caught_up.add(channel)
        elif isinstance(event, ChannelDeleted) and found is not None:
            # Should a straggler still arrive, a reading finds that the channel is gone and the straggler with it.
            self._caught_up.discard(channel)
            self._reported.discard(channel)
        elif (
            isinstance(event, MessageWritten)
            and found is not None
            and waiting.tally is None
            and channel not in self._caught_up
            and channel not in self._reported
        ):
            # A channel that did not exist at the last catch-up has no cursor yet: one reading gives it one. What
            # comes from a reading itself needs no other.
            self._behind.add(channel)
            self._reported.add(channel)

    def _note_threads(self, batch: Sequence[_Waiting], result: recording.Result) -> None:
        """Have threads read again that stand on messages of which it is known only now that they are ours.

        A thread bears the id of its message; what was written in it so far was taken for foreign.
        """
        for each in batch:
            event = each.event
            if isinstance(event, Posted) and (thread := ChannelId(event.message_id)) in self._foreign:
                self._foreign.remove(thread)
                self._behind.add(thread)
            elif (
                isinstance(event, MessageWritten)
                and result.outcomes.get(event.message_id) is Outcome.FOREIGN
                and event.channel_id not in self._foreign
            ):
                self._foreign.append(event.channel_id)

    def _early_votes_for(self, batch: Sequence[_Waiting]) -> list[_Waiting]:
        """Votes that came before the messages that this batch brings, to be recorded before those that came since."""
        if not self._early_votes:
            return []
        arriving = {
            each.event.message_id for each in batch if isinstance(each.event, Posted | MessageWritten)
        }
        found = [each for each in self._early_votes if _votes_for(each.event, arriving)]
        for each in found:
            self._early_votes.remove(each)
        return found

    def _taken_up(self, batch: Sequence[_Waiting], result: recording.Result) -> list[_Waiting]:
        """Set open replies aside; those set aside whose place is known by now."""
        self._set_aside.extend(
            each
            for each in batch
            if isinstance(each.event, MessageWritten)
            and result.outcomes.get(each.event.message_id) is Outcome.OPEN
        )
        if not self._set_aside:
            return []
        placed = {each.event.message_id for each in batch if isinstance(each.event, Posted)}
        placed |= {message for message, outcome in result.outcomes.items() if outcome is Outcome.CREATED}
        again = [each for each in self._set_aside if _answers(each.event, placed)]
        for each in again:
            self._set_aside.remove(each)
        return again

    def _lose(self, channel: ChannelId) -> None:
        self._losses[channel] += 1
        self._caught_up.discard(channel)
        self._behind.add(channel)

    def _report_behind(self) -> None:
        if self._behind and self._on_behind is not None and self._queue.empty():
            self._on_behind(frozenset(self._behind))
            self._behind.clear()


def _answers(event: Event, messages: set[MessageId]) -> bool:
    return isinstance(event, MessageWritten) and event.reply_to in messages


def _votes_for(event: Event, messages: set[MessageId]) -> bool:
    return isinstance(event, Voted | VotesCleared) and event.message_id in messages


def _give_up(event: Event, error: Exception) -> None:
    message = getattr(event, "message_id", None)
    what = type(event).__name__
    log.error("capture_failed", what=what, channel=event.channel_id, message=message, exc_info=error)
