"""Pinned messages (resources/message, Pin Message)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.clock import iso
from bot.sandbox.drafts import Draft
from bot.sandbox.errors import refusal
from bot.sandbox.objects import MessageType, Reference
from bot.sandbox.permissions import Permissions
from bot.sandbox.posting import announce, compose, publish
from bot.sandbox.threads import refuse_if_shut
from bot.sandbox.world import Event

if TYPE_CHECKING:
    from bot.sandbox.objects import Channel, Member, Message
    from bot.sandbox.world import World

PINS_PER_CHANNEL = 250


def pin(world: World, actor: Member, message: Message) -> None:
    """Pin a message, which Discord tells in the channel. Raises Refused (50001, 50013, 50083, 160005, 30003)."""
    refuse_if_shut(message.channel, world.reach(actor, message.channel, Permissions.PIN_MESSAGES))
    if message.pinned_at is not None:
        return
    if len(pinned(message.channel)) >= PINS_PER_CHANNEL:
        raise refusal(30003)
    message.pinned_at = world.now()
    _tell(world, message)
    notice = compose(world, actor.user, message.channel, Draft())
    notice.type = MessageType.CHANNEL_PINNED_MESSAGE
    notice.reference = Reference(message.channel.id, message.channel.guild.id, message.id)
    publish(world, notice)


def unpin(world: World, actor: Member, message: Message) -> None:
    """Unpin a message. Raises Refused (50001, 50013, 50083, 160005)."""
    refuse_if_shut(message.channel, world.reach(actor, message.channel, Permissions.PIN_MESSAGES))
    if message.pinned_at is not None:
        message.pinned_at = None
        _tell(world, message)


def pinned(channel: Channel) -> list[Message]:
    """Return a channel's pinned messages, the last pinned first."""
    found = [(each.pinned_at, each.id, each) for each in channel.messages.values() if each.pinned_at]
    return [each for _, _, each in sorted(found, key=lambda one: one[:2], reverse=True)]


def _tell(world: World, message: Message) -> None:
    channel = message.channel
    last = max((each.pinned_at for each in channel.messages.values() if each.pinned_at), default=None)
    payload = {
        "guild_id": str(channel.guild.id),
        "channel_id": str(channel.id),
        "last_pin_timestamp": iso(last) if last else None,
    }
    announce(world, "MESSAGE_UPDATE", message)
    world.emit(Event("CHANNEL_PINS_UPDATE", payload, channel.guild.id, channel))
