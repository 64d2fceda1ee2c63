"""Threads and forum posts."""

from __future__ import annotations

from datetime import datetime

from bot.sandbox import payloads, starting, threads
from bot.sandbox.drafts import read_post
from bot.sandbox.errors import Json, invalid, refusal
from bot.sandbox.objects import ChannelType, Thread
from bot.sandbox.rest.call import EMPTY, Call, Reply, Routes
from bot.sandbox.rest.messages import shown


async def start_from_message(call: Call) -> Reply:
    """POST a thread on a message."""
    call.world.reach(call.me, call.channel)
    thread = starting.start_from_message(call.world, call.me, call.message, call.body)
    return Reply(payloads.thread_for(thread, call.app.bot.id), 201)


async def start(call: Call) -> Reply:
    """POST a thread of its own, or in a forum a post with its starter message."""
    call.world.reach(call.me, call.channel)
    if call.channel.type is not ChannelType.FORUM:
        thread = starting.start_without_message(call.world, call.me, call.channel, call.body)
        return Reply(payloads.thread_for(thread, call.app.bot.id), 201)
    if "message" not in call.body:
        raise invalid("message", "BASE_TYPE_REQUIRED", "This field is required")
    draft = read_post(call.body["message"], call.uploads)
    thread, message = starting.start_post(call.world, call.me, call.channel, call.body, draft)
    payload = payloads.thread_for(thread, call.app.bot.id)
    return Reply(payload | {"message": shown(call, message)}, 201)


async def active(call: Call) -> Reply:
    """GET the active threads of a guild."""
    me = call.world.member(call.guild, call.app.bot.id)
    return Reply(_listing(call, threads.active_threads(call.world, call.guild, me), more=False))


async def archived(call: Call) -> Reply:
    """GET a page of a channel's archived public threads."""
    before = call.query.get("before")
    found, more = threads.archived_threads(
        call.world,
        call.channel,
        call.me,
        before=datetime.fromisoformat(before) if before else None,
        limit=call.limit(50),
    )
    return Reply(_listing(call, found, more=more))


async def join(call: Call) -> Reply:
    """PUT somebody into a thread."""
    thread = _thread(call)
    granted = call.world.reach(call.me, thread)
    threads.refuse_if_shut(thread, granted)
    threads.join(call.world, thread, _who(call))
    return EMPTY


async def leave(call: Call) -> Reply:
    """DELETE somebody from a thread."""
    call.world.reach(call.me, _thread(call))
    threads.leave(call.world, _thread(call), _who(call))
    return EMPTY


async def list_members(call: Call) -> Reply:
    """GET the members of a thread."""
    thread = _thread(call)
    call.world.reach(call.me, thread)
    return Reply([payloads.thread_member(thread, each) for each in sorted(thread.joined)])


async def get_member(call: Call) -> Reply:
    """GET one member of a thread."""
    thread = _thread(call)
    call.world.reach(call.me, thread)
    if _who(call) not in thread.joined:
        raise refusal(10007)
    return Reply(payloads.thread_member(thread, _who(call)))


def _listing(call: Call, found: list[Thread], *, more: bool) -> Json:
    me = call.app.bot.id
    return {
        "threads": [payloads.thread_for(thread, me) for thread in found],
        "members": [payloads.thread_member(thread, me) for thread in found if me in thread.joined],
        "has_more": more,
    }


def _thread(call: Call) -> Thread:
    channel = call.channel
    if not isinstance(channel, Thread):
        raise refusal(50024)
    return channel


def _who(call: Call) -> int:
    if "user_id" not in call.path:
        return call.app.bot.id
    call.world.member(call.channel.guild, call.id("user_id"))
    return call.id("user_id")


_MEMBERS = "/channels/{channel_id}/thread-members"

ROUTES: Routes = [
    ("POST", "/channels/{channel_id}/messages/{message_id}/threads", start_from_message),
    ("POST", "/channels/{channel_id}/threads", start),
    ("GET", "/channels/{channel_id}/threads/archived/public", archived),
    ("GET", "/guilds/{guild_id}/threads/active", active),
    ("GET", _MEMBERS, list_members),
    ("PUT", f"{_MEMBERS}/@me", join),
    ("DELETE", f"{_MEMBERS}/@me", leave),
    ("GET", _MEMBERS + "/{user_id}", get_member),
    ("PUT", _MEMBERS + "/{user_id}", join),
    ("DELETE", _MEMBERS + "/{user_id}", leave),
]
