"""What a member may do, by roles and overwrites (topics/permissions)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.permissions import EVERYTHING, Permissions

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sandbox.objects import Channel, Guild, Member

_WHILE_TIMED_OUT = Permissions.VIEW_CHANNEL | Permissions.READ_MESSAGE_HISTORY

_LOST_WITHOUT_SENDING = (
    Permissions.MENTION_EVERYONE
    | Permissions.SEND_TTS_MESSAGES
    | Permissions.ATTACH_FILES
    | Permissions.EMBED_LINKS
)


def in_guild(member: Member, now: datetime) -> Permissions:
    """Return what a member may do in the guild as a whole, before any channel's overwrites."""
    guild = member.guild
    if member.user.id == guild.owner_id:
        return EVERYTHING
    granted = guild.everyone.permissions
    for role_id in member.role_ids:
        granted |= guild.roles[role_id].permissions
    if Permissions.ADMINISTRATOR in granted:
        return EVERYTHING
    return _while_timed_out(member, granted, now)


def in_channel(member: Member, channel: Channel, now: datetime) -> Permissions:
    """Return what a member may do in a channel; a thread inherits all from its parent."""
    base = in_guild(member, now)
    if Permissions.ADMINISTRATOR in base:
        return base
    granted = _overwritten(base, member, channel.rules_channel, member.guild)
    if Permissions.VIEW_CHANNEL not in granted:
        return Permissions.NONE
    sending = Permissions.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permissions.SEND_MESSAGES
    if sending not in granted:
        granted &= ~_LOST_WITHOUT_SENDING
    return _while_timed_out(member, granted, now)


def _overwritten(base: Permissions, member: Member, channel: Channel, guild: Guild) -> Permissions:
    everyone = channel.overwrites.get(guild.id)
    if everyone:
        base = base & ~everyone.deny | everyone.allow
    allow = deny = Permissions.NONE
    for role_id in member.role_ids:
        if overwrite := channel.overwrites.get(role_id):
            allow |= overwrite.allow
            deny |= overwrite.deny
    base = base & ~deny | allow
    if own := channel.overwrites.get(member.user.id):
        base = base & ~own.deny | own.allow
    return base


def _while_timed_out(member: Member, granted: Permissions, now: datetime) -> Permissions:
    until = member.timed_out_until
    return granted & _WHILE_TIMED_OUT if until is not None and until > now else granted
