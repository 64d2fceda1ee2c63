"""Whether an article can be posted in a channel, asked of Discord by requests alone."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.discussion.permissions import missing_permissions
from bot.errors import RefusedError
from bot.model import ChannelId, ChannelKind, GuildId


@dataclass(frozen=True, slots=True)
class Destination:
    """A channel that an article can be posted in."""

    guild_id: GuildId
    channel_id: ChannelId
    kind: ChannelKind


async def find_destination(client: discord.Client, channel_id: int) -> Destination:
    """Look a channel up. Raises `RefusedError` with the reason where an article cannot be posted in it."""
    try:
        found = await client.fetch_channel(channel_id)
        if not isinstance(found, discord.TextChannel | discord.ForumChannel):
            raise RefusedError(
                f"Channel {channel_id} is neither a text channel nor a forum.",
                remedy="Choose one of those.",
            )
        guild = await client.fetch_guild(found.guild.id)
        member = await guild.fetch_member(client.user.id if client.user else 0)
        channel = await guild.fetch_channel(channel_id)
    except (discord.NotFound, discord.Forbidden, discord.InvalidData) as error:
        raise RefusedError(
            f"There is no channel {channel_id} that Oped can see.",
            remedy="Check the id, and that Oped is on that server with the View Channel permission.",
        ) from error
    forum = isinstance(channel, discord.ForumChannel)
    missing = missing_permissions(channel.permissions_for(member), forum=forum)
    if missing:
        raise RefusedError(
            f"Oped may not post in #{channel.name}.",
            remedy=f"Give it there: {', '.join(missing)}.",
        )
    if isinstance(channel, discord.ForumChannel) and channel.flags.require_tag:
        raise RefusedError(
            f"The forum #{channel.name} wants a tag on every post.",
            remedy="Post there with /article post, which asks for the tag.",
        )
    return Destination(
        GuildId(guild.id), ChannelId(channel_id), ChannelKind.FORUM if forum else ChannelKind.TEXT
    )
