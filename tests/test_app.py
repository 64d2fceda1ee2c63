"""The running bot as a whole: what ends it."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.app import run_bot
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


async def test_a_bot_whose_first_connection_fails_tries_again(
    production: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    discord, app = production.stage.discord, production.stage.app
    connect, refused = aiohttp.ClientSession.ws_connect, asyncio.Event()

    async def refuse_once(session: aiohttp.ClientSession, *place: Any, **options: Any) -> Any:
        if not refused.is_set():
            refused.set()
            raise aiohttp.ClientConnectionError("Connection refused")
        return await connect(session, *place, **options)

    monkeypatch.setattr(aiohttp.ClientSession, "ws_connect", refuse_once)
    bot = asyncio.create_task(run_bot(production.settings))
    await discord.until(lambda: bot.done() or discord.is_connected(app))
    assert refused.is_set()
    assert not bot.done()
    bot.cancel()
    await asyncio.gather(bot, return_exceptions=True)
