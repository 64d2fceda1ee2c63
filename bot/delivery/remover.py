"""The remover: deletes from Discord the members' messages that are to go, whatever interrupts it.

What remains lies in the database (`bot.store.removals`). A deletion may be asked for twice: the second time the
message is gone, which is all that was wanted.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import structlog

from bot.delivery.failures import Kind, sort_failure
from bot.delivery.wire import Wire
from bot.delivery.workers import Workers
from bot.model import Action, ChannelId, NewEntry
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.publications import Publications
from bot.store.removals import Removal, Removals
from bot.store.trail import Entries, Trail

log = structlog.get_logger(__name__)

LOOK_SECONDS = 3600.0
"""How often what Discord refused is tried again: permissions change without a word to us."""


class Remover:
    """Carries removals out, one by one in each channel, at the pace of all that is sent unasked."""

    def __init__(self, database: Database, wire: Wire) -> None:
        self._database = database
        self._wire = wire
        self._workers = Workers("removal", "channel", look=self._look, step=self._step)
        self._again_at = 0.0

    def wake(self) -> None:
        """Say that there may be something to remove."""
        self._workers.wake()

    async def run(self) -> None:
        """Work until cancelled."""
        await self._workers.run(LOOK_SECONDS)

    async def _look(self) -> list[ChannelId]:
        now = asyncio.get_running_loop().time()
        if now >= self._again_at:
            async with self._database.transaction() as tx:
                await Removals(tx).try_refused_again(tx)
            self._again_at = now + LOOK_SECONDS
        return await Removals(self._database).channels()

    async def _step(self, channel: ChannelId) -> bool:
        """Carry out the next removal in a channel; False where nothing is left."""
        removal = await Removals(self._database).next_to_do(channel)
        if removal is not None:
            await self._carry_out(removal)
        return removal is not None

    async def _carry_out(self, removal: Removal) -> None:
        """Delete one message. Raises what is worth waiting for."""
        async with self._database.transaction() as tx:
            if not await Removals(tx).begin(tx, removal.message_id, datetime.now(UTC)):
                return  # taken back, or gone, in the meantime
        try:
            await self._wire.delete(removal.channel_id, removal.message_id)
        except Exception as error:  # what cannot be sorted is raised again
            failure = sort_failure(error, Kind.PERMANENT)
            if failure is None:
                raise
            await self._give_up(removal, failure.sentence)
            log.warning("message_not_removed", message=removal.message_id, reason=failure.sentence)
            return
        async with self._database.transaction() as tx:
            await Removals(tx).finish(tx, [removal.message_id], datetime.now(UTC))

    async def _give_up(self, removal: Removal, reason: str) -> None:
        """Leave a message where it is and tell moderators, once for each comment."""
        async with self._database.transaction() as tx:
            await Removals(tx).give_up(tx, removal.message_id, reason)
            comment = await Comments(tx).by_message(removal.message_id)
            publication = None
            if comment is not None and comment.publication_id is not None:
                publication = await Publications(tx).by_id(comment.publication_id)
            if comment is None or publication is None:
                return
            if not await Entries(tx).tells(comment.id, Action.REMOVAL_REFUSED):
                await Trail(tx).record(
                    NewEntry(
                        publication.guild_id,
                        datetime.now(UTC),
                        Action.REMOVAL_REFUSED,
                        comment_id=comment.id,
                        user_id=comment.user_id,
                        publication_id=publication.id,
                        reason=reason,
                    )
                )
