"""Authors as members of their server, asked of Discord one by one where it is needed."""

from __future__ import annotations

import asyncio

import discord

from bot.delivery.wire import Wire
from bot.model import GuildId, UserId

FRESH_SECONDS = 300.0
"""How long an answer counts: a catch-up asks once for each author, however many channels they wrote in."""


class Members:
    """Asks for members and remembers them for a while."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._known: dict[tuple[GuildId, UserId], tuple[float, discord.Member | None]] = {}
        self._asking = asyncio.Lock()

    async def of(self, guild: GuildId, user: UserId) -> discord.Member | None:
        """A member of a server with roles, None for somebody who has left it. Raises what discord.py raises."""
        async with self._asking:
            now, who = asyncio.get_running_loop().time(), (guild, user)
            known, oldest = self._known.get(who), now - FRESH_SECONDS
            if known is None or known[0] <= oldest:
                self._known = {key: each for key, each in self._known.items() if each[0] > oldest}
                known = self._known[who] = now, await self._wire.member(guild, user)
            return known[1]
