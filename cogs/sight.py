"""What the bot can see: while a channel is hidden from it nothing is heard, so it is read again afterwards."""

from __future__ import annotations

from collections.abc import Callable

import discord
from discord.ext import commands


class Sight(commands.Cog):
    """Follows the bot's rights, and outages: `lost` is told when it may see less, `regained` when it may see more."""

    def __init__(self, *, lost: Callable[[], None], regained: Callable[[], None]) -> None:
        self._lost = lost
        self._regained = regained

    @commands.Cog.listener()
    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Compare what a channel's overwrites let the bot see."""
        us = after.guild.me
        saw, sees = (_rights(each.permissions_for(us)) for each in (before, after))
        if saw > sees:
            self._lost()
        elif saw < sees:
            self._regained()

    # What a change of roles comes to depends on all others and on each channel: more may be seen here, less there.

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Notice that a role of the bot's lets it see more, or less."""
        if after in after.guild.me.roles and _rights(before.permissions) != _rights(after.permissions):
            self._regained()

    @commands.Cog.listener()
    async def on_guild_role_delete(self, _role: discord.Role) -> None:
        """Notice that a role is gone: which of them the bot had is not known any more."""
        self._regained()

    @commands.Cog.listener()
    async def on_member_update(self, _before: discord.Member, after: discord.Member) -> None:
        """Notice that the bot may have been given a role, or have lost one; its messages tell discord.py before."""
        if after == after.guild.me:
            self._regained()

    @commands.Cog.listener()
    async def on_guild_unavailable(self, _guild: discord.Guild) -> None:
        """Notice an outage, in which nothing is heard."""
        self._lost()

    @commands.Cog.listener()
    async def on_guild_available(self, _guild: discord.Guild) -> None:
        """Notice the end of one."""
        self._regained()


def _rights(granted: discord.Permissions) -> tuple[bool, bool, bool]:
    return granted.administrator, granted.view_channel, granted.read_message_history
