"""Catch-up: capturing what was written, edited and deleted while the bot was away.

Discord repeats nothing after a lost session, so each channel is read again from a little before its cursor:
what is newer was missed, and the last messages before it may have been edited or deleted meanwhile, of which no
event remains. Reading goes through the same queue as live events, which go on coming.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import discord
import structlog

from bot.delivery.failures import UNKNOWN_CHANNEL, Kind, sort_failure
from bot.delivery.wire import Wire
from bot.discussion.capture import Capture, Tally
from bot.discussion.events import CaughtUp, ChannelDeleted, Found, MessagesDeleted, MessageWritten
from bot.model import ChannelId, ChannelKind, GuildId, MessageId, Publication
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
                channels |= await self._places(await Publications(self._database).not_retired())
        except Exception as error:  # noqa: BLE001 - told below, then tried again
            _tell(error)
            self._everything = True
            self._channels |= channels
            return False
        found = await self._catch_up(channels)
        log.info("caught_up", new=found.new, edited=found.edited, deleted=found.deleted)
        return not self._channels

    async def of(self, publication: Publication) -> Found:
        """Read one publication's channels now; what that brought."""
        return await self._catch_up(await self._places([publication]))

    async def _catch_up(self, channels: set[ChannelId]) -> Found:
        places, tally = asyncio.Semaphore(SIDE_BY_SIDE), Tally()

        async def one(channel: ChannelId) -> None:
            async with places:
                try:
                    await self._sweep(channel, tally)
                except Exception as error:  # noqa: BLE001 - told below, then tried again
                    _tell(error)
                    self._channels.add(channel)

        await asyncio.gather(*(one(channel) for channel in channels))
        await self._capture.flush()
        return tally.found

    async def _places(self, publications: Iterable[Publication]) -> set[ChannelId]:
        """The channels and threads in which comments on publications may have been written."""
        channels: set[ChannelId] = set()
        homes: defaultdict[GuildId, set[ChannelId]] = defaultdict(set)
        for publication in publications:
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

    async def _sweep(self, channel: ChannelId, tally: Tally) -> None:
        """Read one channel from a little before its cursor to its end."""
        cursors, session = Cursors(self._database), self._capture.session
        floor = await self._floor(channel)
        # What is known now and does not come up in the reading was deleted. What is written meanwhile is not yet
        # known now, so that it cannot be taken for deleted.
        known = {*await cursors.members_after(channel, floor), *await cursors.ours_after(channel, floor)}
        last = MessageId(floor)
        try:
            async for message in self._wire.messages_after(channel, floor):
                last = MessageId(message.id)
                known.discard(last)
                event = self._read(message)
                if event is not None:
                    await self._capture.put(event, tally)
        except discord.HTTPException as error:
            failure = sort_failure(error)
            if failure is None or failure.kind is not Kind.PERMANENT:
                raise
            if error.code == UNKNOWN_CHANNEL:
                await self._capture.put(ChannelDeleted(channel), tally)
            log.warning("channel_not_read", channel=channel, reason=failure.sentence)
            return
        if known:
            await self._capture.put(MessagesDeleted(channel, tuple(sorted(known))), tally)
        await self._capture.put(CaughtUp(channel, last, session), tally)

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
