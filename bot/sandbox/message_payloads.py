"""Messages as the JSON objects of Discord's API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox import payloads
from bot.sandbox.clock import iso
from bot.sandbox.objects import MessageFlags, MessageType

if TYPE_CHECKING:
    from bot.sandbox.errors import Json
    from bot.sandbox.objects import Attachment, Message
    from bot.sandbox.world import World


def attachment(it: Attachment, channel_id: int) -> Json:
    """A file of a message."""
    url = f"https://cdn.discordapp.com/attachments/{channel_id}/{it.id}/{it.filename}"
    payload: Json = {
        "id": str(it.id),
        "filename": it.filename,
        "size": it.size,
        "url": url,
        "proxy_url": url.replace("cdn.discordapp.com", "media.discordapp.net"),
        "content_type": it.content_type,
    }
    return payload | {"description": it.description} if it.description else payload


def content(it: Message) -> Json:
    """What the Message Content intent rules, and what else a forward's snapshot carries."""
    payload: Json = {
        "type": int(it.type),
        "content": it.content,
        "mentions": [payloads.user(each) for each in it.mentions],
        "mention_roles": [str(role_id) for role_id in it.mention_roles],
        "attachments": [attachment(each, it.channel.id) for each in it.attachments],
        "embeds": it.embeds,
        "timestamp": iso(it.created),
        "edited_timestamp": iso(it.edited) if it.edited else None,
        "flags": int(it.flags),
        "components": it.components,
    }
    if it.stickers:
        payload["sticker_items"] = it.stickers
    return payload


def message(it: Message, world: World, *, reader_id: int | None = None, nested: bool = False) -> Json:
    """A message as a reader gets it; `nested` for one inside another, whose own reference is not followed."""
    payload = content(it) | {
        "id": str(it.id),
        "channel_id": str(it.channel.id),
        "author": payloads.user(it.author),
        "pinned": it.pinned_at is not None,
        "mention_everyone": it.mention_everyone,
        "tts": False,
    }
    if it.application_id is not None:
        payload |= {"application_id": str(it.application_id), "webhook_id": str(it.application_id)}
    if it.interaction is not None:
        payload["interaction_metadata"] = it.interaction
    if it.poll is not None:
        payload["poll"] = it.poll
    if it.snapshots:
        payload["message_snapshots"] = it.snapshots
    if it.reactions:
        payload["reactions"] = [_reaction(emoji, users, reader_id) for emoji, users in it.reactions.items()]
    if MessageFlags.HAS_THREAD in it.flags and (thread := world.thread_of(it)) and not nested:
        payload["thread"] = payloads.channel(thread)
    if it.reference is not None:
        payload |= _reference(it, world, nested=nested)
    return payload


def _reference(it: Message, world: World, *, nested: bool) -> Json:
    ref = it.reference
    if ref is None:
        return {}
    pointer: Json = {"type": ref.kind, "channel_id": str(ref.channel_id), "guild_id": str(ref.guild_id)}
    if ref.message_id is None:
        return {"message_reference": pointer}
    pointer["message_id"] = str(ref.message_id)
    payload: Json = {"message_reference": pointer}
    if it.type in {MessageType.REPLY, MessageType.THREAD_STARTER} and not nested:
        place = world.channels.get(ref.channel_id)
        target = place.messages.get(ref.message_id) if place else None
        payload["referenced_message"] = message(target, world, nested=True) if target else None
    return payload


def _reaction(emoji: str, users: list[int], reader_id: int | None) -> Json:
    return {
        "emoji": reaction_emoji(emoji),
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "burst_colors": [],
        "me_burst": False,
        "me": reader_id in users,
    }


def reaction_emoji(emoji: str) -> Json:
    """An emoji from a reaction's path: a character, or `name:id` of a custom one."""
    name, _, emoji_id = emoji.partition(":")
    return {"id": emoji_id or None, "name": name}
