"""Digests: what is new by direct message, for those who asked for it and for nobody else."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime

import discord
import structlog

from bot.delivery.failures import Kind, sort_failure
from bot.delivery.letters import Letters
from bot.delivery.patience import Patience
from bot.delivery.workers import side_by_side
from bot.discussion.following import Following
from bot.language import speaking
from bot.store.database import Database
from bot.store.digests import Digests, Due

log = structlog.get_logger(__name__)

LOOK_SECONDS = 60.0
BETWEEN_LOOKS = 50
"""How many digests are seen to between two looks."""

AT_ONCE = 4
"""How many of them side by side."""


class Digester:
    """Sends digests when they are due. Where somebody takes no direct messages, they get none any more."""

    def __init__(self, database: Database, letters: Letters, following: Following) -> None:
        self._database = database
        self._letters = letters
        self._following = following

    async def run(self) -> None:
        """Work until cancelled."""
        patience = Patience("digests")
        while True:
            await patience.until_done(lambda: self.step(datetime.now(UTC)))
            await asyncio.sleep(LOOK_SECONDS)

    async def step(self, now: datetime) -> None:
        """Send what is due. Raises what may pass, when all that it did not stop is sent; that is not sent again."""

        async def see_to(due: Due) -> None:
            wanted = await self._send(due)
            async with self._database.transaction() as tx:
                if wanted:
                    await Digests(tx).put_off(tx, due, now)
                else:
                    await Digests(tx).cancel(tx, due.user_id, due.guild_id)

        due = await Digests(self._database).due(now, limit=BETWEEN_LOOKS)
        failed = await side_by_side(due, see_to, at_once=AT_ONCE)
        if failed:
            raise next(iter(failed.values()))

    async def _send(self, due: Due) -> bool:
        """Send one digest if there is news; False where no more should be sent."""
        if self._letters.is_out(due.guild_id):
            return True  # its news are told the next time
        viewer = await self._letters.viewer(due.guild_id, due.user_id)
        if viewer is None:
            return False
        with speaking(due.language):
            news = await self._following.unread(viewer)
            if news.comments:
                # The same news have the same nonce: sent again after an interruption, they are one message.
                name = f"{due.user_id}:{due.guild_id}:{news.until}"
                nonce = hashlib.sha256(name.encode()).hexdigest()[:24]
                try:
                    await self._letters.send_digest(viewer, news, nonce)
                except discord.HTTPException as error:
                    if sort_failure(error, Kind.PERMANENT) is None:
                        raise
                    log.info("digest_refused", guild=due.guild_id, code=error.code)
                    return False
        await self._following.tell(viewer, news)
        return True
