"""The nouns of Oped, their ids and their states.

Everything here is a frozen value: the store returns these, the use cases pass them on, and nothing in this
module reads a file, speaks SQL or knows Discord. Times are timezone-aware UTC datetimes. Texts are Markdown
as stored, never escaped for Discord.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.language import Language

ArticleId = NewType("ArticleId", int)
SectionId = NewType("SectionId", int)
CommenterId = NewType("CommenterId", int)
CommentId = NewType("CommentId", int)
PublicationId = NewType("PublicationId", int)
PlacementId = NewType("PlacementId", int)
QueryId = NewType("QueryId", int)
EntryId = NewType("EntryId", int)
NoticeId = NewType("NoticeId", int)
ClaimId = NewType("ClaimId", int)
CaseId = NewType("CaseId", int)

GuildId = NewType("GuildId", int)
ChannelId = NewType("ChannelId", int)
"""A channel or a thread: to Discord a thread is a channel."""
MessageId = NewType("MessageId", int)
UserId = NewType("UserId", int)
RoleId = NewType("RoleId", int)


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


class Followed(StrEnum):
    """What can be followed."""

    ARTICLE = "article"
    SECTION = "section"
    COMMENT = "comment"


class Mode(StrEnum):
    """Which of the members' comments wait for a moderator before anybody else sees them."""

    OPEN = "open"
    FIRST_HELD = "first_held"
    ALL_HELD = "all_held"


class FilterKind(StrEnum):
    """What a server's filter looks for in members' comments."""

    WORDS = "words"
    LINKS = "links"
    INVITES = "invites"
    REPEATS = "repeats"
    NEWCOMERS = "newcomers"


class FilterAction(StrEnum):
    """What becomes of a comment in which a filter finds something."""

    WARN = "warn"
    HOLD = "hold"
    HIDE = "hide"


class SanctionKind(StrEnum):
    """What is kept from a person: a mute the commenting, a ban all taking part."""

    MUTE = "mute"
    BAN = "ban"


class Action(StrEnum):
    """What an entry of the audit trail says was done."""

    COMMENT_HIDDEN = "comment_hidden"
    COMMENT_RESTORED = "comment_restored"
    COMMENT_DELETED = "comment_deleted"
    COMMENT_MOVED = "comment_moved"
    COMMENT_PINNED = "comment_pinned"
    COMMENT_UNPINNED = "comment_unpinned"
    REMOVAL_REFUSED = "removal_refused"
    COMMENT_REFUSED = "comment_refused"
    COMMENT_HELD = "comment_held"
    COMMENT_APPROVED = "comment_approved"
    COMMENT_REJECTED = "comment_rejected"
    CHANGE_ASKED = "change_asked"
    COMMENT_WARNED = "comment_warned"
    MODE_CHANGED = "mode_changed"
    THREAD_LOCKED = "thread_locked"
    THREAD_UNLOCKED = "thread_unlocked"
    SLOWMODE_CHANGED = "slowmode_changed"
    CLOSING_CHANGED = "closing_changed"
    FILTER_CHANGED = "filter_changed"
    COMMENT_CLAIMED = "comment_claimed"
    CLAIM_CONFIRMED = "claim_confirmed"
    CLAIM_REFUSED = "claim_refused"
    CLAIM_REOPENED = "claim_reopened"
    SETTINGS_CHANGED = "settings_changed"
    MEMBER_MUTED = "member_muted"
    MEMBER_UNMUTED = "member_unmuted"
    MEMBER_BANNED = "member_banned"
    MEMBER_UNBANNED = "member_unbanned"
    COMMENT_REPORTED = "comment_reported"
    REPORTS_CLOSED = "reports_closed"
    AUTOMOD_ACTED = "automod_acted"


