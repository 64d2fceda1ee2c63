"""The application, users, guilds, roles, members and channels."""

from __future__ import annotations

from bot.sandbox import channels, direct, granting, payloads, threads
from bot.sandbox.errors import Json, refusal
from bot.sandbox.objects import Guild, Thread
from bot.sandbox.rest.call import EMPTY, Call, Reply, Routes, snowflake


async def gateway(call: Call) -> Reply:
    """GET where the gateway is."""
    limit = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1}
    return Reply({"url": f"ws://{call.address}/gateway", "shards": 1, "session_start_limit": limit})


async def open_gateway(call: Call) -> Reply:
    """GET where the gateway is, which takes no token."""
    return Reply({"url": f"ws://{call.address}/gateway"})


async def own_application(call: Call) -> Reply:
    """GET the asking bot's application."""
    count = sum(call.app.bot.id in guild.members for guild in call.world.guilds.values())
    return Reply(payloads.application(call.app, count))


async def own_user(call: Call) -> Reply:
    """GET the asking bot's user."""
    return Reply(payloads.own_user(call.app.bot))


async def own_guilds(call: Call) -> Reply:
    """GET a page of the guilds that the asking bot is in."""
    after, before = call.mark("after") or 0, call.mark("before")
    everywhere = sorted(call.world.guilds.values(), key=lambda guild: guild.id)
    mine = [each for each in everywhere if call.app.bot.id in each.members]
    found = [each for each in mine if each.id > after and (before is None or each.id < before)]
    limit, with_counts = call.limit(200, 200), call.query.get("with_counts") in {"1", "true", "True"}
    return Reply([_own_guild(call, each, with_counts) for each in found[:limit]])


def _own_guild(call: Call, guild: Guild, with_counts: bool) -> Json:
    me = call.world.member(guild, call.app.bot.id)
    granted = granting.in_guild(me, call.world.now())
    return payloads.own_guild(guild, granted, with_counts=with_counts)


async def get_user(call: Call) -> Reply:
    """GET a user."""
    who = call.world.users.get(call.id("user_id"))
    if who is None:
        raise refusal(10013)
    return Reply(payloads.user(who))


async def get_guild(call: Call) -> Reply:
    """GET a guild."""
    return Reply(payloads.guild(call.guild))


async def list_channels(call: Call) -> Reply:
    """GET the channels of a guild, without threads."""
    return Reply([payloads.channel(each) for each in call.guild.channels.values()])


async def list_roles(call: Call) -> Reply:
    """GET the roles of a guild."""
    return Reply([payloads.role(each) for each in call.guild.roles.values()])


async def get_member(call: Call) -> Reply:
    """GET a member of a guild."""
    return Reply(payloads.member(call.world.member(call.guild, call.id("user_id"))))


async def list_members(call: Call) -> Reply:
    """GET a page of a guild's members, which takes the members intent."""
    if not call.app.members_intent:
        raise refusal(50001)
    after = call.mark("after") or 0
    found = sorted(each for each in call.guild.members if each > after)[: call.limit(1, 1000)]
    return Reply([payloads.member(call.guild.members[each]) for each in found])


async def open_direct(call: Call) -> Reply:
    """POST whom to speak with; the channel in which that is done."""
    recipient = snowflake(str(call.body.get("recipient_id")), "recipient_id")
    return Reply(payloads.channel(direct.open_direct(call.world, call.app.bot, recipient)))


async def get_channel(call: Call) -> Reply:
    """GET a channel or thread."""
    channel = call.channel
    call.world.reach(call.me, channel)
    if isinstance(channel, Thread):
        return Reply(payloads.thread_for(channel, call.app.bot.id))
    return Reply(payloads.channel(channel))


async def edit_channel(call: Call) -> Reply:
    """PATCH a channel or thread."""
    channel = call.channel
    if isinstance(channel, Thread):
        thread = threads.edit_thread(call.world, call.me, channel, call.body)
        return Reply(payloads.thread_for(thread, call.app.bot.id))
    return Reply(payloads.channel(channels.edit_channel(call.world, call.me, channel, call.body)))


async def delete_channel(call: Call) -> Reply:
    """DELETE a channel or thread."""
    channel = call.channel
    payload = payloads.channel(channel)
    if isinstance(channel, Thread):
        threads.delete_thread(call.world, call.me, channel)
    else:
        channels.delete_channel(call.world, call.me, channel)
    return Reply(payload)


async def put_overwrite(call: Call) -> Reply:
    """PUT what a channel allows and denies a role or member."""
    channels.put_overwrite(call.world, call.me, call.channel, call.id("overwrite_id"), call.body)
    return EMPTY


async def delete_overwrite(call: Call) -> Reply:
    """DELETE what a channel allows and denies a role or member."""
    channels.delete_overwrite(call.world, call.me, call.channel, call.id("overwrite_id"))
    return EMPTY


ROUTES: Routes = [
    ("GET", "/gateway", open_gateway),
    ("GET", "/gateway/bot", gateway),
    ("GET", "/applications/@me", own_application),
    ("GET", "/oauth2/applications/@me", own_application),
    ("GET", "/users/@me", own_user),
    ("GET", "/users/@me/guilds", own_guilds),
    ("POST", "/users/@me/channels", open_direct),
    ("GET", "/users/{user_id}", get_user),
    ("GET", "/guilds/{guild_id}", get_guild),
    ("GET", "/guilds/{guild_id}/channels", list_channels),
    ("GET", "/guilds/{guild_id}/roles", list_roles),
    ("GET", "/guilds/{guild_id}/members", list_members),
    ("GET", "/guilds/{guild_id}/members/{user_id}", get_member),
    ("GET", "/channels/{channel_id}", get_channel),
    ("PATCH", "/channels/{channel_id}", edit_channel),
    ("DELETE", "/channels/{channel_id}", delete_channel),
    ("PUT", "/channels/{channel_id}/permissions/{overwrite_id}", put_overwrite),
    ("DELETE", "/channels/{channel_id}/permissions/{overwrite_id}", delete_overwrite),
]
