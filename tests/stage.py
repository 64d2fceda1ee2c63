"""An embedded Discord with people on it and the real bot beside them, for tests over the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import discord
import pytest

from bot.app import running_bot
from bot.client import Oped
from bot.demo.stage import Stage, set_stage
from bot.discussion.identity import Identities
from bot.discussion.importing import import_records
from bot.formats.base import ReadOptions
from bot.formats.registry import recognise
from bot.formats.stream import head_of, open_source
from bot.model import Comment
from bot.sandbox import Channel, Message, RateLimits, Thread
from bot.settings import Settings
from bot.store.articles import Articles
from bot.store.comments import Comments, Nested
from bot.store.database import Database
from tests.sandbox.judge import Judge


@dataclass(slots=True)
class Production:
    """A stage with the bot's database, on which the bot can be started, stopped and started again."""

    stage: Stage
    path: Path

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
            await bot.acquainted.wait()
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
async def production(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, judge: Judge | None
) -> AsyncIterator[Production]:
    """A stage without a running bot, judged by Discord's own description where that is at hand."""
    monkeypatch.setattr("bot.client.GUILD_READY_SECONDS", 0.05)
    monkeypatch.setattr("cogs.articles.PACE", 0.1)
    # The bot points discord.py at the embedded Discord for the whole process; the next test starts afresh.
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    gateway = discord.gateway.DiscordWebSocket
    monkeypatch.setattr(gateway, "DEFAULT_GATEWAY", gateway.DEFAULT_GATEWAY)
    async with set_stage(limits=RateLimits.relaxed(), judge=judge) as stage:
        yield Production(stage, tmp_path / "oped.db")


async def imported(production: Production, source: Path) -> str:
    """Import a file into the production's database as `oped import` does; the article's slug."""
    async with production.database() as database:
        with source.open("rb") as file, open_source(file) as stream:
            found = recognise(head_of(stream))
            report = await import_records(
                database,
                found.read(stream, ReadOptions()),
                format_name=found.name,
                identities=Identities.beside(production.path),
            )
    return report.articles[0].slug


async def posted(production: Production, slug: str, channel: Channel) -> None:
    """Post an article as a moderator does, and wait until it is up."""
    mo = production.stage.mo
    answer = await mo.command("article post", here=production.stage.articles, article=slug, channel=channel)
    await production.stage.discord.until(lambda: "Posted in" in answer.content)


async def stored(production: Production, slug: str) -> list[Nested]:
    """An article's comments as they lie in the database, depth first."""
    async with production.database() as database:
        article = await Articles(database).by_slug(slug)
        assert article is not None
        return await Comments(database).tree(article.id)


async def eventually(
    production: Production, slug: str, wanted: Callable[[list[Nested]], object]
) -> list[Nested]:
    """The stored comments, once they are as wanted: the bot stores a moment after Discord has shown."""
    async with asyncio.timeout(30):
        while True:
            found = await stored(production, slug)
            if wanted(found):
                return found
            await asyncio.sleep(0.02)


def by_message_id(rows: list[Nested]) -> dict[int, Comment]:
    """Comments by the message that shows them."""
    return {row.message_id: row.comment for row in rows if row.message_id is not None}
