"""Permission bits, and what a member may do in a channel (topics/permissions)."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sandbox.objects import Channel, Guild, Member


class Permissions(IntFlag):
    """Discord's permission bits, those that concern text, threads and commands."""

    NONE = 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    USE_EXTERNAL_STICKERS = 1 << 37
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    SEND_VOICE_MESSAGES = 1 << 46
    SEND_POLLS = 1 << 49
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51
    BYPASS_SLOWMODE = 1 << 52


EVERYTHING = Permissions((1 << 53) - 1)

ORDINARY = (
    Permissions.VIEW_CHANNEL
    | Permissions.SEND_MESSAGES
    | Permissions.SEND_MESSAGES_IN_THREADS
    | Permissions.CREATE_PUBLIC_THREADS
    | Permissions.CREATE_PRIVATE_THREADS
    | Permissions.READ_MESSAGE_HISTORY
    | Permissions.ADD_REACTIONS
    | Permissions.ATTACH_FILES
    | Permissions.EMBED_LINKS
    | Permissions.USE_APPLICATION_COMMANDS
    | Permissions.SEND_POLLS
    | Permissions.CHANGE_NICKNAME
)
"""What an ordinary person has, through the role Members."""

DIRECT = (
    Permissions.VIEW_CHANNEL
    | Permissions.SEND_MESSAGES
    | Permissions.READ_MESSAGE_HISTORY
    | Permissions.ADD_REACTIONS
    | Permissions.ATTACH_FILES
    | Permissions.EMBED_LINKS
    | Permissions.USE_APPLICATION_COMMANDS
    | Permissions.SEND_POLLS
)
"""What each of two has in their direct messages, whatever their roles and time-outs in servers."""

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
