"""A bot that is away for a while, and how the database compares with Discord once it is back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.client import Oped
from bot.demo.stage import Stage
from bot.discussion.publish import Publishing
from bot.model import ChannelId, ChannelKind, GuildId, Publication, PublicationId, PublicationState
from bot.sandbox import Channel, Message
from bot.store.cursors import Cursors
from bot.store.database import Database
from bot.store.publications import Publications
from tests.discussion.sources import article, comment, imported
from tests.stage import Production


@asynccontextmanager
async def back(production: Production) -> AsyncIterator[Oped]:
    """The bot at work again, once it has caught up."""
    async with production.database() as database:
        before = await Cursors(database).last_round()
        async with production.running() as bot:
            async with asyncio.timeout(40):
                while await Cursors(database).last_round() == before:
                    await asyncio.sleep(0.01)
            yield bot


async def publish(production: Production, channel: Channel | None = None) -> Publication:
    """Import an article of two sections and two comments, and post it; the bot goes again."""
    stage = production.stage
    where = channel or stage.articles
    async with production.database() as database:
        await imported(database, article(), comment("1"), comment("2", parent="1"))
        async with production.running():
            requested = await Publishing(database, guilds=frozenset(), wake=lambda: None).request(
                "a-bench",
                guild_id=GuildId(stage.server.id),
                channel_id=ChannelId(where.id),
                channel_kind=ChannelKind.FORUM if where is stage.forum else ChannelKind.TEXT,
            )
            return await reaches(database, requested.id, PublicationState.LIVE)


async def reaches(database: Database, identifier: PublicationId, state: PublicationState) -> Publication:
    """The publication, once it is in a state."""
    async with asyncio.timeout(40):
        while True:
            found = await Publications(database).by_id(identifier)
            assert found is not None
            if found.state is state:
                return found
            await asyncio.sleep(0.01)


async def differences(production: Production, database: Database, channels: Sequence[Channel]) -> list[str]:
    """How what members have written in these channels differs from what is stored, one line each."""
    rows = await database.fetch_all(
        "SELECT message_id, channel_id, text, status FROM comment WHERE origin = 'discord' AND by_form = 0"
    )
    places = {channel.id for channel in channels}
    stored = {row["message_id"]: (row["text"], row["status"]) for row in rows if row["channel_id"] in places}
    said = {
        each.id: (each.content, "visible")
        for channel in channels
        for each in production.stage.discord.messages(channel)
        if _is_comment(production.stage, each)
    }
    told = [
        f"{each}: said {said[each]}, stored {stored.get(each)}"
        for each in said
        if stored.get(each) != said[each]
    ]
    gone = {each: row for each, row in stored.items() if each not in said and row[1] != "deleted"}
    return told + [f"{each}: gone, stored {row}" for each, row in gone.items()]


def _is_comment(stage: Stage, message: Message) -> bool:
    """In a text channel itself only replies count; those in these tests are all replies to ours."""
    if message.channel is stage.articles and message.reference is None:
        return False
    return message.author is not stage.app.bot and not message.type.is_system
