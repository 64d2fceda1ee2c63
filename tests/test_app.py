"""The running bot as a whole: what ends it."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.app import run_bot, running_bot
from bot.errors import ConfigurationError
from tests.sandbox.fixtures import judge
from tests.stage import Production, production

__all__ = ["judge", "production"]


async def test_a_token_that_is_reset_ends_the_bot_with_a_sentence(production: Production) -> None:
    discord, app = production.stage.discord, production.stage.app
    bot = asyncio.create_task(run_bot(production.settings))
    await discord.until(lambda: discord.is_connected(app))
    app.token = "a new one"
    await discord.gateway.lose_sessions()
    with pytest.raises(ConfigurationError, match="Discord does not accept the token"):
        await asyncio.wait_for(bot, 30)


async def test_a_bot_that_ends_before_it_is_ready_ends_quietly(production: Production) -> None:
    discord, app = production.stage.discord, production.stage.app
    async with running_bot(production.settings) as bot:
        await discord.until(lambda: discord.is_connected(app))
    # discord.py waits for servers beside all else, and does not stop when it is closed.
    bot.dispatch("ready")


@pytest.mark.parametrize("how", ["refused", "closed before Discord has said who we are"])
async def test_a_bot_whose_first_connection_fails_tries_again(
    production: Production, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    discord, app = production.stage.discord, production.stage.app
    connect, failed = aiohttp.ClientSession.ws_connect, asyncio.Event()

    async def fail_once(session: aiohttp.ClientSession, *place: Any, **options: Any) -> Any:
        first = not failed.is_set()
        failed.set()
        if first and how == "refused":
            raise aiohttp.ClientConnectionError("Connection refused")
        socket = await connect(session, *place, **options)
        if first:
            await socket.close()
        return socket

    monkeypatch.setattr(aiohttp.ClientSession, "ws_connect", fail_once)
    with capture_logs() as logs:
        bot = asyncio.create_task(run_bot(production.settings))
        await discord.until(lambda: bot.done() or discord.is_connected(app))
        assert failed.is_set()
        assert not bot.done()
        bot.cancel()
        await asyncio.gather(bot, return_exceptions=True)
    waits = [each for each in logs if each["event"].startswith("connection_")]
    told = [(each["event"], each["log_level"], each.get("reason")) for each in waits]
    assert told == [("connection_waits", "warning", "The connection to Discord broke off.")]
