"""What a moderator waits for who goes through held comments, and what the gate costs where nobody asked for it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

from bot.discussion import gate, recording
from bot.discussion.access import Viewer
from bot.discussion.gate import Screened
from bot.discussion.held import Queue
from bot.model import ChannelId, CommentId, GuildId, MessageId, Mode, Server, UserId
from bot.store.database import Database
from bot.store.incoming import MessageWritten
from bot.store.servers import Servers
from tests.bench.case import Case

FEW, MANY = 10, 10_000
LOOKS = 50
FLOOD, BATCH = 20_000, 2_000

_BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
_MODERATOR = Viewer(GuildId(10), UserId(1), lambda channel: True, lambda channel: True)
_ARTICLE = """
INSERT INTO article (id, slug, title, source_kind, source_site, source_key)
VALUES (1, 'a', 'An article', 'bench', '', 'a')
"""
_PUBLICATION = """
INSERT INTO publication (id, article_id, guild_id, channel_id, channel_kind, thread_id, state, requested_at)
VALUES (1, 1, 10, 20, 'text', 30, 'live', 0)
"""


async def opening() -> float:
    """The time the queue takes to open with 10,000 held comments over the time with ten."""
    return await _opening(MANY) / await _opening(FEW)


async def the_gate() -> float:
    """The time a flood takes to be stored where nothing is to be checked, over the time without a gate."""
    with_gate, without = await _flood(), 0.0
    with _no_gate():
        without = await _flood()
    return with_gate / without


async def _opening(held: int) -> float:
    async with _database() as database:
        async with database.transaction() as tx:
            await Servers(tx).save(tx, Server(GuildId(10), mode=Mode.ALL_HELD))
        await _store(database, held)
        await database.checkpoint()
        queue = Queue(database, lambda: None)
        begun = time.perf_counter()
        for _ in range(LOOKS):
            case = await queue.case(_MODERATOR, CommentId(0))
            if case is None or case.waiting != min(held, 100):
                raise RuntimeError("the queue is not what it should be")
        return time.perf_counter() - begun


async def _flood() -> float:
    async with _database() as database:
        begun = time.perf_counter()
        await _store(database, FLOOD)
        return time.perf_counter() - begun


async def _store(database: Database, number: int) -> None:
    for first in range(0, number, BATCH):
        written = [_message(each) for each in range(first, min(first + BATCH, number))]
        async with database.transaction() as tx:
            await recording.record(tx, written)


def _message(number: int) -> MessageWritten:
    return MessageWritten(
        channel_id=ChannelId(30),
        message_id=MessageId(1_000 + number),
        user_id=UserId(number % 500 + 1),
        author=f"Member {number % 500}",
        text=f"Comment {number}, which says a few words and then some more.",
        created_at=_BEGAN + timedelta(seconds=number),
    )


@contextmanager
def _no_gate() -> Iterator[None]:
    async def nothing(*_: object) -> Screened:
        return Screened()

    replaced: Callable[..., object] = nothing
    with mock.patch.object(gate, "screen", replaced):
        yield


@asynccontextmanager
async def _database() -> AsyncIterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        async with Database.open(Path(folder) / "oped.db", migrate=True) as database:
            async with database.transaction() as tx:
                await tx.execute(_ARTICLE)
                await tx.execute(_PUBLICATION)
            yield database


CASES = (
    Case("open the queue, 10,000 held", "with ten held", opening, target="≤ 1.5"),
    Case("store a flood, nothing to check", "without a gate", the_gate, target="≤ 1.05"),
)
