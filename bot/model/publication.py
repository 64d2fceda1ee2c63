"""An article posted in a channel: the messages that show it, wanted and shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.ids import (
    ArticleId,
    ChannelId,
    CommentId,
    GuildId,
    MessageId,
    PlacementId,
    PublicationId,
    SectionId,
)


class ChannelKind(StrEnum):
    """The kinds of channel an article can be posted in."""

    TEXT = "text"
    FORUM = "forum"


class PublicationState(StrEnum):
    """The life of a publication, in this order; `failed` leads back to `posting`."""

    POSTING = "posting"
    LIVE = "live"
    FAILED = "failed"
    RETIRING = "retiring"
    RETIRED = "retired"


class PlacementKind(StrEnum):
    """Which part of a publication a message shows."""

    OPENING = "opening"
    SECTION = "section"
    CLOSING = "closing"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Publication:
    """An article posted, or being posted, in one channel.

    `thread_id` is where its comments are: a thread on the closing message, or the forum post; None until
    made.
    `error` is a sentence for a moderator while `state` is failed.
    """

    id: PublicationId
    article_id: ArticleId
    guild_id: GuildId
    channel_id: ChannelId
    channel_kind: ChannelKind
    thread_id: ChannelId | None
    tag_id: int | None
    state: PublicationState
    error: str | None
    requested_at: datetime

    @property
    def is_over(self) -> bool:
        """Whether it is retired, or about to be: nothing is captured or posted there any more."""
        return self.state in {PublicationState.RETIRING, PublicationState.RETIRED}


@dataclass(frozen=True, slots=True)
class Payload:
    """What a message shows: its text and, by name, which set of buttons hangs below it.

    `previous` and `following` are the addresses of a section's neighbours, for buttons that jump there.
    """

    content: str
    buttons: str = ""
    previous: str | None = None
    following: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One message that a publication should have; `ordinal` and `part` give its place in the order."""

    kind: PlacementKind
    section_id: SectionId | None
    comment_id: CommentId | None
    part: int
    ordinal: int
    payload: Payload


@dataclass(frozen=True, slots=True)
class Placement:
    """One message of a publication: the part it shows, what it should show and what it shows.

    It needs work where `wanted` and `shown` differ: no `message_id` means create, `wanted` None means delete,
    else edit. `nonce` is set before a create is sent; `gone` when people deleted the message in Discord.
    """

    id: PlacementId
    publication_id: PublicationId
    kind: PlacementKind
    section_id: SectionId | None
    comment_id: CommentId | None
    part: int
    ordinal: int
    channel_id: ChannelId | None
    wanted: Payload | None
    shown: Payload | None
    nonce: str | None
    message_id: MessageId | None
    gone: bool
