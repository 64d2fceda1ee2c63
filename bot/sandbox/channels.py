"""Channels and their permission overwrites, changed by those who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox import payloads
from bot.sandbox.errors import Json, refusal
from bot.sandbox.objects import Channel, ChannelFlags, Member, Overwrite, Tag
from bot.sandbox.permissions import Permissions
from bot.sandbox.threads import checked_name, checked_slow_mode
from bot.sandbox.world import Event

if TYPE_CHECKING:
    from bot.sandbox.world import World


def edit_channel(world: World, editor: Member, channel: Channel, body: Json) -> Channel:
    """Change a channel. Raises Refused (50001, 50013, 50035)."""
    world.reach(editor, channel, Permissions.MANAGE_CHANNELS)
    if "permission_overwrites" in body:
        world.reach(editor, channel, Permissions.MANAGE_ROLES)
    name = checked_name(body["name"]) if "name" in body else channel.name
    slow_mode = checked_slow_mode(body) if "rate_limit_per_user" in body else channel.slow_mode
    channel.name, channel.slow_mode = name, slow_mode
    channel.topic = body.get("topic", channel.topic)
    if body.get("flags") is not None:
        channel.flags = ChannelFlags(body["flags"]) & ChannelFlags.REQUIRE_TAG
    if body.get("available_tags") is not None:
        channel.tags = [_tag(world, each) for each in body["available_tags"]]
    with world.access_changes(channel.guild):
        if body.get("permission_overwrites") is not None:
            channel.overwrites = {
                each.id: each
                for each in (_overwrite(int(it["id"]), it) for it in body["permission_overwrites"])
            }
        tell(world, "CHANNEL_UPDATE", channel)
    return channel


def delete_channel(world: World, actor: Member, channel: Channel) -> None:
    """Delete a channel with its threads and messages, which get no events of their own."""
    world.reach(actor, channel, Permissions.MANAGE_CHANNELS)
    guild = channel.guild
    del guild.channels[channel.id], world.channels[channel.id]
    for thread in [each for each in guild.threads.values() if each.parent is channel]:
        del guild.threads[thread.id], world.channels[thread.id]
    tell(world, "CHANNEL_DELETE", channel)


def put_overwrite(world: World, editor: Member, channel: Channel, target: int, body: Json) -> None:
    """Set what a channel allows and denies a role or member. Raises Refused (50001, 50013)."""
    world.reach(editor, channel, Permissions.MANAGE_ROLES)
    set_overwrite(world, channel, _overwrite(target, body))


def set_overwrite(world: World, channel: Channel, overwrite: Overwrite) -> None:
    """Set an overwrite and tell everybody."""
    with world.access_changes(channel.guild):
        channel.overwrites[overwrite.id] = overwrite
        tell(world, "CHANNEL_UPDATE", channel)


def delete_overwrite(world: World, editor: Member, channel: Channel, target: int) -> None:
    """Remove an overwrite. Raises Refused (50001, 50013, 10009)."""
    world.reach(editor, channel, Permissions.MANAGE_ROLES)
    if target not in channel.overwrites:
        raise refusal(10009)
    with world.access_changes(channel.guild):
        del channel.overwrites[target]
        tell(world, "CHANNEL_UPDATE", channel)


def tell(world: World, name: str, channel: Channel) -> None:
    """Tell all bots of the guild: Discord tells them of every channel, seen or not."""
    world.emit(Event(name, payloads.channel(channel), channel.guild.id))


def _overwrite(target: int, body: Json) -> Overwrite:
    allow, deny = Permissions(int(body.get("allow") or 0)), Permissions(int(body.get("deny") or 0))
    return Overwrite(target, int(body["type"]), allow, deny)


def _tag(world: World, body: Json) -> Tag:
    tag_id = int(body["id"]) if body.get("id") else world.new_id()
    return Tag(tag_id, body["name"], bool(body.get("moderated")))
