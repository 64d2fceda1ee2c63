"""Starting threads: from a message, without one, and as a forum post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox import payloads
from bot.sandbox.drafts import Draft
from bot.sandbox.errors import Json, invalid, refusal
from bot.sandbox.mentions import set_mentions
from bot.sandbox.objects import (
    Channel,
    ChannelType,
    Member,
    Message,
    MessageFlags,
    MessageType,
    Reference,
    Thread,
)
from bot.sandbox.permissions import Permissions
from bot.sandbox.posting import announce, compose, publish
from bot.sandbox.threads import checked_duration, checked_name, checked_slow_mode, checked_tags
from bot.sandbox.world import Event

if TYPE_CHECKING:
    from bot.sandbox.world import World

ACTIVE_LIMIT = 1000


def start_from_message(world: World, starter: Member, message: Message, body: Json) -> Thread:
    """Start the one thread that a message can have; it bears the message's id.

    Raises Refused: 50001, 50013, 50024, 50021, 50035, 160004, 160006.
    """
    parent = message.channel
    world.reach(starter, parent, Permissions.CREATE_PUBLIC_THREADS)
    if parent.type is not ChannelType.TEXT:
        raise refusal(50024)
    if message.id in world.channels:
        raise refusal(160004)
    if message.type.is_system:
        raise refusal(50021)
    thread = _open(world, starter, parent, message.id, ChannelType.PUBLIC_THREAD, body)
    message.flags |= MessageFlags.HAS_THREAD
    announce(world, "MESSAGE_UPDATE", message)
    starter_message = compose(world, starter.user, thread, Draft())
    starter_message.type = MessageType.THREAD_STARTER
    starter_message.reference = Reference(parent.id, parent.guild.id, message.id)
    publish(world, starter_message)
    return thread


def start_without_message(world: World, starter: Member, parent: Channel, body: Json) -> Thread:
    """Start a thread of its own; private unless the public type is asked for. Raises Refused."""
    asked = body.get("type") or ChannelType.PRIVATE_THREAD
    if asked not in {ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD}:
        raise invalid("type", "BASE_TYPE_CHOICES", "Value must be one of (10, 11, 12).")
    kind = ChannelType(asked)
    public = kind is ChannelType.PUBLIC_THREAD
    needed = Permissions.CREATE_PUBLIC_THREADS if public else Permissions.CREATE_PRIVATE_THREADS
    world.reach(starter, parent, needed)
    if parent.type is not ChannelType.TEXT:
        raise refusal(50024)
    thread = _open(world, starter, parent, world.new_id(), kind, body)
    if public:
        notice = compose(world, starter.user, parent, Draft(content=thread.name))
        notice.type = MessageType.THREAD_CREATED
        notice.reference = Reference(thread.id, parent.guild.id)
        publish(world, notice)
    return thread


def start_post(
    world: World, author: Member, forum: Channel, body: Json, draft: Draft
) -> tuple[Thread, Message]:
    """Start a forum post; its starter message bears the post's id. Raises Refused (40067, ...)."""
    granted = world.reach(author, forum, Permissions.SEND_MESSAGES)
    if draft.uploads and Permissions.ATTACH_FILES not in granted:
        raise refusal(50013)
    tags = checked_tags(forum, body.get("applied_tags") or [], granted)
    thread = _open(world, author, forum, world.new_id(), ChannelType.PUBLIC_THREAD, body, tags)
    message = compose(world, author.user, thread, draft)
    message.id = thread.id
    set_mentions(message, draft.allowed_mentions, granted, None)
    publish(world, message)
    forum.last_message_id = thread.id
    return thread, message


def _open(
    world: World,
    starter: Member,
    parent: Channel,
    thread_id: int,
    kind: ChannelType,
    body: Json,
    tags: list[int] | None = None,
) -> Thread:
    guild = parent.guild
    if sum(not thread.archived for thread in guild.threads.values()) >= ACTIVE_LIMIT:
        raise refusal(160006)
    thread = Thread(
        id=thread_id,
        guild=guild,
        name=checked_name(body.get("name")),
        type=kind,
        slow_mode=checked_slow_mode(body),
        parent=parent,
        owner_id=starter.id,
        created=world.now(),
        archived_at=world.now(),
        active_at=world.now(),
        auto_archive=checked_duration(body),
        invitable=bool(body.get("invitable", True)),
        applied_tags=tags or [],
    )
    world.channels[thread.id] = guild.threads[thread.id] = thread
    thread.joined[starter.id] = world.now()
    payload = payloads.channel(thread) | {"newly_created": True}
    world.emit(Event("THREAD_CREATE", payload, guild.id, thread))
    return thread
