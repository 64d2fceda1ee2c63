"""The sweep: in the background, page after page, all that is known is read again and again.

Catch-up looks back a while only. What was edited or deleted before that while the bot was away is found here,
with all the time in the world. Its place is remembered, so that restarts do not make it begin anew.
"""

from __future__ import annotations

import asyncio

import discord
import structlog

from bot.delivery.failures import UNKNOWN_CHANNEL, Kind, ServerUntold, sort_failure
from bot.delivery.patience import Patience
from bot.delivery.reading import ChannelReader, HistoryHidden
from bot.discussion.capture import Capture, Tally
from bot.discussion.events import ChannelDeleted, Found
from bot.model import ChannelId, MessageId
from bot.store.cursors import Cursors
from bot.store.database import Database

log = structlog.get_logger(__name__)

PAGE_SECONDS = 5.0
"""Between two pages: nothing else is to feel it."""

ROUND_SECONDS = 6 * 3600.0
"""Between two rounds through everything."""


class Sweep:
    """Reads one page after the other of all channels that have a cursor."""

    def __init__(self, database: Database, capture: Capture, reader: ChannelReader) -> None:
        self._database = database
        self._capture = capture
        self._reader = reader

    async def run(self) -> None:
        """Sweep until cancelled."""
        patience = Patience("sweep")
        while True:
            await asyncio.sleep(PAGE_SECONDS)
            if not await patience.until_done(self.step):
                await asyncio.sleep(ROUND_SECONDS)

    async def step(self) -> bool:
        """Read the next page; False at the end of a round."""
        cursors, tally = Cursors(self._database), Tally()
        channel, place = await cursors.sweep_place()
        cursor = await cursors.of(channel)
        onward: int | None = None
        if cursor is not None and place < cursor:
            onward = await self._page(channel, place, cursor, tally)
        following = channel if onward is not None else await cursors.next_after(channel)
        async with self._database.transaction() as tx:
            await cursors.move_sweep(tx, following or ChannelId(0), MessageId(onward or 0))
        await self._capture.flush()
        if tally.found != Found():
            log.info("sweep_found", channel=channel, edited=tally.found.edited, deleted=tally.found.deleted)
        return following is not None

    async def _page(self, channel: ChannelId, place: int, cursor: int, tally: Tally) -> int | None:
        """Read one page; where to go on, None where this channel is done, gone, or cannot be read."""
        try:
            _, onward = await self._reader.page(channel, place, cursor, tally)
        except (HistoryHidden, ServerUntold):
            return None
        except discord.HTTPException as error:
            if sort_failure(error, Kind.PERMANENT) is None:
                raise
            if error.code == UNKNOWN_CHANNEL:
                await self._capture.put(ChannelDeleted(channel), tally)
            return None
        return onward
