"""What a server decides for itself, and what its moderators do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.language import Language
from bot.model.ids import ChannelId, CommentId, EntryId, GuildId, PublicationId, RoleId, UserId


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
    COMMENT_PUT_BACK = "comment_put_back"
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
