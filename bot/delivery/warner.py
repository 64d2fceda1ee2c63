"""The warner: puts a sign at members' messages that a filter objects to, and takes it away once they are changed.

A reaction is the least noisy way to reach whoever wrote a message: it sends no notice, and says as much as it must.
What the filter found stands in `/comment mine`.
"""

from __future__ import annotations

import structlog

from bot.delivery.failures import Kind, sort_failure
from bot.delivery.wire import Wire
from bot.delivery.workers import Workers
from bot.model import ChannelId, CommentId
from bot.store.database import Database
from bot.store.warned import Sign, Warned

log = structlog.get_logger(__name__)

SIGN = "⚠️"


class Warner:
    """Puts and takes away signs, one by one in each channel, at the pace of all that is sent unasked."""

    def __init__(self, database: Database, wire: Wire) -> None:
        self._database = database
        self._wire = wire
        self._workers = Workers("warning", "channel", look=self._look, step=self._step)
        self._refused: set[CommentId] = set()

    def wake(self) -> None:
        """Say that there may be something to do."""
        self._workers.wake()

    async def run(self) -> None:
        """Work until cancelled."""
        await self._workers.run()

    async def _look(self) -> list[ChannelId]:
        return await Warned(self._database).channels(besides=self._refused)

    async def _step(self, channel: ChannelId) -> bool:
        """Put or take away the next sign in a channel; False where nothing is left."""
        sign = await Warned(self._database).next_sign(channel, besides=self._refused)
        if sign is not None:
            await self._put(sign)
        return sign is not None

    async def _put(self, sign: Sign) -> None:
        """Put or take away one sign. Raises what is worth waiting for."""
        try:
            await self._wire.react(sign.channel_id, sign.message_id, SIGN, there=sign.wanted)
        except Exception as error:  # what cannot be sorted is raised again
            failure = sort_failure(error, Kind.ARCHIVED, Kind.PERMANENT, Kind.MISSING)
            if failure is None:
                raise
            if failure.kind is Kind.ARCHIVED:
                await self._wire.unarchive(sign.channel_id)
                return
            self._refused.add(sign.comment_id)  # until the next start: the cause may be mended by then
            log.warning("sign_not_put", message=sign.message_id, reason=failure.sentence)
            return
        async with self._database.transaction() as tx:
            await Warned(tx).note(tx, sign)
