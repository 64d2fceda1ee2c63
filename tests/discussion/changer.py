"""`python -m tests.discussion.changer DATABASE`: imports a changing source again and again until it is killed.

Each state turns the chain of replies around and changes every text. Prints a line whenever it takes a breath between
transactions, and waits for one on standard input before the next.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count
from pathlib import Path

from bot.model import SourceRecord
from bot.store import arrival
from bot.store.database import Database
from tests.discussion.sources import article, comment, imported

COMMENTS = 12
BATCH = 2
TURNING = COMMENTS // BATCH
"""In how many transactions a state's changes are noted, and in how many carried out, more or less."""


def state(number: int) -> list[SourceRecord]:
    """One state of the source."""
    refs = [str(each) for each in range(COMMENTS)]
    chain = refs if number % 2 else refs[::-1]
    parents = dict(zip(chain[1:], chain, strict=False))
    words, name = f"state {number}", "Bea" if number % 2 else "Ann"
    return [article(), *(comment(ref, words, parent=parents.get(ref), name=name) for ref in refs)]


async def import_on(path: Path) -> None:
    """Import state after state, from the one that is there."""
    breath = asyncio.sleep

    async def told(seconds: float) -> None:
        print(flush=True)  # noqa: T201 - what the test waits for
        await asyncio.to_thread(sys.stdin.readline)
        await breath(seconds)

    arrival.BATCH = BATCH
    asyncio.sleep = told  # type: ignore[assignment]  # for this process alone
    async with Database.open(path) as database:
        at = await database.fetch_value("SELECT max(CAST(substr(text, 7) AS INTEGER)) FROM comment")
        for number in count(at + 1):
            await imported(database, *state(number))


if __name__ == "__main__":
    asyncio.run(import_on(Path(sys.argv[1])))
