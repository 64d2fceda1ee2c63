"""What becomes of a thread: archived, woken, locked, renamed, joined, listed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from bot.sandbox import payloads
from bot.sandbox.errors import Json, bad_length, invalid, refusal
from bot.sandbox.objects import Channel, ChannelFlags, ChannelType, Guild, Member, MessageFlags, Thread
from bot.sandbox.permissions import Permissions
from bot.sandbox.world import Event

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sandbox.world import World

_T = TypeVar("_T")

NAME_LIMIT = 100
ARCHIVE_DURATIONS = (60, 1440, 4320, 10080)
SLOW_MODE_LIMIT = 21600
TAGS_PER_POST = 5
MODERATORS_FIELDS = frozenset({"locked", "rate_limit_per_user", "flags", "invitable"})


def refuse_if_shut(channel: Channel, granted: Permissions) -> None:
    """Refuse all but sending and deleting in a thread that is archived (50083) or locked (160005)."""
    if not isinstance(channel, Thread):
        return
    if channel.archived:
        raise refusal(50083)
    if channel.locked and Permissions.MANAGE_THREADS not in granted:
        raise refusal(160005)


def wake(world: World, thread: Thread, user_id: int) -> None:
    """Unarchive a thread because somebody speaks there, who joins it by that."""
    if thread.archived:
        thread.archived = False
        thread.archived_at = world.now()
        tell(world, "THREAD_UPDATE", thread)
    join(world, thread, user_id)


def join(world: World, thread: Thread, user_id: int) -> None:
    """Make somebody a member of a thread."""
    if user_id in thread.joined:
        return
    thread.joined[user_id] = world.now()
    payload = {
        "id": str(thread.id),
        "guild_id": str(thread.guild.id),
        "member_count": min(len(thread.joined), 50),
        "added_members": [payloads.thread_member(thread, user_id)],
    }
    world.emit(Event("THREAD_MEMBERS_UPDATE", payload, thread.guild.id, thread))
    if thread.type is ChannelType.PRIVATE_THREAD:
        added = payloads.thread_for(thread, user_id)
        world.emit(Event("THREAD_CREATE", added, thread.guild.id, thread, user_id=user_id))


def leave(world: World, thread: Thread, user_id: int) -> None:
    """Take somebody out of a thread. Raises Refused (50083)."""
    if thread.archived:
        raise refusal(50083)
    if thread.joined.pop(user_id, None) is not None:
        payload = {
            "id": str(thread.id),
            "guild_id": str(thread.guild.id),
            "member_count": min(len(thread.joined), 50),
            "removed_member_ids": [str(user_id)],
        }
        world.emit(Event("THREAD_MEMBERS_UPDATE", payload, thread.guild.id, thread))


def edit_thread(world: World, editor: Member, thread: Thread, body: Json) -> Thread:
    """Change a thread: by Manage Threads, its owner, or to unarchive it whoever may send there.

    Raises Refused: 50001, 50013, 50083, 50035.
    """
    granted = world.reach(editor, thread)
    _check_right(thread, editor, body, granted)
    if thread.archived and body.get("archived") is not False:
        raise refusal(50083)
    _check_fields(thread, body)
    if body.get("archived") is not None and body["archived"] != thread.archived:
        thread.archived = body["archived"]
        thread.archived_at = world.now()
        thread.active_at = world.now()
    thread.name = body.get("name") or thread.name
    thread.locked = _or(body.get("locked"), thread.locked)
    thread.invitable = _or(body.get("invitable"), thread.invitable)
    thread.auto_archive = _or(body.get("auto_archive_duration"), thread.auto_archive)
    thread.slow_mode = _or(body.get("rate_limit_per_user"), thread.slow_mode)
    if body.get("flags") is not None:
        thread.flags = ChannelFlags(body["flags"]) & ChannelFlags.PINNED
    if body.get("applied_tags") is not None:
        thread.applied_tags = checked_tags(thread.parent, body["applied_tags"], granted)
    tell(world, "THREAD_UPDATE", thread)
    return thread


def delete_thread(world: World, actor: Member, thread: Thread) -> None:
    """Delete a thread with its messages, which get no events of their own."""
    world.reach(actor, thread, Permissions.MANAGE_THREADS)
    payload = {
        "id": str(thread.id),
        "guild_id": str(thread.guild.id),
        "parent_id": str(thread.parent.id),
        "type": int(thread.type),
    }
    source = thread.parent.messages.get(thread.id)
    if source is not None:
        source.flags &= ~MessageFlags.HAS_THREAD
    event = Event("THREAD_DELETE", payload, thread.guild.id, thread.parent)
    del world.channels[thread.id]
    del thread.guild.threads[thread.id]
    world.emit(event)


def tell(world: World, name: str, thread: Thread, **extra: object) -> None:
    """Tell everybody who sees a thread what it is now."""
    world.emit(Event(name, payloads.channel(thread) | extra, thread.guild.id, thread))


def archive_idle(world: World) -> None:
    """Archive the threads where nothing has happened for their auto-archive duration."""
    for guild in world.guilds.values():
        for thread in guild.threads.values():
            idle = world.now() - thread.active_at
            pinned = ChannelFlags.PINNED in thread.flags
            if not thread.archived and not pinned and idle >= timedelta(minutes=thread.auto_archive):
                thread.archived = True
                thread.archived_at = world.now()
                tell(world, "THREAD_UPDATE", thread)


def active_threads(world: World, guild: Guild, reader: Member) -> list[Thread]:
    """Return the threads of a guild that are not archived and that the reader sees, newest first."""
    found = [
        thread for thread in guild.threads.values() if not thread.archived and world.sees(reader, thread)
    ]
    return sorted(found, key=lambda thread: -thread.id)


def archived_threads(
    world: World, parent: Channel, reader: Member, *, before: datetime | None, limit: int
) -> tuple[list[Thread], bool]:
    """Return a page of a channel's archived public threads, last archived first, and whether more follow."""
    world.reach(reader, parent, Permissions.READ_MESSAGE_HISTORY)
    found = [
        thread
        for thread in parent.guild.threads.values()
        if thread.parent is parent
        and thread.archived
        and thread.type is ChannelType.PUBLIC_THREAD
        and (before is None or thread.archived_at < before)
    ]
    found.sort(key=lambda thread: thread.archived_at, reverse=True)
    return found[:limit], len(found) > limit


