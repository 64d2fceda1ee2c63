"""A running embedded Discord, and a real discord.py client on it.

A test package gets the fixtures by importing them in its conftest:
`from tests.sandbox.fixtures import judge, sandbox`.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import discord
import pytest
import yarl

from bot.sandbox import Sandbox
from tests.sandbox.judge import Judge, description_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bot.sandbox import Application


@pytest.fixture
def judge() -> Iterator[Judge | None]:
    """Discord's own description as judge of a `Sandbox(judge=...)`, if OPED_DISCORD_SPEC names its folder.

    The test fails at its end if anything went against it.
    """
    folder = description_folder()
    found = Judge(folder) if folder else None
    yield found
    if found is not None:
        found.raise_if_violated()


@pytest.fixture
async def sandbox(judge: Judge | None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    """An embedded Discord, judged, whose rate limits no ordinary test meets; discord.py speaks to it."""
    async with Sandbox(judge=judge) as server:
        point_discord_py_at(server, monkeypatch)
        yield server


def point_discord_py_at(server: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let discord.py speak to a server instead of Discord, for one test."""
    monkeypatch.setattr(discord.http.Route, "BASE", server.api_url)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway_url))


class Bot(discord.Client):
    """A plain client that keeps what it hears."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "intents",
            discord.Intents(guilds=True, guild_messages=True, message_content=True, moderation=True),
        )
        options.setdefault("guild_ready_timeout", 0.01)
        options.setdefault("max_messages", None)
        super().__init__(
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            **options,
        )
        self.tree = discord.app_commands.CommandTree(self)
        self.heard: list[tuple[str, Any]] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify again at once: the five seconds that discord.py waits are for Discord's sake."""

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Keep each event with its first argument; once closed discord.py fails at those that are late."""
        self.heard.append((event, args[0] if args else None))
        if not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    def all(self, event: str) -> list[Any]:
        """Return what was heard of one kind of event."""
        return [thing for name, thing in self.heard if name == event]


def ready_for_more(client: discord.Client) -> None:
    """Tell `Bot.heard` that an answer with controls is out: only then does discord.py listen to what is done there."""
    client.dispatch("shown")


@asynccontextmanager
async def running(bot: discord.Client, server: Sandbox, app: Application) -> AsyncIterator[None]:
    """Run a client until the end of the block, which begins when it knows its servers, but for those that are out."""
    task = asyncio.create_task(bot.start(app.token))
    try:
        await server.until(lambda: task.done() or server.is_connected(app))
        if not task.done():
            await bot.wait_until_ready()
            await server.until(
                lambda: (
                    not any(
                        each.unavailable and server.world.guilds[each.id].available for each in bot.guilds
                    )
                )
            )
            yield
    finally:
        await bot.close()
        await task
