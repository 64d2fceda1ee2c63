"""The log channel: moderators read there what the audit trail says, entry by entry, each told once.

An entry is sent with a nonce of its own, so that trying again within minutes makes no second message. Where more time
may have passed, after a restart, the channel is looked through first: an entry begins with its number.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import discord
import structlog

from bot.delivery.failures import Kind, sort_failure
from bot.delivery.patience import Patience
from bot.delivery.wire import Wire
from bot.discussion import attribution, buttons, chronicle
from bot.discussion.servers import in_language_of
from bot.language import gettext as _
from bot.model import ChannelId, Entry, MessageId
from bot.store.cursors import Cursors
from bot.store.database import Database
from bot.store.removals import Removals
from bot.store.trail import Entries, Trail

log = structlog.get_logger(__name__)

POLL_SECONDS = 2.0
"""How often to look for new entries: nobody waits for them."""

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far this machine's clock may be from Discord's."""


class Logbook:
    """Tells entries in log channels, silently and mentioning nobody."""

    def __init__(self, database: Database, wire: Wire) -> None:
        self._database = database
        self._wire = wire
        self._doubtful = True

    async def run(self) -> None:
        """Work until cancelled."""
        patience = Patience("log_channel")
        while True:
            try:
                while (entry := await self._next()) is not None:
                    await self._tell(entry)
                    patience.over()
            except Exception as error:  # noqa: BLE001 - sorted and told; what nobody foresaw must not end the work
                self._doubtful = True
                await asyncio.sleep(patience.after(error))
            await asyncio.sleep(POLL_SECONDS)

    async def _next(self) -> Entry | None:
        return await Entries(self._database).next_to_tell(datetime.now(UTC) - attribution.NEAR)

    async def _tell(self, entry: Entry) -> None:
        channel = entry.log_channel_id
        if channel is None:
            return
        try:
            message = await self._sent(entry, channel)
        except discord.HTTPException as error:
            failure = sort_failure(error)
            if failure is None or failure.kind not in {Kind.PERMANENT, Kind.ARCHIVED, Kind.MISSING}:
                raise
            log.warning("log_channel_not_written", channel=channel, reason=failure.sentence)
            message = None
        async with self._database.transaction() as tx:
            if message is None:
                await Trail(tx).leave_untold(channel)
                return
            await Trail(tx).told(entry.id, message)
            now = await Entries(tx).by_id(entry.id)
            if now is None or now.user_id != entry.user_id:
                # Whom it names was erased while it was sent.
                await Removals(tx).request_message(tx, channel, message, datetime.now(UTC))

    async def _sent(self, entry: Entry, channel: ChannelId) -> MessageId | None:
        """The message that tells an entry; None where nothing but an article's discussion may stand."""
        if await Cursors(self._database).is_capturing(channel):
            # There a message of ours that has no place in the plan would be taken for one that has.
            return None
        mark = f"`#{entry.id}` "
        if self._doubtful:
            since = discord.utils.time_snowflake(entry.at - CLOCK_TOLERANCE)
            known = await self._wire.own_after(channel, since, mark)
            self._doubtful = False
            if known is not None:
                return MessageId(known.id)
        async with in_language_of(self._database, entry.guild_id):
            undo = (_("Undo"), buttons.undo(entry.id)) if chronicle.can_be_undone(entry) else None
            return await self._wire.tell(channel, mark + chronicle.sentence(entry), f"log-{entry.id}", undo)
