"""The warner: puts a sign at members' messages that a filter objects to, and takes it away once they are changed.

A reaction is the least noisy way to reach whoever wrote a message: it sends no notice, and says as much as it must.
What the filter found stands in `/comment mine`.
"""

from __future__ import annotations

import asyncio

import structlog

from bot.delivery.failures import Kind, sort_failure
from bot.delivery.patience import Patience
from bot.delivery.wire import Wire
from bot.model import CommentId
from bot.store.database import Database
from bot.store.warned import Sign, Warned

log = structlog.get_logger(__name__)

SIGN = "⚠️"


class Warner:
    """Puts and takes away signs one by one, at the pace of all that is sent unasked."""

    def __init__(self, database: Database, wire: Wire) -> None:
        self._database = database
        self._wire = wire
        self._woken = asyncio.Event()
        self._refused: set[CommentId] = set()

    def wake(self) -> None:
        """Say that there may be something to do."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        patience = Patience("warning")
        while True:
            self._woken.clear()
            try:
                while (sign := await Warned(self._database).next_sign(sorted(self._refused))) is not None:
                    await self._put(sign)
                    patience.over()
            except Exception as error:  # noqa: BLE001 - sorted and told; what nobody foresaw must not end the work
                await asyncio.sleep(patience.after(error))
                continue
            await self._woken.wait()

    async def _put(self, sign: Sign) -> None:
        """Put or take away one sign. Raises what is worth waiting for."""
        try:
            await self._wire.react(sign.channel_id, sign.message_id, SIGN, there=sign.wanted)
        except Exception as error:
            failure = sort_failure(error)
            if failure is not None and failure.kind is Kind.ARCHIVED:
                await self._wire.unarchive(sign.channel_id)
                return
            if failure is None or failure.kind not in {Kind.PERMANENT, Kind.MISSING}:
                raise
            self._refused.add(sign.comment_id)  # until the next start: the cause may be mended by then
            log.warning("sign_not_put", message=sign.message_id, reason=failure.sentence)
            return
        async with self._database.transaction() as tx:
            await Warned(tx).note(tx, sign)
