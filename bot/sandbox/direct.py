"""Direct messages between an application's bot and one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.errors import refusal
from bot.sandbox.objects import Channel, ChannelType, Guild, Member, Role
from bot.sandbox.permissions import DIRECT
from bot.sandbox.world import Event

if TYPE_CHECKING:
    from bot.sandbox.errors import Json
    from bot.sandbox.objects import User
    from bot.sandbox.world import World


def open_direct(world: World, bot: User, recipient_id: int) -> Channel:
    """Return the channel in which only these two speak; it is made once. Raises Refused (10013)."""
    recipient = world.users.get(recipient_id)
    if recipient is None or recipient.bot:
        raise refusal(10013)
    return find_direct(world, bot, recipient) or _make(world, bot, recipient)


def find_direct(world: World, bot: User, recipient: User) -> Channel | None:
    """Return that channel, if somebody has opened it."""
    return next(
        (
            each
            for each in world.channels.values()
            if each.recipient is recipient and bot.id in each.guild.members
        ),
        None,
    )


def _make(world: World, bot: User, recipient: User) -> Channel:
    # A server of their own, which nobody is told of, so that all that holds for members holds for these two.
    home = Guild(world.new_id(), "", recipient.id)
    home.roles[home.id] = Role(home.id, "@everyone", DIRECT, 0)
    for user in (bot, recipient):
        home.members[user.id] = Member(user, home, world.now())
    channel = Channel(world.new_id(), home, "", ChannelType.DM, recipient=recipient)
    world.channels[channel.id] = channel
    return channel


def tell_recipient(world: World, name: str, channel: Channel, payload: Json) -> None:
    """Tell the person what happened in their direct messages, and nobody else: no bot here asks to hear of it."""
    recipient = channel.recipient
    world.emit(Event(name, payload, None, channel, user_id=recipient.id if recipient else None))


def refuse_if_closed(world: World, sender: User, channel: Channel) -> None:
    """Raise Refused (50007) where a person takes no direct messages, or shares no server with the sender."""
    if channel.recipient is None:
        return
    for member in channel.guild.members.values():
        known = any({sender.id, member.id} <= guild.members.keys() for guild in world.guilds.values())
        if member.user is not sender and not (known and member.user.takes_direct_messages):
            raise refusal(50007)
