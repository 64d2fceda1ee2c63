"""Ranks: nobody moderates a person whose role stands at or above their own."""

from __future__ import annotations

import discord

from bot.errors import RefusedError
from bot.language import gettext as _
from bot.model import UserId


async def check_outranks(guild: discord.Guild, actor: discord.Member, user_id: UserId) -> None:
    """Raise `RefusedError` where a person is not below the actor, as Discord has it for its own moderation.

    The owner of a server stands above all, and who is no member of it below all.
    """
    if actor.id == guild.owner_id or user_id == actor.id:
        return
    # Members are not cached, so that roles are as Discord has them now.
    try:
        member = await guild.fetch_member(user_id)
    except discord.NotFound:
        return
    if user_id == guild.owner_id or member.top_role >= actor.top_role:
        raise RefusedError(_("This person's role is not below yours."))
