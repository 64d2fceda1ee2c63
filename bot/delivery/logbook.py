"""The log channel: moderators read there what the audit trail says, entry by entry, each told once.

An entry is sent with a nonce of its own, so that trying again within minutes makes no second message. Where more time
may have passed, after a restart, the channel is looked through first: an entry begins with its number.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import discord
import structlog

from bot.delivery.failures import Kind, sort_failure
from bot.delivery.wire import Wire
from bot.delivery.workers import Workers
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
    """Tells entries in log channels, silently and mentioning nobody; in each channel one after the other."""

    def __init__(self, database: Database, wire: Wire) -> None:
        self._database = database
        self._wire = wire
        self._workers = Workers("log_channel", "channel", look=self._look, step=self._step)
        self._certain: set[ChannelId] = set()
        """Where the latest entry is known to stand, so that what is told next was never sent before."""

    async def run(self) -> None:
        """Work until cancelled."""
        await self._workers.run(POLL_SECONDS)

    async def _look(self) -> list[ChannelId]:
        return await Entries(self._database).log_channels(_unnamed_before())

    async def _step(self, channel: ChannelId) -> bool:
        """Tell the next entry in a channel; False where nothing is left."""
        entry = await Entries(self._database).next_to_tell(channel, _unnamed_before())
        if entry is None:
            return False
        certain = channel in self._certain
        self._certain.discard(channel)
        await self._tell(entry, channel, certain=certain)
        self._certain.add(channel)
        return True

    async def _tell(self, entry: Entry, channel: ChannelId, *, certain: bool) -> None:
        try:
            message = await self._sent(entry, channel, certain=certain)
        except discord.HTTPException as error:
            failure = sort_failure(error, Kind.PERMANENT, Kind.ARCHIVED, Kind.MISSING)
            if failure is None:
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

    async def _sent(self, entry: Entry, channel: ChannelId, *, certain: bool) -> MessageId | None:
        """The message that tells an entry; None where nothing but an article's discussion may stand."""
        if await Cursors(self._database).is_capturing(channel):
            # There a message of ours that has no place in the plan would be taken for one that has.
            return None
        mark = f"`#{entry.id}` "
        if not certain and (known := await self._known(entry, channel, mark)) is not None:
            return known
        async with in_language_of(self._database, entry.guild_id):
            undo = (_("Undo"), buttons.UNDO(entry.id)) if chronicle.can_be_undone(entry) else None
            return await self._wire.tell(channel, mark + chronicle.sentence(entry), f"log-{entry.id}", undo)

    async def _known(self, entry: Entry, channel: ChannelId, mark: str) -> MessageId | None:
        """The message that tells an entry already, where that can be seen."""
        since = discord.utils.time_snowflake(entry.at - CLOCK_TOLERANCE)
        try:
            known = await self._wire.own_after(channel, since, mark)
        except discord.Forbidden:
            return None  # here an entry told twice, after a kill, is better than a log that says nothing
        return None if known is None else MessageId(known.id)


def _unnamed_before() -> datetime:
    return datetime.now(UTC) - attribution.NEAR
