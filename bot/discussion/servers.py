"""Servers: the language in which Oped speaks in their channels, and what they decide for themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.language import speaking
from bot.model import GuildId
from bot.store.database import Database, Reader
from bot.store.servers import Servers


@asynccontextmanager
async def in_language_of(reader: Reader, guild: GuildId) -> AsyncIterator[None]:
    """Speak a server's language inside the block: what stands in a channel is for everybody who reads it."""
    with speaking(await Servers(reader).language(guild)):
        yield


async def note_locales(database: Database, locales: Mapping[GuildId, str]) -> None:
    """Remember what Discord says each server speaks; it counts where the server has not chosen itself."""
    known = await Servers(database).locales(locales)
    new = {guild: locale for guild, locale in locales.items() if known.get(guild) != locale}
    if new:
        async with database.transaction() as tx:
            await Servers(tx).note_locales(tx, new)
