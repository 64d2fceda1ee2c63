"""Who asks, and what they may see: only their own server, only channels they can read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.model import ChannelId, GuildId, Publication, UserId


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person behind a command: their server, and whether they may read a channel or thread of it."""

    guild_id: GuildId
    user_id: UserId
    can_read: Callable[[ChannelId], bool]

    def sees(self, publication: Publication) -> bool:
        """Whether this publication exists as far as this person is concerned."""
        return publication.guild_id == self.guild_id and self.can_read(publication.channel_id)


def message_link(guild_id: int, channel_id: int, message_id: int | None = None) -> str:
    """The address that jumps to a message, or to a channel or thread where no message is named."""
    link = f"https://discord.com/channels/{guild_id}/{channel_id}"
    return link if message_id is None else f"{link}/{message_id}"
