"""The things of the embedded Discord: users, guilds, channels, messages. Plain state, changed by the acts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING

from bot.sandbox.permissions import Permissions

if TYPE_CHECKING:
    from datetime import datetime

    from bot.sandbox.errors import Json


class ChannelType(IntEnum):
    """The kinds of channel that the embedded Discord has."""

    TEXT = 0
    DM = 1
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


class MessageType(IntEnum):
    """The kinds of message that the embedded Discord posts."""

    DEFAULT = 0
    CHANNEL_PINNED_MESSAGE = 6
    USER_JOIN = 7
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER = 21
    CONTEXT_MENU_COMMAND = 23

    @property
    def is_system(self) -> bool:
        """Whether Discord wrote the message, so that nobody can reply to it or edit it."""
        return self in _SYSTEM


_SYSTEM = frozenset(
    {
        MessageType.CHANNEL_PINNED_MESSAGE,
        MessageType.USER_JOIN,
        MessageType.THREAD_CREATED,
        MessageType.THREAD_STARTER,
    }
)


class MessageFlags(IntFlag):
    """Message flags (resources/message#message-object-message-flags)."""

    NONE = 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15
    HAS_SNAPSHOT = 1 << 14


class ChannelFlags(IntFlag):
    """Channel flags."""

    NONE = 0
    PINNED = 1 << 1
    REQUIRE_TAG = 1 << 4


@dataclass(eq=False)
class User:
    """An account, of a person or of a bot."""

    id: int
    name: str
    display_name: str
    bot: bool = False
    locale: str = "en-US"
    takes_direct_messages: bool = True


@dataclass(eq=False)
class Application:
    """A registered application with its bot. The switches are those of Discord's portal."""

    id: int
    name: str
    token: str = field(repr=False)
    bot: User
    message_content: bool
    members_intent: bool
    owner: User
    code_grant: bool = False
    interactions_url: str | None = None
    """Where interactions are sent instead of to the gateway."""


@dataclass(eq=False)
class Role:
    """A role of a guild. The role whose id is the guild's is @everyone."""

    id: int
    name: str
    permissions: Permissions
    position: int
    bot_id: int | None = None


@dataclass(eq=False)
class Overwrite:
    """What one channel allows and denies a role (kind 0) or a member (kind 1)."""

    id: int
    kind: int
    allow: Permissions
    deny: Permissions


@dataclass(eq=False)
class Member:
    """A user in a guild."""

    user: User
    guild: Guild
    joined: datetime
    role_ids: set[int] = field(default_factory=set)
    nick: str | None = None
    timed_out_until: datetime | None = None

    @property
    def id(self) -> int:
        """The user's id."""
        return self.user.id


@dataclass(eq=False)
class Guild:
    """A server, as people call it."""

    id: int
    name: str
    owner_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    locale: str = "en-US"
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    threads: dict[int, Thread] = field(default_factory=dict)
    available: bool = True
    audit_log: list[Json] = field(default_factory=list)
    """Its entries as they are sent, oldest first."""

    @property
    def everyone(self) -> Role:
        """The role that all members have."""
        return self.roles[self.id]


@dataclass(eq=False)
class Tag:
    """A tag of a forum."""

    id: int
    name: str
    moderated: bool = False


@dataclass(eq=False)
class Channel:
    """A text channel or a forum; a thread is one too (see `Thread`)."""

    id: int
    guild: Guild
    name: str
    type: ChannelType
    position: int = 0
    topic: str | None = None
    slow_mode: int = 0
    """Seconds between two messages of one person."""
    flags: ChannelFlags = ChannelFlags.NONE
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    tags: list[Tag] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)
    last_message_id: int | None = None
    last_spoke: dict[int, datetime] = field(default_factory=dict)
    recipient: User | None = None
    """The person, where these are the direct messages between one and a bot."""

    @property
    def is_thread(self) -> bool:
        """Whether this is a thread or forum post."""
        return isinstance(self, Thread)

    @property
    def rules_channel(self) -> Channel:
        """The channel whose permission overwrites hold here."""
        return self


@dataclass(eq=False, kw_only=True)
class Thread(Channel):
    """A thread or forum post."""

    parent: Channel
    owner_id: int
    created: datetime
    archived_at: datetime
    """When it was last archived or unarchived; its creation before that."""
    active_at: datetime
    auto_archive: int = 4320
    """Minutes without activity after which it is archived."""
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    applied_tags: list[int] = field(default_factory=list)
    joined: dict[int, datetime] = field(default_factory=dict)
    message_count: int = 0
    total_sent: int = 0

    @property
    def rules_channel(self) -> Channel:
        """The parent."""
        return self.parent


@dataclass(eq=False)
class Attachment:
    """A file of a message. Its bytes are kept up to a bound, beyond which it has but a size."""

    id: int
    filename: str
    size: int
    content_type: str = "application/octet-stream"
    description: str | None = None
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Reference:
    """Where a message points: a reply (kind 0) or a forward (kind 1)."""

    channel_id: int
    guild_id: int
    message_id: int | None = None
    kind: int = 0


@dataclass(eq=False)
class Message:
    """A message. An ephemeral one stands in no channel's history and only its addressee sees it."""

    id: int
    channel: Channel
    author: User
    created: datetime
    content: str = ""
    type: MessageType = MessageType.DEFAULT
    flags: MessageFlags = MessageFlags.NONE
    edited: datetime | None = None
    reference: Reference | None = None
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    attachments: list[Attachment] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    stickers: list[Json] = field(default_factory=list)
    poll: Json | None = None
    snapshots: list[Json] = field(default_factory=list)
    nonce: str | int | None = None
    reactions: dict[str, list[int]] = field(default_factory=dict)
    application_id: int | None = None
    """Set on what an application answered to an interaction."""
    interaction: Json | None = None
    addressee: User | None = None
    """The one person who sees it, if it is ephemeral."""
    pinned_at: datetime | None = None
    deleted: bool = False

    @property
    def ephemeral(self) -> bool:
        """Whether only its addressee sees it."""
        return MessageFlags.EPHEMERAL in self.flags
