"""What catch-up did not look back for is found in the background, page after page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from bot.client import Oped
from bot.delivery import reading
from bot.demo.stage import Stage
from bot.sandbox import Permissions
from bot.sandbox.objects import Overwrite
from bot.store.cursors import Cursors
from bot.store.database import Database
from tests.delivery.absence import back, differences, publish
from tests.stage import Production


@pytest.fixture
async def database(production: Production) -> AsyncIterator[Database]:
    """The bot's database."""
    async with production.database() as database:
        yield database


@pytest.fixture(autouse=True)
def short_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let catch-up look back for the last message only, and leave the sweep to the tests."""
    monkeypatch.setattr(reading, "BACK_MESSAGES", 1)
    monkeypatch.setattr(reading, "BACK_AGE", timedelta(0))
    monkeypatch.setattr("bot.delivery.sweep.PAGE_SECONDS", 3600.0)


async def round_of(bot: Oped) -> int:
    """Sweep to the end of a round; the number of steps."""
    steps = 1
    while await bot.sweep.step():
        steps += 1
    return steps


async def spoken(production: Production, database: Database, number: int) -> None:
    """Let Alice speak so often while the bot hears it."""
    async with back(production) as bot:
        for each in range(number):
            await production.stage.alice.say(production.thread, f"Number {each}")
        await production.stage.discord.until(lambda: _stored(database, number))
        await bot.capture.flush()


async def _stored(database: Database, number: int) -> bool:
    return bool(
        await database.fetch_value("SELECT count(*) = ? FROM comment WHERE origin = 'discord'", (number,))
    )


async def test_an_old_edit_and_deletion_are_found_and_nothing_the_second_time(
    production: Production, database: Database
) -> None:
    await publish(production)
    await spoken(production, database, 230)
    thread, stage = production.thread, production.stage
    said = [each for each in stage.discord.messages(thread) if each.author.id == stage.alice.id]
    for each in said[::40]:
        await stage.alice.edit(each, "Now this.")
    for each in said[5::40]:
        await stage.alice.delete(each)
    async with back(production) as bot:
        assert len(await differences(production, database, [thread])) == 12, "too far back for catch-up"
        await round_of(bot)
        assert await differences(production, database, [thread]) == []
        asked = len(stage.discord.requests)
        await round_of(bot)
        assert len(stage.discord.requests) - asked <= 5


async def test_its_place_outlives_a_restart(production: Production, database: Database) -> None:
    await publish(production)
    await spoken(production, database, 250)
    async with back(production) as bot:
        whole = await round_of(bot)
        while (await Cursors(database).sweep_place())[1] == 0:
            await bot.sweep.step()
        place = await Cursors(database).sweep_place()
    async with back(production) as bot:
        assert await Cursors(database).sweep_place() == place
        assert await round_of(bot) < whole


def hide(stage: Stage, right: Permissions) -> None:
    stage.server.set_permissions(stage.articles, stage.server.role_of(stage.app), deny=right)


def hide_unheard(stage: Stage, right: Permissions) -> None:
    """The same, but for the event of which the bot would learn it."""
    role = stage.server.role_of(stage.app)
    stage.articles.overwrites[role.id] = Overwrite(role.id, 0, Permissions.NONE, right)


@pytest.mark.parametrize("take", [hide, hide_unheard])
@pytest.mark.parametrize("right", [Permissions.VIEW_CHANNEL, Permissions.READ_MESSAGE_HISTORY])
async def test_a_channel_out_of_sight_does_not_hold_it_up_and_is_not_taken_for_empty(
    production: Production, database: Database, take: Callable[[Stage, Permissions], None], right: Permissions
) -> None:
    await publish(production)
    await spoken(production, database, 3)
    async with back(production) as bot:
        take(production.stage, right)
        await round_of(bot)
        assert await differences(production, database, [production.thread]) == []
