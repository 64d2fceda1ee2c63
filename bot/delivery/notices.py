"""Notices: a member hears that somebody answered what they had entered by form.

Discord tells those who wrote a message of their own by itself. For a form's comment, which is our message, we say so
in the thread: one small line that mentions nobody but its author, at most one in a while, in place of the one before.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import discord
import structlog

from bot.delivery.failures import Kind, sort_failure
from bot.delivery.letters import Letters
from bot.delivery.patience import Patience
from bot.delivery.remover import Remover
from bot.delivery.workers import side_by_side
from bot.discussion.servers import in_language_of
from bot.store.database import Database
from bot.store.notices import Notice, Notices
from bot.store.removals import Removals

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
"""How often to look for answers; several within that time are one notice."""

PAUSE = timedelta(hours=6)
"""After a notice a member gets no other one in the same discussion for so long: who was called reads the rest too."""

LATE = timedelta(days=1)
"""An answer that catch-up finds after this calls nobody any more."""

PATIENCE = timedelta(minutes=10)
"""How long an answer by form may take to be posted."""

NONCE_HOLDS = timedelta(minutes=3)
"""How long Discord surely knows a nonce; after that, an uncertain notice is rather left out than sent twice."""

AT_ONCE = 4
"""How many are sent side by side: where it takes long, the others are not held up."""


class Announcer:
    """Sends notices, each once."""

    def __init__(self, database: Database, letters: Letters, remover: Remover) -> None:
        self._database = database
        self._letters = letters
        self._remover = remover

    async def run(self) -> None:
        """Work until cancelled."""
        patience = Patience("notices")
        while True:
            await patience.until_done(lambda: self.step(datetime.now(UTC)))
            await asyncio.sleep(LOOK_SECONDS)

    async def step(self, now: datetime) -> None:
        """Send what is due. Raises what may pass, when all that it did not stop is sent."""
        if await Notices(self._database).behind():
            async with self._database.transaction() as tx:
                await Notices(tx).gather(tx, now, pause=PAUSE, late=LATE, patience=PATIENCE)

        async def see_to(notice: Notice) -> None:
            if now - notice.since > NONCE_HOLDS or not await self._send(notice):
                async with self._database.transaction() as tx:
                    await Notices(tx).forget(tx, notice.id)

        failed = await side_by_side(await Notices(self._database).to_send(), see_to, at_once=AT_ONCE)
        if failed:
            raise next(iter(failed.values()))

    async def _send(self, notice: Notice) -> bool:
        """Send one notice, unless it has to wait; False where it cannot or should not be."""
        if self._letters.is_out(notice.guild_id):
            return True
        viewer = await self._letters.viewer(notice.guild_id, notice.user_id)
        if viewer is None or not viewer.can_read(notice.home_id):
            return False
        try:
            async with in_language_of(self._database, notice.guild_id):
                message = await self._letters.notify(notice)
        except discord.HTTPException as error:
            failure = sort_failure(error, Kind.PERMANENT, Kind.MISSING, Kind.ARCHIVED)
            if failure is None:
                raise
            log.warning("notice_not_sent", channel=notice.channel_id, reason=failure.sentence)
            return False
        async with self._database.transaction() as tx:
            if not await Notices(tx).sent(tx, notice.id, message):
                await Removals(tx).request_message(tx, notice.channel_id, message, datetime.now(UTC))
        self._remover.wake()
        return True
