"""What the use cases' callers need of the side that talks to Discord unasked."""

from __future__ import annotations

from typing import Protocol

from bot.discussion.events import Found
from bot.model import ChannelId, GuildId, MessageId, Publication


class CatchingUp(Protocol):
    """Reads from Discord what live events did not tell."""

    async def of(self, publication: Publication) -> Found:
        """Read a publication's channels now; what that brought, once it is stored."""


class Threads(Protocol):
    """Threads on messages; such a thread bears the message's id."""

    async def is_open(self, guild: GuildId, thread: ChannelId) -> bool:
        """Whether a thread is known to be there, without asking Discord."""

    async def open(
        self, guild: GuildId, channel: ChannelId, message: MessageId, name: str, *, slowmode: int
    ) -> None:
        """Start the thread on a message, with so many seconds of slow mode, or find that it has one.

        Raises `DeliveryError` with a sentence for members where there is none in the end, or not yet.
        """


class Pins(Protocol):
    """The pinned messages of channels and threads."""

    async def pin(self, channel: ChannelId, message: MessageId) -> None:
        """Pin a message; one that is pinned stays so. Raises `DeliveryError` with a sentence for moderators."""

    async def unpin(self, channel: ChannelId, message: MessageId) -> None:
        """Unpin a message; one that is not pinned stays so. Raises `DeliveryError` likewise."""
