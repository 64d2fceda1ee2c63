"""`python -m tests.discussion.writer DATABASE FIRST`: stores message after message until it is killed.

Prints a line whenever some more are stored.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count
from pathlib import Path

from bot.discussion.capture import Tally
from bot.discussion.events import CaughtUp
from bot.model import MessageId
from bot.store.database import Database
from tests.discussion.test_capture import THREAD, writing, written


async def write(path: Path, first: int) -> None:
    """Store messages with consecutive ids."""
    async with Database.open(path) as database, writing(database) as capture:
        await capture.put(CaughtUp(THREAD, MessageId(first - 1), capture.session(THREAD)), Tally())
        for number in count(first):
            capture.offer(written(number, text=f"Number {number} " * 20))
            if number % 7 == 0:
                await capture.flush()
                print(number, flush=True)  # noqa: T201 - what the test waits for


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), int(sys.argv[2])))
