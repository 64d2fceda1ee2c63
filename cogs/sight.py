"""What the bot can see: while a channel is hidden from it nothing is heard, so it is read again afterwards."""

from __future__ import annotations

from collections.abc import Callable

import discord
from discord.ext import commands


class Sight(commands.Cog):
    """Notices changes of the bot's own rights. `lost` is told when it may see less, `regained` when it may see more."""

    def __init__(self, *, lost: Callable[[], None], regained: Callable[[], None]) -> None:
        self._lost = lost
        self._regained = regained

    @commands.Cog.listener()
    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Compare what a channel's overwrites let the bot see."""
        us = after.guild.me
        self._compare(before.permissions_for(us), after.permissions_for(us))

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Compare what a role of the bot's lets it see."""
        if after in after.guild.me.roles:
            self._compare(before.permissions, after.permissions)

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Where the bot was given a role or has lost one, it may see more in one channel and less in another."""
        if after == after.guild.me and before.roles != after.roles:
            self._regained()

    def _compare(self, before: discord.Permissions, after: discord.Permissions) -> None:
        if _sees(before) and not _sees(after):
            self._lost()
        elif _sees(after) and not _sees(before):
            self._regained()


def _sees(granted: discord.Permissions) -> bool:
    return granted.administrator or (granted.view_channel and granted.read_message_history)
