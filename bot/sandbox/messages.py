"""Posting, editing, deleting and reading messages, as Discord lets people and bots do it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.sandbox import message_payloads
from bot.sandbox.audit import note_bulk_deletion, note_deletion
from bot.sandbox.clock import snowflake_at
from bot.sandbox.direct import refuse_if_closed
from bot.sandbox.drafts import FILE_LIMIT, Draft
from bot.sandbox.errors import Json, bad_length, invalid, refusal
from bot.sandbox.mentions import set_mentions
from bot.sandbox.objects import (
    ChannelType,
    Message,
    MessageFlags,
    MessageType,
    Reference,
    Thread,
)
from bot.sandbox.permissions import Permissions
from bot.sandbox.posting import announce, attach, compose, publish, remove, withdraw
from bot.sandbox.threads import refuse_if_shut, wake
from bot.sandbox.world import Event

if TYPE_CHECKING:
    from bot.sandbox.objects import Channel, Member, User
    from bot.sandbox.world import World

NONCE_WINDOW = timedelta(minutes=5)
BULK_DELETE_AGE = timedelta(days=14)


def create_message(world: World, author: Member, channel: Channel, draft: Draft) -> Message:
    """Post as a member. A nonce that is enforced and known returns the message first sent with it.

    Raises Refused: 50001, 50013, 50006, 50035, 160002, 160005, 20016, 40058, 10008.
    """
    sending = Permissions.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permissions.SEND_MESSAGES
    granted = world.reach(author, channel, sending)
    if channel.type is ChannelType.FORUM:
        raise refusal(40058)
    refuse_if_closed(world, author.user, channel)
    if draft.uploads and Permissions.ATTACH_FILES not in granted:
        raise refusal(50013)
    if draft.poll is not None and Permissions.SEND_POLLS not in granted:
        raise refusal(50013)
    if isinstance(channel, Thread) and channel.locked and Permissions.MANAGE_THREADS not in granted:
        raise refusal(160005)
    if known := _sent_before(world, author.user, draft):
        return known
    target = _reply_target(world, channel, draft, granted)
    _mind_slow_mode(world, author, channel, granted)
    message = compose(world, author.user, channel, draft)
    if draft.reference is not None and draft.reference.get("type") == 1:
        _forward(world, author, message, draft.reference)
    elif target is not None:
        message.type = MessageType.REPLY
        message.reference = Reference(channel.id, channel.guild.id, target.id)
    if Permissions.EMBED_LINKS not in granted:
        message.embeds = []
    set_mentions(message, draft.allowed_mentions, granted, target)
    if isinstance(channel, Thread):
        wake(world, channel, author.id)
    return publish(world, message)


def edit_message(world: World, editor: Member, message: Message, draft: Draft) -> Message:
    """Edit one's own message, or as a moderator suppress its embeds. Raises Refused (50005, 50083, ...)."""
    granted = world.reach(editor, message.channel)
    if message.author is not editor.user:
        if draft.given != {"flags"} or Permissions.MANAGE_MESSAGES not in granted:
            raise refusal(50005)
    elif message.type.is_system:
        raise refusal(50021)
    refuse_if_shut(message.channel, granted)
    return apply_edit(world, message, draft, granted)


def apply_edit(world: World, message: Message, draft: Draft, granted: Permissions) -> Message:
    """Change what the draft names, keep the rest, and tell everybody. Raises Refused (50006, 50035)."""
    given = draft.given
    kept = message.attachments
    if "attachments" in given and draft.kept_attachments is not None:
        kept = [each for each in kept if each.id in draft.kept_attachments]
    if len(kept) + len(draft.uploads) > FILE_LIMIT:
        raise bad_length("attachments", 0, FILE_LIMIT)
    after = Draft(
        content=draft.content if "content" in given else message.content,
        embeds=draft.embeds if "embeds" in given else message.embeds,
        components=draft.components if "components" in given else message.components,
        uploads=draft.uploads,
        stickers=message.stickers,
        poll=message.poll or draft.poll,
    )
    if after.empty and not kept and not message.snapshots:
        raise refusal(50006)
    message.content, message.embeds, message.components = after.content, after.embeds, after.components
    message.attachments = kept + attach(world, draft)
    if "flags" in given:
        kept_flags = message.flags & ~MessageFlags.SUPPRESS_EMBEDS
        message.flags = kept_flags | draft.flags & (MessageFlags.SUPPRESS_EMBEDS | MessageFlags.COMPONENTS_V2)
    if given - {"flags"}:
        message.edited = world.now()
        set_mentions(message, draft.allowed_mentions, granted, _replied_to(message))
    announce(world, "MESSAGE_UPDATE", message)
    return message


