"""The poster at work on an embedded Discord: no gateway tells it what has become of its messages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import discord
import pytest
import yarl

from bot.delivery.once import tracing
from bot.delivery.pacer import Pacer
from bot.delivery.poster import Poster
from bot.delivery.wire import Wire
from bot.demo.stage import Stage, set_stage
from bot.discussion.access import Viewer
from bot.discussion.publish import Publishing
from bot.model import ChannelId, ChannelKind, GuildId, Publication, PublicationId, PublicationState, UserId
from bot.sandbox import Channel, Message, RateLimits, Schedule, Thread
from bot.sandbox.faults import Happened
from bot.store.database import Database
from bot.store.publications import Publications
from tests.sandbox.judge import Judge


@dataclass(slots=True)
class Scene:
    """A stage, a database, and what tests of the poster do there again and again."""

    stage: Stage
    database: Database
    wake: Callable[[], None] = lambda: None
    opened: list[ChannelId] = field(default_factory=list)
    """The threads that the poster has told of."""

    @property
    def publishing(self) -> Publishing:
        return Publishing(self.database, guilds=frozenset(), wake=self.wake)

    @property
    def moderator(self) -> Viewer:
        return Viewer(GuildId(self.stage.server.id), UserId(1), lambda channel: True)

    async def request(
        self, slug: str = "a-bench", channel: Channel | None = None, **options: bool
    ) -> Publication:
        """Ask for an article in the text channel or in another one."""
        where = channel or self.stage.articles
        kind = ChannelKind.FORUM if where is self.stage.forum else ChannelKind.TEXT
        return await self.publishing.request(
            slug,
            guild_id=GuildId(self.stage.server.id),
            channel_id=ChannelId(where.id),
            channel_kind=kind,
            **options,
        )

    @asynccontextmanager
    async def poster(self) -> AsyncIterator[Wire]:
        """The poster at work until the block is left; its wire, for faults of the network."""
        discord.http.Route.BASE = self.stage.discord.api_url
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self.stage.discord.gateway_url)
        async with discord.Client(
            intents=discord.Intents(guilds=True), guild_ready_timeout=0.01, http_trace=tracing()
        ) as client:
            connected = asyncio.create_task(client.start(self.stage.app.token))
            await self.stage.discord.until(
                lambda: client.guilds and not any(each.unavailable for each in client.guilds)
            )
            wire = Wire(client, Pacer(per_second=1000))
            poster = Poster(self.database, wire, posted=lambda event: None, opened=self.opened.append)
            self.wake = poster.wake
            task = asyncio.create_task(poster.run())
            try:
                yield wire
            finally:
                task.cancel()
                await client.close()
                await asyncio.gather(task, connected, return_exceptions=True)

    async def until(self, publication: Publication, *states: PublicationState) -> Publication:
        """The publication, once it is in one of these states."""
        async with asyncio.timeout(30):
            while True:
                found = await Publications(self.database).by_id(PublicationId(publication.id))
                assert found is not None
                if found.state in states:
                    return found
                await asyncio.sleep(0.01)

    async def live(self, publication: Publication) -> None:
        """Wait until all is posted."""
        found = await self.until(publication, PublicationState.LIVE, PublicationState.FAILED)
        assert found.state is PublicationState.LIVE, found.error

    async def post(self, slug: str = "a-bench", channel: Channel | None = None) -> Publication:
        """Post an article and wait until it is up."""
        publication = await self.request(slug, channel)
        await self.live(publication)
        return publication

    def ours(self, channel: Channel) -> list[Message]:
        """The bot's ordinary messages in a channel or thread, in order."""
        found = self.stage.discord.messages(channel)
        return [each for each in found if each.author is self.stage.app.bot and not each.type.is_system]

    def first_lines(self, channel: Channel) -> list[str]:
        """What they begin with."""
        return [each.content.split("\n")[0] for each in self.ours(channel)]

    def said(self, thread: Channel) -> list[str]:
        """What the comments in a thread say, below their headers."""
        return [
            each.content.split("\n", 1)[1] for each in self.ours(thread) if each.content.startswith("-# ")
        ]

    @property
    def happened(self) -> list[Happened]:
        """The faults that came."""
        faults = self.stage.discord.faults
        return faults.happened if faults else []

    @property
    def thread(self) -> Thread:
        """The newest thread on the server."""
        threads = self.stage.server.guild.threads
        return threads[max(threads)]


@asynccontextmanager
async def set_scene(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    judge: Judge | None,
    *,
    schedule: Schedule | None = None,
) -> AsyncIterator[Scene]:
    """A scene in which waiting is short."""
    monkeypatch.setattr("bot.patience.FIRST_WAIT", 0.01)
    monkeypatch.setattr("bot.delivery.poster.POLL_SECONDS", 0.02)
    monkeypatch.setattr("bot.delivery.creation.BUSY_SECONDS", 0.02)
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    gateway = discord.gateway.DiscordWebSocket
    monkeypatch.setattr(gateway, "DEFAULT_GATEWAY", gateway.DEFAULT_GATEWAY)
    async with (
        set_stage(limits=RateLimits.relaxed(), judge=judge, schedule=schedule) as stage,
        Database.open(folder / "oped.db", migrate=True) as database,
    ):
        yield Scene(stage, database)