class ClaimState(StrEnum):
    """What moderators think of a member's word that an imported comment is theirs."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


# --- What a format reader yields: one article's worth of facts at a time, before anything is stored ---------


@dataclass(frozen=True, slots=True)
class SourceAuthor:
    """Who wrote a comment at the source.

    `name` is None where the source has none. `key` tells people of one name apart (an account id, an e-mail
    address): it is only ever fed to a keyed hash, neither stored nor shown, hence its absence from `repr`.
    """

    name: str | None
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SourceSection:
    """A section as the source has it; the introduction comes first and has no heading."""

    heading: str | None
    text: str


@dataclass(frozen=True, slots=True)
class SourceArticle:
    """An article as the source has it.

    `ref` names it within this one source, so that comments can refer to it. It is known by (`kind`, `site`,
    `post_id`) where the source has a post id, else by its slug: the one that the source gives it, or its title's.
    """

    ref: str
    title: str
    sections: tuple[SourceSection, ...]
    kind: str
    site: str = ""
    post_id: str | None = None
    author: str | None = None
    url: str | None = None
    published_at: datetime | None = None
    slug: str | None = None


@dataclass(frozen=True, slots=True)
class SourceComment:
    """A comment as the source has it.

    `ref` names it within its article, for `parent_ref` of others; `source_id` is the id that the source
    itself gives it, None where it has none. `section` is a number (from 1) or None. Readers may yield
    comments in any order: a parent may come after its replies.
    """

    article_ref: str
    ref: str
    author: SourceAuthor
    text: str
    source_id: str | None = None
    parent_ref: str | None = None
    created_at: datetime | None = None
    edited_at: datetime | None = None
    section: int | None = None
    status: Status = Status.VISIBLE


@dataclass(frozen=True, slots=True)
class Omission:
    """Something that a reader found and left out, and why.

    `parent_ref` is what an omitted comment replies to: replies to it are then replies to that.
    """

    article_ref: str
    source_id: str | None
    reason: str
    parent_ref: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a reader changed, repaired or could not be sure of."""

    code: str
    place: str
    message: str
    article_ref: str | None = None


SourceRecord = SourceArticle | SourceComment | Omission | Notice


# --- What the store holds -----------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class Server:
    """What a server has decided for itself; `language` None stands for what Discord says it speaks."""

    guild_id: GuildId
    language: Language | None = None
    log_channel_id: ChannelId | None = None
    mode: Mode = Mode.OPEN
    moderator_roles: frozenset[RoleId] = frozenset()


@dataclass(frozen=True, slots=True)
class Discussion:
    """How order is kept in the discussion of one publication.

    `mode` None is the server's, which `server_mode` tells. `locked` says whether a moderator, or the passing of
    `closes_at`, has locked it. `slowmode` are seconds between two messages of a member, None where Oped never set
    them.
    """

    publication_id: PublicationId
    mode: Mode | None = None
    server_mode: Mode = Mode.OPEN
    locked: bool = False
    slowmode: int | None = None
    closes_at: datetime | None = None

    @property
    def effective_mode(self) -> Mode:
        """The mode that applies."""
        return self.mode or self.server_mode

    @property
    def read_only(self) -> bool:
        """Whether its threads are to be locked: members then read them, and at most enter comments by form."""
        return self.locked or self.effective_mode is Mode.ALL_HELD


@dataclass(frozen=True, slots=True)
class Filter:
    """A server's filter; `words`, as moderators wrote them, belong to the kind of that name."""

    kind: FilterKind
    action: FilterAction
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sanction:
    """What keeps a person from taking part in a server's discussions; `until` None is until further notice."""

    kind: SanctionKind
    until: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Something to follow, by the id that its kind has."""

    kind: Followed
    id: int


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A deed for the audit trail: who did what to a comment, a person or a publication.

    `actor_id` is None where nobody is known to have done it. `details` never hold a comment's text.
    """

    guild_id: GuildId
    at: datetime
    action: Action
    actor_id: UserId | None = None
    comment_id: CommentId | None = None
    user_id: UserId | None = None
    publication_id: PublicationId | None = None
    reason: str | None = None
    details: Mapping[str, str | int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(NewEntry):
    """An entry of the audit trail as it stands there.

    `undone_by` is the entry that undid it, `log_channel_id` where moderators are told of it. `author` is whose
    comment and `title` which article it is about.
    """

    id: EntryId
    undone_by: EntryId | None = None
    log_channel_id: ChannelId | None = None
    author: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """What a comment said before it was edited, and until when."""

    text: str
    replaced_at: datetime
