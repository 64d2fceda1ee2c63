"""What each server has decided for itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from bot.language import Language, language_of
from bot.model import ChannelId, GuildId, Mode, RoleId, Server
from bot.store.database import Reader, Transaction


class Servers:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def get(self, guild_id: GuildId) -> Server:
        """A server's settings; the defaults where it never changed any."""
        row = await self._reader.fetch_one(
            "SELECT language, log_channel_id, mode FROM server WHERE guild_id = ?", (guild_id,)
        )
        roles = await self._reader.fetch_all(
            "SELECT role_id FROM moderator_role WHERE guild_id = ? ORDER BY role_id", (guild_id,)
        )
        moderator_roles = frozenset(RoleId(each["role_id"]) for each in roles)
        if row is None:
            return Server(guild_id, moderator_roles=moderator_roles)
        return Server(
            guild_id,
            language=None if row["language"] is None else Language(row["language"]),
            log_channel_id=None if row["log_channel_id"] is None else ChannelId(row["log_channel_id"]),
            mode=Mode(row["mode"]),
            moderator_roles=moderator_roles,
        )

    async def language(self, guild_id: GuildId) -> Language:
        """The language for what stands in a server's channels: the one it chose, else what Discord says it speaks."""
        row = await self._reader.fetch_one(
            "SELECT language, locale FROM server WHERE guild_id = ?", (guild_id,)
        )
        if row is None:
            return Language.ENGLISH
        return Language(row["language"]) if row["language"] else language_of(row["locale"])

    async def locales(self, guilds: Iterable[GuildId]) -> dict[GuildId, str | None]:
        """What is remembered of the locales of some servers."""
        rows = await self._reader.fetch_all(
            "SELECT guild_id, locale FROM server WHERE guild_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(guilds)),),
        )
        return {GuildId(row["guild_id"]): row["locale"] for row in rows}

    async def note_locales(self, tx: Transaction, locales: Mapping[GuildId, str]) -> None:
        """Remember the locales of some servers."""
        await tx.executemany(
            "INSERT INTO server (guild_id, locale) VALUES (?, ?) "
            "ON CONFLICT (guild_id) DO UPDATE SET locale = excluded.locale",
            list(locales.items()),
        )

    async def save(self, tx: Transaction, server: Server) -> None:
        """Make these a server's settings."""
        await tx.execute(
            "INSERT INTO server (guild_id, language, log_channel_id, mode) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (guild_id) DO UPDATE SET language = excluded.language, "
            "log_channel_id = excluded.log_channel_id, mode = excluded.mode",
            (server.guild_id, server.language, server.log_channel_id, server.mode),
        )
        await tx.execute("DELETE FROM moderator_role WHERE guild_id = ?", (server.guild_id,))
        await tx.executemany(
            "INSERT INTO moderator_role (guild_id, role_id) VALUES (?, ?)",
            [(server.guild_id, each) for each in sorted(server.moderator_roles)],
        )
