"""Reactions to messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox import message_payloads, payloads
from bot.sandbox.direct import tell_recipient
from bot.sandbox.errors import refusal
from bot.sandbox.permissions import Permissions
from bot.sandbox.threads import refuse_if_shut
from bot.sandbox.world import Event

if TYPE_CHECKING:
    from bot.sandbox.errors import Json
    from bot.sandbox.objects import Member, Message
    from bot.sandbox.world import World

KINDS_PER_MESSAGE = 20


def add_reaction(world: World, member: Member, message: Message, emoji: str) -> None:
    """React as a member. Raises Refused (50001, 50013, 50083, 160005, 30010)."""
    needed = [Permissions.READ_MESSAGE_HISTORY]
    if emoji not in message.reactions:
        needed.append(Permissions.ADD_REACTIONS)
    granted = world.reach(member, message.channel, *needed)
    refuse_if_shut(message.channel, granted)
    if emoji not in message.reactions and len(message.reactions) >= KINDS_PER_MESSAGE:
        raise refusal(30010)
    users = message.reactions.setdefault(emoji, [])
    if member.id not in users:
        users.append(member.id)
        _tell(world, "MESSAGE_REACTION_ADD", message, emoji, member.id)


def remove_reaction(world: World, member: Member, message: Message, emoji: str, user_id: int) -> None:
    """Take back one's own reaction, or as a moderator another's. Raises Refused (50013, 50083, ...)."""
    granted = world.reach(member, message.channel)
    if user_id != member.id and Permissions.MANAGE_MESSAGES not in granted:
        raise refusal(50013)
    refuse_if_shut(message.channel, granted)
    users = message.reactions.get(emoji, [])
    if user_id in users:
        users.remove(user_id)
        if not users:
            del message.reactions[emoji]
        _tell(world, "MESSAGE_REACTION_REMOVE", message, emoji, user_id)


def clear_reactions(world: World, member: Member, message: Message, emoji: str | None = None) -> None:
    """Remove all reactions, or those with one emoji, as a moderator. Raises Refused (50001, 50013, 50083, ...)."""
    granted = world.reach(member, message.channel, Permissions.MANAGE_MESSAGES)
    refuse_if_shut(message.channel, granted)
    removed = [emoji] if emoji is not None else list(message.reactions)
    for each in removed:
        message.reactions.pop(each, None)
    guild = message.channel.guild
    payload: Json = {
        "channel_id": str(message.channel.id),
        "message_id": str(message.id),
        "guild_id": str(guild.id),
    }
    name = "MESSAGE_REACTION_REMOVE_ALL"
    if emoji is not None:
        name = "MESSAGE_REACTION_REMOVE_EMOJI"
        payload["emoji"] = message_payloads.reaction_emoji(emoji)
    world.emit(Event(name, payload, guild.id, message.channel))


def _tell(world: World, name: str, message: Message, emoji: str, user_id: int) -> None:
    guild = message.channel.guild
    payload: Json = {
        "user_id": str(user_id),
        "channel_id": str(message.channel.id),
        "message_id": str(message.id),
        "emoji": message_payloads.reaction_emoji(emoji),
        "burst": False,
        "type": 0,
    }
    if name == "MESSAGE_REACTION_ADD":
        payload["message_author_id"] = str(message.author.id)
    if message.channel.recipient is not None:
        tell_recipient(world, name, message.channel, payload)
        return
    payload["guild_id"] = str(guild.id)
    if name == "MESSAGE_REACTION_ADD":
        payload["member"] = payloads.member(guild.members[user_id])
    world.emit(Event(name, payload, guild.id, message.channel))
