"""What happened in Discord, as plain values, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model import ChannelId, MessageId, UserId
from bot.store.incoming import MessageWritten

__all__ = [
    "Audited",
    "CaughtUp",
    "ChannelDeleted",
    "Event",
    "Found",
    "MessageWritten",
    "MessagesDeleted",
    "Posted",
    "Session",
    "Voted",
    "VotesCleared",
    "VotesRead",
]

Session = tuple[int, int]
"""Which gateway session it is, and how often events of a channel were lost within it."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of ours is there: the answer to a create, or its echo from the gateway, which names its nonce."""

    channel_id: ChannelId
    message_id: MessageId
    nonce: str


@dataclass(frozen=True, slots=True)
class MessagesDeleted:
    """Messages that are gone from a channel, members' or our own; `at_once` where one request deleted them all."""

    channel_id: ChannelId
    message_ids: tuple[MessageId, ...]
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Audited:
    """The audit log says who deleted messages in a channel: one of `user_id`, of ours with None, or `many`."""

    channel_id: ChannelId
    entry_id: int
    actor_id: UserId
    user_id: UserId | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class ChannelDeleted:
    """A channel or thread that is gone with all that stood in it."""

    channel_id: ChannelId


@dataclass(frozen=True, slots=True)
class Voted:
    """A member has reacted to a message with an emoji that counts as a vote, or taken that back."""

    channel_id: ChannelId
    message_id: MessageId
    emoji: str
    user_id: UserId
    given: bool


@dataclass(frozen=True, slots=True)
class VotesCleared:
    """A moderator has removed all reactions from a message, or those with one emoji."""

    channel_id: ChannelId
    message_id: MessageId
    emoji: str | None = None


@dataclass(frozen=True, slots=True)
class VotesRead:
    """All who have reacted to a message with an emoji that counts as a vote, as they were read."""

    channel_id: ChannelId
    message_id: MessageId
    emoji: str
    voters: tuple[UserId, ...]


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """Catch-up has offered all of a channel up to this message: from here on live events move its cursor.

    That holds for the session in which the reading began; a later one may have missed something again. Nothing
    was read where `message_id` is None: nothing can be new.
    """

    channel_id: ChannelId
    message_id: MessageId | None
    session: Session


@dataclass(frozen=True, slots=True)
class Found:
    """How many comments events made, edited and deleted."""

    new: int = 0
    edited: int = 0
    deleted: int = 0

    def __add__(self, other: Found) -> Found:
        return Found(self.new + other.new, self.edited + other.edited, self.deleted + other.deleted)


Event = (
    Posted
    | MessageWritten
    | MessagesDeleted
    | ChannelDeleted
    | Audited
    | Voted
    | VotesCleared
    | VotesRead
    | CaughtUp
)
