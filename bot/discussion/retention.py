"""Retention: in the background, what is no longer to be kept is let go of."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from bot.discussion.attribution import TOGETHER
from bot.discussion.batches import BATCH, in_batches
from bot.model import GuildId
from bot.patience import Patience
from bot.store.attributions import Attributions
from bot.store.backup import prune
from bot.store.database import Database
from bot.store.departures import Departures
from bot.store.personal import Personal

log = structlog.get_logger(__name__)

ROUND_SECONDS = 600.0
"""Between two rounds: so long an erased text may still stand in SQLite's write-ahead log."""


class Retention:
    """Lets go of erased texts in SQLite's log, of old backups, and of what is stored of servers long left."""

    def __init__(self, database: Database, *, backup_days: int, purge_days: int) -> None:
        self._database = database
        self.backup_days = backup_days
        self.purge_days = purge_days

    async def run(self) -> None:
        """Do a round now and then, until cancelled."""
        patience = Patience("retention")
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            await patience.until_done(lambda: self.round(datetime.now(UTC)))

    async def round(self, now: datetime) -> None:
        """Let go of what is due; last of all SQLite's log, which would wait until it is full. Raises `StorageError`."""
        await self._purge(now - timedelta(days=self.purge_days))
        last_backup = now - timedelta(days=self.backup_days)
        for path in await prune(self._database.path, last_backup):
            log.info("backup_deleted", path=str(path))
        async with self._database.transaction() as tx:
            await Personal(tx).forget_erasures(tx, last_backup)
            await Attributions(tx).forget(now - TOGETHER)
        await self._database.checkpoint()

    async def _purge(self, before: datetime) -> None:
        for guild in await Departures(self._database).due(before):
            await in_batches(
                self._database, partial(Departures(self._database).purge_some, guild=guild, limit=BATCH)
            )
            log.info("server_purged", guild=guild)

    async def present(self, guilds: Collection[GuildId]) -> None:
        """Hear on which servers the bot is: it may have been removed from some, or added again, while it was away."""
        async with self._database.transaction() as tx:
            await Departures(tx).compare(tx, guilds, datetime.now(UTC))

    async def departed(self, guild: GuildId) -> None:
        """Hear that the bot was removed from a server."""
        async with self._database.transaction() as tx:
            await Departures(tx).depart(tx, guild, datetime.now(UTC))

    async def arrived(self, guild: GuildId) -> None:
        """Hear that the bot was added to a server, perhaps again."""
        async with self._database.transaction() as tx:
            await Departures(tx).come_back(tx, guild)
