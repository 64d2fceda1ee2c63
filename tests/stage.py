"""An embedded Discord with people on it and the real bot beside them, for tests over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import discord
import pytest

from bot.app import Oped, running_bot
from bot.demo.stage import Stage, set_stage
from bot.model import ChannelId, ChannelKind, GuildId, Publication, PublicationState
from bot.sandbox import Channel, Message, RateLimits, Thread
from bot.settings import Settings
from bot.store.database import Database
from bot.store.publications import Publications


@dataclass(slots=True)
class Production:
    """A stage with the bot's database, on which the bot can be started, stopped and started again."""

    stage: Stage
    path: Path
    bots: list[Oped] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return Settings.load(
            {
                "DISCORD_TOKEN": self.stage.app.token,
                "DISCORD_API_URL": self.stage.discord.api_url,
                "DATABASE_URL": f"sqlite:///{self.path}",
            },
            env_file=None,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Oped]:
        """The bot at work, connected and with its commands known, until the block is left."""
        async with running_bot(self.settings) as bot:
            self.bots.append(bot)
            await bot.wait_until_ready()
            yield bot

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """The bot's database, upgraded."""
        async with Database.open(self.path, migrate=True) as database:
            yield database

    @property
    def thread(self) -> Thread:
        """The only thread on the server."""
        (thread,) = self.stage.server.guild.threads.values()
        return thread

    def ours(self, *channels: Channel) -> list[Message]:
        """The bot's ordinary messages in channels and threads, in order."""
        return [
            message
            for channel in channels
            for message in self.stage.discord.messages(channel)
            if message.author is self.stage.app.bot and not message.type.is_system
        ]


@pytest.fixture
async def production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Production]:
    """A stage without a running bot."""
    monkeypatch.setattr("bot.app.GUILD_READY_SECONDS", 0.05)
    # The bot points discord.py at the embedded Discord for the whole process; the next test starts afresh.
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    gateway = discord.gateway.DiscordWebSocket
    monkeypatch.setattr(gateway, "DEFAULT_GATEWAY", gateway.DEFAULT_GATEWAY)
    async with set_stage(limits=RateLimits.relaxed()) as stage:
        yield Production(stage, tmp_path / "oped.db")


async def posted(production: Production, bot: Oped, slug: str, channel: Channel) -> Publication:
    """Post an article in a channel by the use case and wait until it is up."""
    kind = ChannelKind.TEXT if channel is production.stage.articles else ChannelKind.FORUM
    publication = await bot.publishing.request(
        slug,
        guild_id=GuildId(production.stage.server.id),
        channel_id=ChannelId(channel.id),
        channel_kind=kind,
    )
    async with production.database() as database:
        found: Publication | None = publication
        while found is None or found.state is PublicationState.POSTING:
            await production.stage.discord.until(lambda: True)
            found = await Publications(database).by_id(publication.id)
    return found
