"""Work that is done some at a time: each batch a transaction so short that nobody has to wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.store.database import Database, Transaction

BATCH = 1_000
"""Comments or rows in one transaction: some tens of milliseconds."""

BREATH_SECONDS = 0.005
"""Between batches, so that another program which waits to write gets its turn."""


async def in_batches(database: Database, step: Callable[[Transaction], Awaitable[bool]]) -> None:
    """Take a step again and again, each time in a transaction of its own, until it says that nothing remains."""
    while True:
        async with database.transaction() as tx:
            if not await step(tx):
                return
        await asyncio.sleep(BREATH_SECONDS)
