"""The servers the bot is on and the channels there, asked of Discord by requests alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import discord

from bot.discussion.permissions import limitations, missing_permissions
from bot.model import ChannelId, ChannelKind, GuildId


@dataclass(frozen=True, slots=True)
class Home:
    """A server that the bot is on."""

    id: GuildId
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """A text channel or forum, and what the bot lacks for posting an article in it."""

    id: ChannelId
    name: str
    kind: ChannelKind
    missing: tuple[str, ...]
    """Permissions, by Discord's names."""
    limits: Mapping[str, str]
    """Optional permissions that are missing, and what does not work without them."""
    wants_tag: bool
    """Whether a forum takes posts with a tag only."""


async def homes(client: discord.Client) -> list[Home]:
    """The servers that the bot is on."""
    return [
        Home(GuildId(guild.id), guild.name)
        async for guild in client.fetch_guilds(limit=None, with_counts=False)
    ]


async def places(client: discord.Client, home: GuildId) -> list[Place]:
    """A server's text channels and forums in the order in which its members see them."""
    guild = await client.fetch_guild(home, with_counts=False)
    member = await guild.fetch_member(client.user.id if client.user else 0)
    return list(_places(await guild.fetch_channels(), member))


def _places(channels: Iterable[discord.abc.GuildChannel], member: discord.Member) -> Iterator[Place]:
    for channel in sorted(channels, key=lambda each: (each.position, each.id)):
        if not isinstance(channel, discord.TextChannel | discord.ForumChannel):
            continue
        forum = isinstance(channel, discord.ForumChannel)
        granted = channel.permissions_for(member)
        yield Place(
            ChannelId(channel.id),
            channel.name,
            ChannelKind.FORUM if forum else ChannelKind.TEXT,
            tuple(missing_permissions(granted, forum=forum)),
            limitations(granted),
            wants_tag=isinstance(channel, discord.ForumChannel) and channel.flags.require_tag,
        )
