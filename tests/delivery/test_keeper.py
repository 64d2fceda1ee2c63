from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.delivery.keeper import Keeper
from bot.delivery.wire import Wire
from bot.model import ChannelId, Discussion, GuildId, Mode, PublicationId, Server
from bot.store.database import Database
from bot.store.discussions import Discussions, Unkept
from bot.store.servers import Servers
from tests.delivery.test_failures import refused
from tests.store.conftest import database as database
from tests.store.making import add_article, add_publication


class Threads(Wire):
    """Threads that say what they are asked, and refuse when told to."""

    def __init__(self) -> None:
        self.kept: list[tuple[int, bool, int | None]] = []
        self.error: Exception | None = None
        self.errors: dict[int, Exception] = {}
        self.locked_by_people = False
        self.asked = asyncio.Event()

    async def is_locked(self, thread: ChannelId) -> bool:
        return self.locked_by_people

    async def keep(self, thread: ChannelId, *, locked: bool, slowmode: int | None) -> None:
        self.asked.set()
        if error := self.errors.get(thread, self.error):
            raise error
        self.kept.append((thread, locked, slowmode))

    async def active_threads(self, guild: object) -> list[object]:  # type: ignore[override]  # none but the one
        return []

    async def archived_threads(self, parent: object, since: object) -> list[object]:  # type: ignore[override]  # as above
        return []


@pytest.fixture
async def publication(database: Database) -> PublicationId:
    """A live publication with thread 30."""
    return await add_publication(database, await add_article(database))


@asynccontextmanager
async def at_work(database: Database, threads: Threads) -> AsyncIterator[Keeper]:
    keeper = Keeper(database, threads)
    task = asyncio.create_task(keeper.run())
    try:
        yield keeper
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until_kept(database: Database) -> None:
    async with asyncio.timeout(30):
        while await Discussions(database).unkept():
            await asyncio.sleep(0.01)


async def save(database: Database, discussion: Discussion) -> None:
    async with database.transaction() as tx:
        await Discussions(tx).save(tx, discussion)


async def test_what_discord_refuses_waits_for_the_next_word(
    database: Database, publication: PublicationId
) -> None:
    threads = Threads()
    threads.error = refused(403, 50013)
    await save(database, Discussion(publication, locked=True))
    async with at_work(database, threads) as keeper:
        await threads.asked.wait()
        assert len(await Discussions(database).unkept()) == 1
        threads.error = None
        # Whoever has mended the cause says it again.
        async with asyncio.timeout(30):
            while not threads.kept:
                keeper.wake()
                await asyncio.sleep(0.01)
        await until_kept(database)
    assert threads.kept == [(30, True, None)]


@pytest.mark.parametrize("died_while_asking", [False, True])
async def test_a_lock_of_our_own_is_not_taken_for_somebody_elses(
    database: Database, publication: PublicationId, died_while_asking: bool
) -> None:
    threads = Threads()
    threads.locked_by_people = True
    async with database.transaction() as tx:
        await Servers(tx).save(tx, Server(GuildId(10), mode=Mode.ALL_HELD))
        if died_while_asking:
            await Discussions(tx).doubt(tx, publication)
    async with at_work(database, threads):
        await until_kept(database)
    assert threads.kept == [(30, True, None)]
    assert (await Discussions(database).get(publication)).locked is not died_while_asking


async def test_a_thread_that_must_wait_holds_up_no_other_one(
    database: Database, publication: PublicationId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.patience.FIRST_WAIT", 3600.0)
    other = await add_publication(database, await add_article(database, "other"), channel=40)
    threads = Threads()
    threads.errors = {30: refused(503, 0)}
    for each in (publication, other):
        await save(database, Discussion(each, locked=True))
    async with at_work(database, threads):
        async with asyncio.timeout(30):
            while not threads.kept:
                await asyncio.sleep(0.01)
    assert threads.kept == [(50, True, None)]


async def test_what_is_refused_before_the_first_change_is_not_asked_for_again_and_again(
    database: Database, publication: PublicationId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.keeper.LOOK_SECONDS", 0.001)
    threads, asked = Threads(), 0

    async def is_locked(thread: ChannelId) -> bool:
        nonlocal asked
        asked += 1
        threads.asked.set()
        raise refused(403, 50001)

    monkeypatch.setattr(threads, "is_locked", is_locked)
    await save(database, Discussion(publication, locked=True))
    async with at_work(database, threads):
        await threads.asked.wait()
        looked = await looks(database, monkeypatch)
        async with asyncio.timeout(30):
            while len(looked) < 5:
                await asyncio.sleep(0.001)
    assert asked == 1


async def looks(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """Grows by one whenever it is looked for what is unkept from now on."""
    seen: list[None] = []
    real = Discussions.unkept

    async def unkept(self: Discussions) -> list[Unkept]:
        seen.append(None)
        return await real(self)

    monkeypatch.setattr(Discussions, "unkept", unkept)
    return seen
