"""AutoMod: Discord keeps a message back by a server's rule and tells the bots that may manage the server."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from bot.sandbox.permissions import Permissions
from bot.sandbox.world import Event

if TYPE_CHECKING:
    from bot.sandbox.errors import Json
    from bot.sandbox.objects import Channel, Member
    from bot.sandbox.world import World

KEYWORD = 1


class ActionType(IntEnum):
    """What a rule does (resources/auto-moderation, Action Types)."""

    BLOCK_MESSAGE = 1
    SEND_ALERT = 2
    TIMEOUT = 3


def act(world: World, member: Member, channel: Channel, text: str, action: ActionType) -> None:
    """Let a keyword rule act on what a member is about to write in a channel or thread."""
    payload = {
        "guild_id": str(channel.guild.id),
        "action": {"type": int(action), "metadata": _metadata(action, channel)},
        "rule_id": str(world.new_id()),
        "rule_trigger_type": KEYWORD,
        "user_id": str(member.id),
        "channel_id": str(channel.id),
        "content": text,
        "matched_keyword": text,
        "matched_content": text,
    }
    for app in world.applications.values():
        bot = channel.guild.members.get(app.bot.id)
        if bot is not None and Permissions.MANAGE_GUILD in world.may(bot, channel):
            event = Event("AUTO_MODERATION_ACTION_EXECUTION", payload, channel.guild.id, user_id=app.bot.id)
            world.emit(event)


def _metadata(action: ActionType, channel: Channel) -> Json:
    """What goes with an action (resources/auto-moderation, Action Metadata)."""
    match action:
        case ActionType.SEND_ALERT:
            return {"channel_id": str(channel.id)}
        case ActionType.TIMEOUT:
            return {"duration_seconds": 60}
        case _:
            return {}