def checked_name(name: object) -> str:
    """Return a thread's name. Raises Refused (50035)."""
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= NAME_LIMIT:
        raise bad_length("name", 1, NAME_LIMIT)
    return name.strip()


def checked_tags(forum: Channel, asked: list[str], granted: Permissions) -> list[int]:
    """Return a post's tags. Raises Refused (50035, 40067, 50013)."""
    tags = [int(each) for each in asked]
    if len(tags) > TAGS_PER_POST:
        raise bad_length("applied_tags", 0, TAGS_PER_POST)
    known = {tag.id: tag for tag in forum.tags}
    for tag in tags:
        if tag not in known:
            raise invalid("applied_tags", "BASE_TYPE_CHOICES", "Unknown tag")
        if known[tag].moderated and Permissions.MANAGE_THREADS not in granted:
            raise refusal(50013)
    if not tags and ChannelFlags.REQUIRE_TAG in forum.flags and Permissions.MANAGE_THREADS not in granted:
        raise refusal(40067)
    return tags


def checked_duration(body: Json, otherwise: int = 4320) -> int:
    """Return the minutes after which a thread is archived. Raises Refused (50035)."""
    asked = body.get("auto_archive_duration")
    if asked is None:
        return otherwise
    if asked not in ARCHIVE_DURATIONS:
        raise invalid(
            "auto_archive_duration", "BASE_TYPE_CHOICES", f"Value must be one of {ARCHIVE_DURATIONS}."
        )
    return int(asked)


def checked_slow_mode(body: Json) -> int:
    """Return the seconds between two messages of one person. Raises Refused (50035)."""
    seconds = int(body.get("rate_limit_per_user") or 0)
    if not 0 <= seconds <= SLOW_MODE_LIMIT:
        raise invalid(
            "rate_limit_per_user",
            "NUMBER_TYPE_MAX",
            f"int value should be less than or equal to {SLOW_MODE_LIMIT}.",
        )
    return seconds


def _check_right(thread: Thread, editor: Member, body: Json, granted: Permissions) -> None:
    if Permissions.MANAGE_THREADS in granted:
        return
    if set(body) <= {"archived"} and body.get("archived") is False and not thread.locked:
        if Permissions.SEND_MESSAGES_IN_THREADS not in granted:
            raise refusal(50013)
        return
    if editor.id != thread.owner_id or thread.locked or set(body) & MODERATORS_FIELDS:
        raise refusal(50013)


def _check_fields(thread: Thread, body: Json) -> None:
    if body.get("name") is not None:
        checked_name(body["name"])
    checked_duration(body, thread.auto_archive)
    checked_slow_mode(body)


def _or(given: _T | None, otherwise: _T) -> _T:
    return otherwise if given is None else given
