"""Whether an article can be posted in a channel, and with which tag."""

from __future__ import annotations

import discord

from bot.discussion.permissions import missing_permissions
from cogs.answers import MarkupRefusedError


def check_permitted(channel: discord.TextChannel | discord.ForumChannel) -> None:
    """Raise MarkupRefusedError naming the permissions that we lack in a channel."""
    if isinstance(channel, discord.ForumChannel) and channel.is_media():
        raise MarkupRefusedError(
            "I cannot post in a media channel.", remedy="Choose a text channel or a forum."
        )
    granted = channel.permissions_for(channel.guild.me)
    missing = missing_permissions(granted, forum=isinstance(channel, discord.ForumChannel))
    if missing:
        raise MarkupRefusedError(
            f"I cannot post in {channel.mention}.",
            remedy=f"Give me there: {', '.join(missing)}.",
        )


def choose_tag(channel: discord.TextChannel | discord.ForumChannel, tag: str | None) -> int | None:
    """The id of the tag that is meant, by id or name; raises MarkupRefusedError where it does not fit."""
    if isinstance(channel, discord.TextChannel):
        if tag is not None:
            raise MarkupRefusedError("Only forums have tags.", remedy="Leave the tag out.")
        return None
    if tag is None:
        if channel.flags.require_tag:
            raise MarkupRefusedError("This forum wants a tag on every post.", remedy="Choose one.")
        return None
    for each in channel.available_tags:
        if tag == str(each.id) or tag.casefold() == each.name.casefold():
            return each.id
    raise MarkupRefusedError("This forum has no such tag.", remedy="Choose one from the list.")
