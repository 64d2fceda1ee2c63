"""Catch-up: capturing what was written, edited and deleted while the bot was away.

Discord repeats nothing after a lost session, so each channel is read again. Reading goes through the same queue
as live events, which go on coming.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import discord
import structlog

from bot.delivery.failures import UNKNOWN_CHANNEL, Failure, Kind, sort_failure
from bot.delivery.patience import Patience
from bot.delivery.reading import ChannelReader, HistoryHidden
from bot.delivery.survey import Survey, Surveyor
from bot.delivery.wire import Wire
from bot.delivery.workers import side_by_side
from bot.discussion.capture import Capture, Tally
from bot.discussion.events import CaughtUp, ChannelDeleted, Found
from bot.language import marked
from bot.model import ChannelId, Publication
from bot.store.cursors import Cursors
from bot.store.database import Database
from bot.store.publications import Publications

log = structlog.get_logger(__name__)

AT_ONCE = 4
"""How many channels are read side by side."""

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far this machine's clock may be from Discord's."""

_HIDDEN = Failure(
    Kind.PERMANENT,
    marked("Oped needs the Read Message History permission in the channel to notice what was missed."),
)


class CatchUp:
    """Has channels read again when asked."""

    def __init__(self, database: Database, wire: Wire, capture: Capture, reader: ChannelReader) -> None:
        self._database = database
        self._surveyor = Surveyor(database, wire)
        self._capture = capture
        self._reader = reader
        self._asked = asyncio.Event()
        self._everything = False
        self._channels: set[ChannelId] = set()
        self._failed: list[Exception] = []

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
        patience = Patience("catch_up")
        while True:
            await self._asked.wait()
            await patience.until_done(self._as_asked)

    async def _as_asked(self) -> None:
        """Read what was asked for. Raises the first error; what it stopped is then asked for again."""
        self._asked.clear()
        self._failed.clear()
        everything, self._everything = self._everything, False
        channels, self._channels = self._channels, set()
        try:
            found = await self._everything_again() if everything else Found()
            found += await self._read(channels)
        except Exception:  # whatever it is, it is raised again
            self._everything |= everything
            self._channels |= channels
            raise
        log.info("caught_up", new=found.new, edited=found.edited, deleted=found.deleted)
        if self._failed:
            raise self._failed[0]

    async def of(self, publication: Publication) -> Found:
        """Read all of one publication's channels now; what that brought."""
        survey = await self._surveyor.survey([publication], None)
        return await self._read(survey.busy | survey.quiet, whole=True)

    async def _everything_again(self) -> Found:
        began = datetime.now(UTC)
        cursors = Cursors(self._database)
        since = await cursors.last_round()
        survey = await self._surveyor.survey(
            await Publications(self._database).not_retired(), since and since - CLOCK_TOLERANCE
        )
        await self._pass_over(survey)
        found = await self._read(survey.busy)
        if not self._failed:
            async with self._database.transaction() as tx:
                await cursors.remember_round(tx, began)
        return found

    async def _pass_over(self, survey: Survey) -> None:
        """Let live events move the cursors of quiet threads again, of which nothing need be read."""
        for channel in survey.quiet:
            await self._capture.put(CaughtUp(channel, None, self._capture.session(channel)), Tally())

    async def _read(self, channels: Iterable[ChannelId], *, whole: bool = False) -> Found:
        """Read channels side by side; what that brought, once it is stored. What fails for now is read later."""
        tally = Tally()
        failed = await side_by_side(
            channels, lambda each: self._read_one(each, tally, whole=whole), at_once=AT_ONCE
        )
        if failed:
            self.behind(frozenset(failed))
            self._failed.extend(failed.values())
        await self._capture.flush()
        return tally.found

    async def _read_one(self, channel: ChannelId, tally: Tally, *, whole: bool) -> None:
        try:
            await self._reader.read(channel, tally, whole=whole)
        except discord.HTTPException as error:
            failure = sort_failure(error, Kind.PERMANENT)
            if failure is None:
                raise
            if error.code == UNKNOWN_CHANNEL:
                await self._capture.put(ChannelDeleted(channel), tally)
            else:
                await self._tell(channel, failure)
        except HistoryHidden:
            await self._tell(channel, _HIDDEN)

    async def _tell(self, channel: ChannelId, failure: Failure) -> None:
        """Let a moderator know that a channel cannot be read."""
        log.warning("channel_not_read", channel=channel, reason=failure.sentence)
        async with self._database.transaction() as tx:
            await Publications(tx).fail(tx, channel, failure.sentence)
