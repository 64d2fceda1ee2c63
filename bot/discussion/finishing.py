"""Finishing: what was begun in many short transactions and broken off is brought to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from bot.discussion.merging import settle
from bot.discussion.privacy import finish_erasures
from bot.patience import Patience
from bot.store.arrival import any_begun
from bot.store.database import Database
from bot.store.lock import only_import

log = structlog.get_logger(__name__)

ROUND_SECONDS = 10.0
"""Between two looks for what somebody else, an `oped import` for example, may have left unfinished."""


class Finishing:
    """Completes erasures and completes or undoes imports that were killed.

    `wake` tells the poster that messages are to be deleted or edited.
    """

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        self._database = database
        self._wake = wake

    async def run(self) -> None:
        """Look at once, for what a kill has left, and then now and then, until cancelled."""
        patience = Patience("finishing")
        while True:
            await patience.until_done(self.round)
            await asyncio.sleep(ROUND_SECONDS)

    async def round(self) -> None:
        """Finish what nobody is at work on. Raises `StorageError`."""
        if erasures := await finish_erasures(self._database):
            log.info("erasures_finished", number=erasures)
            self._wake()
            await self._database.checkpoint()
        if await any_begun(self._database):
            async with only_import(self._database.path):
                if await any_begun(self._database):
                    await settle(self._database)
                    log.info("import_settled")
            self._wake()
