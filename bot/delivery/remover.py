"""The remover: deletes from Discord the members' messages that are to go, whatever interrupts it.

What remains lies in the database (`bot.store.removals`). A deletion may be asked for twice: the second time the
message is gone, which is all that was wanted.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime

import structlog

from bot.delivery.failures import Kind, sort_failure
from bot.delivery.patience import Patience
from bot.delivery.wire import Wire
from bot.model import Action, NewEntry
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.publications import Publications
from bot.store.removals import Removal, Removals
from bot.store.trail import Entries, Trail

log = structlog.get_logger(__name__)

LOOK_SECONDS = 3600.0
"""How often what Discord refused is tried again: permissions change without a word to us."""


class Remover:
    """Carries removals out one by one, at the pace of all that is sent unasked."""

    def __init__(self, database: Database, wire: Wire) -> None:
        self._database = database
        self._wire = wire
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that there may be something to remove."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        patience = Patience("removal")
        again = True
        while True:
            try:
                if again:
                    await self._try_refused_again()
                    again = False
                while (removal := await Removals(self._database).next_to_do()) is not None:
                    await self._carry_out(removal)
                    patience.over()
            except Exception as error:  # noqa: BLE001 - sorted and told; what nobody foresaw must not end the work
                await asyncio.sleep(patience.after(error))
                continue
            # Not wait_for, which in Python 3.11 forgets a cancellation that comes together with the event.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._woken.wait()
            again = not self._woken.is_set()
            self._woken.clear()

    async def _carry_out(self, removal: Removal) -> None:
        """Delete one message. Raises what is worth waiting for."""
        async with self._database.transaction() as tx:
            if not await Removals(tx).begin(tx, removal.message_id, datetime.now(UTC)):
                return  # taken back, or gone, in the meantime
        try:
            await self._wire.delete(removal.channel_id, removal.message_id)
        except Exception as error:
            failure = sort_failure(error)
            if failure is None or failure.kind is not Kind.PERMANENT:
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

    async def _try_refused_again(self) -> None:
        async with self._database.transaction() as tx:
            await Removals(tx).try_refused_again(tx)