def delete_message(world: World, actor: Member, message: Message) -> None:
    """Delete one's own message, or as a moderator anyone's. Raises Refused (50001, 50013, 50021)."""
    granted = world.reach(actor, message.channel)
    if message.author is not actor.user and Permissions.MANAGE_MESSAGES not in granted:
        raise refusal(50013)
    if message.type is MessageType.THREAD_STARTER:
        raise refusal(50021)
    withdraw(world, message)
    note_deletion(world, actor, message)


def bulk_delete(world: World, actor: Member, channel: Channel, ids: list[int]) -> None:
    """Delete 2 to 100 messages under 14 days old at once. Raises Refused (50016, 50034, 50035, ...)."""
    world.reach(actor, channel, Permissions.MANAGE_MESSAGES)
    if not 2 <= len(ids) <= 100:
        raise refusal(50016)
    if len(set(ids)) != len(ids):
        raise invalid("messages", "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
    if min(ids) < snowflake_at(world.now() - BULK_DELETE_AGE):
        raise refusal(50034)
    found = [channel.messages[each] for each in ids if each in channel.messages]
    for message in found:
        remove(message)
    guild = channel.guild
    payload = {
        "ids": [str(message.id) for message in found],
        "channel_id": str(channel.id),
        "guild_id": str(guild.id),
    }
    world.emit(Event("MESSAGE_DELETE_BULK", payload, guild.id, channel))
    note_bulk_deletion(world, actor, channel, len(found))


def read_messages(
    world: World,
    reader: Member,
    channel: Channel,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    limit: int = 50,
) -> list[Message]:
    """Return a page of history, newest first. `after` gives the page that follows the mark: the oldest there.

    Empty without Read Message History. Raises Refused (50001).
    """
    granted = world.reach(reader, channel)
    if Permissions.READ_MESSAGE_HISTORY not in granted:
        return []
    history = sorted(channel.messages.values(), key=lambda message: message.id)
    if after is not None:
        page = [message for message in history if message.id > after][:limit]
    elif around is not None:
        older = [message for message in history if message.id < around][-(limit // 2) :]
        page = older + [message for message in history if message.id >= around][: limit - len(older)]
    else:
        page = [message for message in history if before is None or message.id < before][-limit:]
    return page[::-1]


def _sent_before(world: World, author: User, draft: Draft) -> Message | None:
    if draft.nonce is None or not draft.enforce_nonce:
        return None
    channel, message_id, sent = world.nonces.get((author.id, str(draft.nonce)), (None, 0, world.now()))
    if channel is None or world.now() - sent > NONCE_WINDOW:
        return None
    return world.message(channel, message_id)


def _reply_target(world: World, channel: Channel, draft: Draft, granted: Permissions) -> Message | None:
    reference = draft.reference
    if reference is None or reference.get("type") == 1:
        return None
    if Permissions.READ_MESSAGE_HISTORY not in granted:
        raise refusal(160002)
    if reference.get("channel_id") not in {None, channel.id, str(channel.id)}:
        raise invalid(
            "message_reference",
            "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL",
            "Cannot reply to a message in a different channel",
        )
    target = channel.messages.get(int(reference["message_id"]))
    if target is None:
        if reference.get("fail_if_not_exists") is False:
            return None
        raise invalid("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
    if target.type.is_system:
        raise invalid(
            "message_reference", "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", "Cannot reply to a system message"
        )
    return target


def _replied_to(message: Message) -> Message | None:
    if message.type is not MessageType.REPLY or message.reference is None:
        return None
    return message.channel.messages.get(message.reference.message_id or 0)


def _forward(world: World, author: Member, message: Message, reference: Json) -> None:
    source = world.channel(int(reference["channel_id"]))
    if Permissions.READ_MESSAGE_HISTORY not in world.reach(author, source):
        raise refusal(50001)
    original = world.message(source, int(reference["message_id"]))
    message.reference = Reference(source.id, source.guild.id, original.id, kind=1)
    message.snapshots = [{"message": message_payloads.content(original)}]
    message.flags |= MessageFlags.HAS_SNAPSHOT


def _mind_slow_mode(world: World, author: Member, channel: Channel, granted: Permissions) -> None:
    exempt = Permissions.MANAGE_MESSAGES | Permissions.MANAGE_CHANNELS | Permissions.BYPASS_SLOWMODE
    if not channel.slow_mode or author.user.bot or granted & exempt:
        return
    last = channel.last_spoke.get(author.id)
    left = timedelta(seconds=channel.slow_mode) - (world.now() - last) if last else timedelta(0)
    if left > timedelta(0):
        raise refusal(20016, retry_after=left.total_seconds())
    channel.last_spoke[author.id] = world.now()
