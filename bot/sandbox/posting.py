"""Making a message, putting it into its channel, and telling everybody who sees it. Nobody is refused here."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.sandbox import message_payloads, payloads
from bot.sandbox.clock import iso
from bot.sandbox.direct import tell_recipient
from bot.sandbox.objects import Attachment, Message, MessageType, Thread
from bot.sandbox.world import Event

if TYPE_CHECKING:
    from bot.sandbox.drafts import Draft
    from bot.sandbox.errors import Json
    from bot.sandbox.objects import Channel, User
    from bot.sandbox.world import World


def compose(world: World, author: User, channel: Channel, draft: Draft) -> Message:
    """Make a message of a draft, not yet seen by anyone."""
    return Message(
        id=world.new_id(),
        channel=channel,
        author=author,
        created=world.now(),
        content=draft.content,
        flags=draft.flags,
        embeds=draft.embeds,
        components=draft.components,
        attachments=attach(world, draft),
        stickers=draft.stickers,
        poll=_poll(world, draft.poll),
        nonce=draft.nonce,
    )


def publish(world: World, message: Message) -> Message:
    """Put a message into its channel and tell everybody. Its nonce is echoed, this once."""
    channel = message.channel
    channel.messages[message.id] = message
    channel.last_message_id = message.id
    if isinstance(channel, Thread):
        channel.active_at = world.now()
        if _counted(message):
            channel.message_count += 1
            channel.total_sent += 1
    if message.nonce is not None:
        world.nonces[message.author.id, str(message.nonce)] = (channel, message.id, world.now())
    payload = message_payloads.message(message, world)
    if message.nonce is not None:
        payload["nonce"] = message.nonce
    announce(world, "MESSAGE_CREATE", message, payload)
    return message


def announce(world: World, name: str, message: Message, payload: Json | None = None) -> None:
    """Tell everybody who sees the channel of a message that was created or updated."""
    guild = message.channel.guild
    payload = payload or message_payloads.message(message, world)
    payload["channel_type"] = int(message.channel.type)
    if message.channel.recipient is not None:
        tell_recipient(world, name, message.channel, payload)
        return
    payload["guild_id"] = str(guild.id)
    if author := guild.members.get(message.author.id):
        payload["member"] = payloads.member(author, with_user=False)
    world.emit(Event(name, payload, guild.id, message.channel, user_id=_only_for(message)))


def withdraw(world: World, message: Message) -> None:
    """Take a message away and tell everybody who saw it."""
    guild = message.channel.guild
    remove(message)
    payload = {"id": str(message.id), "channel_id": str(message.channel.id)}
    if message.channel.recipient is not None:
        tell_recipient(world, "MESSAGE_DELETE", message.channel, payload)
        return
    payload["guild_id"] = str(guild.id)
    world.emit(Event("MESSAGE_DELETE", payload, guild.id, message.channel, user_id=_only_for(message)))


def remove(message: Message) -> None:
    """Take a message out of its channel, without telling anyone."""
    message.deleted = True
    channel = message.channel
    known = channel.messages.pop(message.id, None) is not None
    if known and isinstance(channel, Thread) and _counted(message):
        channel.message_count -= 1


def _counted(message: Message) -> bool:
    """Whether it counts in its thread: the first message does not."""
    return message.type is not MessageType.THREAD_STARTER and message.id != message.channel.id


def attach(world: World, draft: Draft) -> list[Attachment]:
    """Make attachments of what was uploaded with a draft."""
    return [
        Attachment(
            world.new_id(), each.filename, each.size, each.content_type, each.description, each.content
        )
        for each in draft.uploads
    ]


def _poll(world: World, asked: Json | None) -> Json | None:
    if asked is None:
        return None
    ends = world.now() + timedelta(hours=asked.get("duration") or 24)
    return {
        "question": asked["question"],
        "answers": [
            {"answer_id": number, "poll_media": each["poll_media"]}
            for number, each in enumerate(asked["answers"], start=1)
        ],
        "expiry": iso(ends),
        "allow_multiselect": bool(asked.get("allow_multiselect")),
        "layout_type": 1,
        "results": {"answer_counts": [], "is_finalized": False},
    }


def _only_for(message: Message) -> int | None:
    return message.addressee.id if message.addressee else None
