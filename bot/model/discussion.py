"""An article and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.ids import ArticleId, ChannelId, CommentId, MessageId, PublicationId, SectionId, UserId


class Origin(StrEnum):
    """Where a comment was first written."""

    IMPORTED = "imported"
    DISCORD = "discord"


class Status(StrEnum):
    """What may be seen of a comment."""

    VISIBLE = "visible"
    PENDING = "pending"
    REJECTED = "rejected"
    HIDDEN = "hidden"
    DELETED = "deleted"


class Actor(StrEnum):
    """Who brought a comment into its status."""

    AUTHOR = "author"
    MODERATOR = "moderator"
    SOURCE = "source"


class ContentState(StrEnum):
    """Whether Discord lets the bot read a comment's text (it hides it without the Message Content intent)."""

    SHOWN = "shown"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an article; `number` counts from 1, and number 1 is the introduction, without heading."""

    id: SectionId
    number: int
    heading: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """An article and its sections in order."""

    id: ArticleId
    slug: str
    title: str
    author: str | None
    source_url: str | None
    published_at: datetime | None
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """What hung on a member's message, kept by name only: a file, a sticker, a poll or a forward."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on an article.

    `author` is the name to show. `message_id` is the message that shows it in Discord: a member's own, the
    bot's for one entered by form, None for an imported one (its placements tell). `text` is empty once
    deleted.
    """

    id: CommentId
    article_id: ArticleId
    parent_id: CommentId | None
    section: int | None
    author: str
    user_id: UserId | None
    origin: Origin
    status: Status
    status_by: Actor | None
    text: str
    source_id: str | None
    created_at: datetime | None
    edited_at: datetime | None
    publication_id: PublicationId | None
    channel_id: ChannelId | None
    message_id: MessageId | None
    content_state: ContentState = ContentState.SHOWN
    by_form: bool = False
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """What a comment said before it was edited, and until when."""

    text: str
    replaced_at: datetime


class Followed(StrEnum):
    """What can be followed."""

    ARTICLE = "article"
    SECTION = "section"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Target:
    """Something to follow, by the id that its kind has."""

    kind: Followed
    id: int
