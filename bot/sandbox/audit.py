"""The audit log: who deleted whose messages (resources/audit-log)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.sandbox.clock import snowflake_at
from bot.sandbox.errors import Json
from bot.sandbox.granting import in_guild
from bot.sandbox.permissions import Permissions
from bot.sandbox.world import Event

if TYPE_CHECKING:
    from bot.sandbox.objects import Channel, Guild, Member, Message
    from bot.sandbox.world import World

MESSAGE_DELETE, MESSAGE_BULK_DELETE = 72, 73
BATCH = timedelta(minutes=5)
"""How long further deletions of one person's messages are counted in the same entry, of which no event tells."""


def note_deletion(world: World, actor: Member, message: Message) -> None:
    """Log that somebody deleted another's message; whoever deletes their own leaves no entry."""
    if actor.user is message.author:
        return
    guild, channel = message.channel.guild, message.channel
    known = guild.audit_log[-1] if guild.audit_log else None
    same = {
        "user_id": str(actor.id),
        "target_id": str(message.author.id),
        "action_type": MESSAGE_DELETE,
    }
    if (
        known is not None
        and same.items() <= known.items()
        and known["options"]["channel_id"] == str(channel.id)
        and int(known["id"]) > snowflake_at(world.now() - BATCH)
    ):
        known["options"]["count"] = str(int(known["options"]["count"]) + 1)
        return
    _enter(world, guild, {**same, "options": {"channel_id": str(channel.id), "count": "1"}})


def note_bulk_deletion(world: World, actor: Member, channel: Channel, count: int) -> None:
    """Log that somebody deleted several messages of a channel at once."""
    entry = {"user_id": str(actor.id), "target_id": str(channel.id), "action_type": MESSAGE_BULK_DELETE}
    _enter(world, channel.guild, {**entry, "options": {"count": str(count)}})


def _enter(world: World, guild: Guild, entry: Json) -> None:
    entry = {"id": str(world.new_id()), **entry}
    guild.audit_log.append(entry)
    payload = {**entry, "options": dict(entry["options"]), "guild_id": str(guild.id)}
    for bot in guild.members.values():
        if bot.user.bot and Permissions.VIEW_AUDIT_LOG in in_guild(bot, world.now()):
            world.emit(Event("GUILD_AUDIT_LOG_ENTRY_CREATE", payload, guild.id, user_id=bot.id))
