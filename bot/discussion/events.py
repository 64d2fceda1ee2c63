"""What happened in Discord, as plain values, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model import Attachment, ChannelId, ContentState, MessageId, UserId


@dataclass(frozen=True, slots=True)
class MessageWritten:
    """A member's message as Discord has it now: new, or edited, or read again by catch-up.

    `knows_nick` says whether `author` is the name on this server: a channel's history does not tell it.
    """

    channel_id: ChannelId
    message_id: MessageId
    user_id: UserId
    author: str
    text: str
    created_at: datetime
    edited_at: datetime | None = None
    reply_to: MessageId | None = None
    attachments: tuple[Attachment, ...] = ()
    content_state: ContentState = ContentState.SHOWN
    knows_nick: bool = True


@dataclass(frozen=True, slots=True)
class MessagesDeleted:
    """Messages that are gone from a channel, members' or our own."""

    channel_id: ChannelId
    message_ids: tuple[MessageId, ...]


@dataclass(frozen=True, slots=True)
class ChannelDeleted:
    """A channel or thread that is gone with all that stood in it."""

    channel_id: ChannelId


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """Catch-up has offered all of a channel up to this message: from here on live events move its cursor.

    That holds for the session in which the reading began; a later one may have missed something again.
    """

    channel_id: ChannelId
    message_id: MessageId
    session: int


@dataclass(frozen=True, slots=True)
class Found:
    """How many comments events made, edited and deleted."""

    new: int = 0
    edited: int = 0
    deleted: int = 0

    def __add__(self, other: Found) -> Found:
        return Found(self.new + other.new, self.edited + other.edited, self.deleted + other.deleted)


Event = MessageWritten | MessagesDeleted | ChannelDeleted | CaughtUp
