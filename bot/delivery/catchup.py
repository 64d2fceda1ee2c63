"""Catch-up: capturing what was written, edited and deleted while the bot was away.

Discord repeats nothing after a lost session, so each channel is read again from a little before its cursor:
what is newer was missed, and the last messages before it may have been edited or deleted meanwhile, of which no
event remains. Reading goes through the same queue as live events, which go on coming.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import discord
import structlog

from bot.delivery.failures import UNKNOWN_CHANNEL, Kind, sort_failure
from bot.delivery.wire import Wire
from bot.discussion.capture import Capture, CaughtUp, ChannelDeleted, MessagesDeleted, MessageWritten
from bot.model import ChannelId, ChannelKind, GuildId, MessageId
from bot.store.cursors import Cursors
from bot.store.database import Database
from bot.store.placements import Placements
from bot.store.publications import Publications

log = structlog.get_logger(__name__)

REREAD_MESSAGES = 500
REREAD_AGE = timedelta(days=7)
"""How far before the cursor edits and deletions are looked for: so many messages, or so long, whichever is less."""

SIDE_BY_SIDE = 4
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0


@dataclass(frozen=True, slots=True)
class Found:
    """What a catch-up brought: messages new, edited and deleted while nobody looked."""

    new: int = 0
    edited: int = 0
    deleted: int = 0

    def __add__(self, other: Found) -> Found:
        return Found(self.new + other.new, self.edited + other.edited, self.deleted + other.deleted)


class CatchUp:
    """Reads channels again when asked. `read` turns a message of Discord's into an event, None for no comment."""

    def __init__(
        self,
        database: Database,
        wire: Wire,
        capture: Capture,
        read: Callable[[discord.Message], MessageWritten | None],
    ) -> None:
        self._database = database
        self._wire = wire
        self._capture = capture
        self._read = read
        self._asked = asyncio.Event()
        self._everything = False
        self._channels: set[ChannelId] = set()

    def everything(self) -> None:
        """Have everything read again: live events may have been missed."""
        self._everything = True
        self._asked.set()

    def behind(self, channels: frozenset[ChannelId]) -> None:
        """Have these channels read again."""
        self._channels |= channels
        self._asked.set()

    async def run(self) -> None:
        """Catch up whenever asked, until cancelled."""
        wait = FIRST_WAIT
        while True:
            await self._asked.wait()
            self._asked.clear()
            if await self._round():
                wait = FIRST_WAIT
            else:
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
                self._asked.set()

    async def _round(self) -> bool:
        """Read what was asked for; False where some of it has to be tried again."""
        everything, self._everything = self._everything, False
        channels, self._channels = self._channels, set()
        try:
            if everything:
                channels |= await self._tracked()
        except Exception as error:  # noqa: BLE001 - told below, then tried again
            _tell(error)
            self._everything = True
            self._channels |= channels
            return False
        found = await self._catch_up(channels)
        log.info("caught_up", new=found.new, edited=found.edited, deleted=found.deleted)
        return not self._channels

    async def _catch_up(self, channels: set[ChannelId]) -> Found:
        places = asyncio.Semaphore(SIDE_BY_SIDE)

        async def one(channel: ChannelId) -> Found:
            async with places:
                try:
                    return await self._sweep(channel)
                except Exception as error:  # noqa: BLE001 - told below, then tried again
                    _tell(error)
                    self._channels.add(channel)
                    return Found()

        found = await asyncio.gather(*(one(channel) for channel in channels))
        await self._capture.flush()
        return sum(found, Found())

    async def _tracked(self) -> set[ChannelId]:
        """Every channel and thread in which comments may have been written."""
        channels: set[ChannelId] = set()
        homes: defaultdict[GuildId, set[ChannelId]] = defaultdict(set)
        for publication in await Publications(self._database).not_retired():
            if publication.channel_kind is ChannelKind.TEXT:
                channels.add(publication.channel_id)
                homes[publication.guild_id].add(publication.channel_id)
            if publication.thread_id is not None:
                channels.add(publication.thread_id)
        for guild, parents in homes.items():
            # A thread that somebody opened on a section bears the id of the section's message.
            threads = await self._wire.threads_in(guild, parents)
            channels |= await Placements(self._database).sections_among(threads)
        return channels

    async def _sweep(self, channel: ChannelId) -> Found:
        """Read one channel from a little before its cursor to its end."""
        cursors, session = Cursors(self._database), self._capture.session
        floor = await self._floor(channel)
        known = await cursors.texts_after(channel, floor)
        ours = await cursors.ours_after(channel, floor)
        new = edited = 0
        seen: set[MessageId] = set()
        last = MessageId(floor)
        try:
            async for message in self._wire.messages_after(channel, floor):
                last = MessageId(message.id)
                seen.add(last)
                event = self._read(message)
                if event is None:
                    continue
                new += last not in known
                edited += last in known and known[last] != event.text
                await self._capture.put(event)
        except discord.HTTPException as error:
            failure = sort_failure(error)
            if failure is None or failure.kind is not Kind.PERMANENT:
                raise
            if error.code == UNKNOWN_CHANNEL:
                await self._capture.put(ChannelDeleted(channel))
            log.warning("channel_not_read", channel=channel, reason=failure.sentence)
            return Found()
        gone = tuple(message for message in [*known, *ours] if message not in seen)
        if gone:
            await self._capture.put(MessagesDeleted(channel, gone))
        await self._capture.put(CaughtUp(channel, last, session))
        return Found(new, edited, len(gone))

    async def _floor(self, channel: ChannelId) -> int:
        """The message after which to read: before the cursor, but not before our first message there."""
        cursors = Cursors(self._database)
        first = await Placements(self._database).first_in(channel)
        # A thread's first message may be its own id (a forum post's) or come after it: both are wanted.
        start = (first if first is not None else int(channel)) - 1
        cursor = await cursors.of(channel)
        if cursor is None:
            return start
        recent = discord.utils.time_snowflake(datetime.now(UTC) - REREAD_AGE)
        back = await cursors.nth_newest(channel, REREAD_MESSAGES)
        return max(start, min(cursor, max(recent, back or 0)))


def _tell(error: Exception) -> None:
    failure = sort_failure(error)
    if failure is None:
        log.error("catch_up_interrupted", exc_info=error)
    else:
        log.warning("catch_up_waits", reason=failure.sentence)
