"""Reading a channel page by page, and how many pages that takes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from bot.delivery import reading
from bot.sandbox import Channel, Thread
from bot.store.cursors import Cursors
from bot.store.database import Database
from tests.delivery.absence import back, differences, publish
from tests.stage import Production


@pytest.fixture
async def database(production: Production) -> AsyncIterator[Database]:
    """The bot's database."""
    async with production.database() as database:
        yield database


@contextmanager
def pages(production: Production, channel: Channel | Thread) -> Iterator[list[int]]:
    """Counts the pages of a channel that were asked for inside; the list gets the number."""
    requests = production.stage.discord.requests
    before, counted = len(requests), list[int]()
    yield counted
    path = f"/channels/{channel.id}/messages"
    counted.append(sum(each.method == "GET" and each.path.endswith(path) for each in requests[before:]))


async def heard(production: Production, database: Database, number: int) -> None:
    """Let Alice speak in the thread while the bot hears it."""
    async with back(production) as bot:
        for each in range(number):
            await production.stage.alice.say(production.thread, f"Number {each}")
        await production.stage.discord.until(lambda: _nothing_left(production, database))
        await bot.capture.flush()


async def _nothing_left(production: Production, database: Database) -> bool:
    return not await differences(production, database, [production.thread])


async def test_what_is_new_costs_a_page_for_each_hundred(
    production: Production, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BACK_MESSAGES", 1)
    monkeypatch.setattr(reading, "BACK_AGE", timedelta(0))
    await publish(production)
    await heard(production, database, 3)
    for number in range(250):
        await production.stage.ben.say(production.thread, f"Missed {number}")
    with pages(production, production.thread) as counted:
        async with back(production):
            assert await _nothing_left(production, database)
    assert counted == [3]


async def test_chatter_between_replies_in_a_channel_is_read_once_only(
    production: Production, database: Database
) -> None:
    stage = production.stage
    await publish(production)
    section = production.ours(stage.articles)[1]
    async with back(production) as bot:
        first = await stage.alice.reply(section, "First.")
        for number in range(450):
            await stage.ben.say(stage.articles, f"Chatter {number}")
        last = await stage.alice.reply(section, "Last.")
        await stage.discord.until(lambda: _cursor_is(database, stage.articles, last.id))
        await bot.capture.flush()
    await stage.alice.edit(first, "First, and better.")
    await stage.alice.edit(last, "Last, and better.")
    with pages(production, stage.articles) as counted:
        async with back(production):
            assert await differences(production, database, [stage.articles]) == []
    assert counted[0] <= 3, "where nothing of ours stands nothing is read again"


async def _cursor_is(database: Database, channel: Channel, message: int) -> bool:
    return (await Cursors(database).of(channel.id)) == message  # type: ignore[arg-type]  # a channel's id


async def test_more_deletions_than_are_known_at_once_are_all_noticed(
    production: Production, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_KNOWN_AT_ONCE", 40)
    await publish(production)
    await heard(production, database, 130)
    said = production.stage.discord.messages(production.thread)
    for each in said:
        if each.content.startswith("Number") and not each.content.endswith("7"):
            await production.stage.alice.delete(each)
    async with back(production):
        assert await _nothing_left(production, database)
    assert await database.fetch_value("SELECT count(*) FROM comment WHERE status = 'deleted'") == 117
