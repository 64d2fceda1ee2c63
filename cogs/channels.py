"""Whether an article can be posted in a channel, and with which tag."""

from __future__ import annotations

import discord

from bot.discussion.permissions import missing_permissions
from bot.language import gettext as _
from cogs.answers import MarkupRefusedError


def check_permitted(channel: discord.TextChannel | discord.ForumChannel) -> None:
    """Raise MarkupRefusedError naming the permissions that we lack in a channel."""
    if isinstance(channel, discord.ForumChannel) and channel.is_media():
        raise MarkupRefusedError(
            _("I cannot post in a media channel."), remedy=_("Choose a text channel or a forum.")
        )
    granted = channel.permissions_for(channel.guild.me)
    missing = missing_permissions(granted, forum=isinstance(channel, discord.ForumChannel))
    if missing:
        raise MarkupRefusedError(
            _("I cannot post in {channel}.").format(channel=channel.mention),
            remedy=_("Give me there: {missing}.").format(missing=", ".join(map(_, missing))),
        )


def choose_tag(channel: discord.TextChannel | discord.ForumChannel, tag: str | None) -> int | None:
    """The id of the tag that is meant, by id or name; raises MarkupRefusedError where it does not fit."""
    if isinstance(channel, discord.TextChannel):
        if tag is not None:
            raise MarkupRefusedError(_("Only forums have tags."), remedy=_("Leave the tag out."))
        return None
    if tag is None:
        if channel.flags.require_tag:
            raise MarkupRefusedError(_("This forum wants a tag on every post."), remedy=_("Choose one."))
        return None
    for each in channel.available_tags:
        if tag == str(each.id) or tag.casefold() == each.name.casefold():
            return each.id
    raise MarkupRefusedError(_("This forum has no such tag."), remedy=_("Choose one from the list."))
