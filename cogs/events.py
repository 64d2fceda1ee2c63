"""Discord's events as plain values: what was written, changed or deleted, without discord.py."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from bot.discussion.events import Audited, MessageWritten
from bot.discussion.layout import NOTICE_MARK
from bot.model import Attachment, ChannelId, ContentState, GuildId, MessageId, RoleId, UserId

COMMENT_TYPES = (discord.MessageType.default, discord.MessageType.reply)
"""Messages that people write; all other types are Discord's own notices and answers to commands."""


def written(message: discord.Message, *, readable: bool) -> MessageWritten | None:
    """A member's message as an event; None for those of bots, webhooks and Discord itself.

    `readable` says whether the bot began with the Message Content intent; it may have lost it since. Nobody can
    write or leave a message with nothing in it: one that looks so has a text that Discord withholds.
    """
    if message.author.bot or message.webhook_id is not None:
        return None
    if message.type not in COMMENT_TYPES:
        return None
    things = attachments(message)
    # Stickers are shown in any case, so that without the intent they say nothing of a text beside them.
    member = message.author if isinstance(message.author, discord.Member) else None
    shown = message.content or any(readable or thing.kind != "sticker" for thing in things)
    return MessageWritten(
        channel_id=ChannelId(message.channel.id),
        message_id=MessageId(message.id),
        user_id=UserId(message.author.id),
        author=message.author.display_name,
        text=message.content,
        created_at=message.created_at,
        edited_at=message.edited_at,
        reply_to=_reply_to(message),
        attachments=things,
        content_state=ContentState.SHOWN if shown else ContentState.HIDDEN,
        knows_nick=member is not None,
        joined_at=member.joined_at if member else None,
        moderates=member is not None and member.guild_permissions.manage_messages,
        roles=frozenset(RoleId(each.id) for each in member.roles) if member else frozenset(),
    )


def audited(entry: discord.AuditLogEntry, *, own_id: int) -> Audited | None:
    """What an entry of the audit log says of deleted messages; None for anything else, and for our own deeds."""
    if entry.user_id is None or entry.user_id == own_id or entry.target is None:
        return None
    target, actor = int(entry.target.id), UserId(entry.user_id)
    if entry.action is discord.AuditLogAction.message_bulk_delete:
        return Audited(ChannelId(target), entry.id, actor, many=True)
    if entry.action is not discord.AuditLogAction.message_delete:
        return None
    channel = getattr(getattr(entry.extra, "channel", None), "id", None)
    if channel is None:
        return None
    return Audited(ChannelId(channel), entry.id, actor, None if target == own_id else UserId(target))


def locales(guilds: Iterable[discord.Guild]) -> dict[GuildId, str]:
    """What servers speak; one that is out of reach has not said, though discord.py 2.7 has it speak English."""
    return {GuildId(each.id): str(each.preferred_locale) for each in guilds if not each.unavailable}


def attachments(message: discord.Message) -> tuple[Attachment, ...]:
    """What hangs on a message, by name. Of a forward no text is kept: its author never wrote it here."""
    found = [Attachment("file", file.filename) for file in message.attachments]
    found += [Attachment("sticker", sticker.name) for sticker in message.stickers]
    if message.poll is not None:
        found.append(Attachment("poll", message.poll.question))
    found += [Attachment("forward", "forwarded message") for _ in message.message_snapshots]
    return tuple(found)


def meant(message: discord.Message) -> MessageId:
    """The message that who replies to this one answers: of a notice of ours, the answer of which it tells.

    The notice itself says so, for nothing is stored of one that is gone.
    """
    about = message.reference
    if about is None or about.message_id is None or about.channel_id != message.channel.id:
        return MessageId(message.id)
    if not (message.author.bot and message.content.startswith(NOTICE_MARK)):
        return MessageId(message.id)
    return MessageId(about.message_id)


def _reply_to(message: discord.Message) -> MessageId | None:
    reference = message.reference
    if reference is None or reference.message_id is None:
        return None
    if reference.type is not discord.MessageReferenceType.reply:
        return None
    if isinstance(reference.resolved, discord.Message):
        return meant(reference.resolved)
    return MessageId(reference.message_id)
