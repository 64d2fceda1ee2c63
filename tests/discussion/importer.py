"""`python -m tests.discussion.importer DATABASE FROM`: imports a growing source again and again until it is killed.

The source has FROM comments at first and 20 more each time. Prints a line whenever some are stored.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count
from pathlib import Path

from bot.store import arrival
from bot.store.database import Database, Transaction
from tests.discussion.sources import article, comment, imported

MORE = 20
BATCH = 3


async def import_on(path: Path, first: int) -> None:
    """Import state after state."""
    store = arrival.Arrival.store_batch

    async def told(self: arrival.Arrival, tx: Transaction, number: int) -> None:
        await store(self, tx, number)  # type: ignore[arg-type]  # an id as it came
        print(number, flush=True)  # noqa: T201 - what the test waits for

    arrival.BATCH = BATCH
    arrival.Arrival.store_batch = told  # type: ignore[method-assign,assignment]  # for this process alone
    async with Database.open(path) as database:
        for number in count(first, MORE):
            await imported(
                database, article(f"State {number}"), *(comment(str(each)) for each in range(number))
            )


if __name__ == "__main__":
    asyncio.run(import_on(Path(sys.argv[1]), int(sys.argv[2])))
