"""Keeping the full-text index up with what is stored, in the background and in short turns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog

from bot.patience import Patience
from bot.store.database import Database
from bot.store.search_index import Entry, SearchIndex, Waiting
from bot.store.search_queries import SearchQueries
from bot.text import dialect, words

log = structlog.get_logger(__name__)

BATCH = 500
"""Entries in one transaction: some 30 milliseconds of the one writer's time."""

PAGES = 200
"""How much of the index one transaction rewrites when it is compacted: about as long."""

PAUSE = 1.0
"""Seconds after which to look for what is new, and for which to let capture go first."""

REST = 2.0
"""The pause between two turns, in turns: indexing takes a third of the time at most."""

COMPACT_AFTER = timedelta(minutes=30)
"""How long the index may hold erased words before they are cleared out of it."""

_ALL = 2**31


class Indexing:
    """Fills the index with what waits, and compacts it. While `is_busy`, it waits for its turn, but not for ever."""

    def __init__(self, database: Database, *, is_busy: Callable[[], bool] = lambda: False) -> None:
        self._database = database
        self._is_busy = is_busy

    async def run(self) -> None:
        """Index what is there and what comes, until cancelled."""
        clock, patience = asyncio.get_running_loop().time, Patience("indexing")
        while True:
            begun = clock()
            entered = await patience.until_done(self._turn)
            await asyncio.sleep(REST * (clock() - begun) if entered else PAUSE)
            if self._is_busy():
                await asyncio.sleep(PAUSE)

    async def _turn(self) -> bool:
        entered = await self.enter_some()
        if not entered:
            await self._tidy_up(datetime.now(UTC))
        return entered

    async def enter_some(self) -> bool:
        """Enter one batch of what waits; False where nothing does."""
        waiting = await SearchIndex(self._database).waiting(BATCH)
        if waiting:
            # In a thread, for reading the Markdown of long texts takes a while.
            entries = await asyncio.to_thread(_entries, waiting)
            async with self._database.transaction() as tx:
                await SearchIndex(tx).enter(tx, entries)
        return bool(waiting)

    async def enter_all(self) -> None:
        """Enter all that waits, without a pause."""
        while await self.enter_some():
            pass

    async def _tidy_up(self, now: datetime) -> None:
        """Compact an index that is due for it, and forget what people searched for long ago."""
        since = await SearchIndex(self._database).worn_since()
        if since is not None and since + COMPACT_AFTER < now:
            await compact(self._database)
            await self._database.checkpoint()
        if await SearchQueries(self._database).any_older(now):
            async with self._database.transaction() as tx:
                await SearchQueries(tx).forget_old(tx, now)


async def compact(database: Database) -> None:
    """Clear the words of all that was erased out of the index, now. SQLite's log may still hold them."""
    async with database.transaction() as tx:
        await SearchIndex(tx).begin_compacting(tx)
    pages, more = -PAGES, True
    while more:
        async with database.transaction() as tx:
            more = await SearchIndex(tx).compact(tx, pages)
            if not more:
                await SearchIndex(tx).end_compacting(tx)
        pages = PAGES


def _entries(waiting: Sequence[Waiting]) -> list[Entry]:
    return [
        Entry(each, words.indexed(f"{each.plain} {dialect.preview(each.text, _ALL)}".strip()))
        for each in waiting
    ]
