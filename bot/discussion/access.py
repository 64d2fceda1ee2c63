"""Who asks, and what they may see: only their own server, only channels they can read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.errors import RefusedError
from bot.language import gettext as _
from bot.model import ChannelId, Comment, GuildId, Publication, PublicationId, RoleId, Status, UserId
from bot.store.database import Reader
from bot.store.publications import Publications
from bot.store.scope import Scope
from bot.store.servers import Servers


async def _above_nobody(_user: UserId) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person behind a command: their server, and what they may do in a channel or thread of it.

    `can_moderate` says whether they have *Manage Messages* in a channel, or with None in the server as a whole.
    `may_act_on` asks Discord whether somebody is neither the server's owner nor above them by their highest role.
    `joined_at` is when they joined the server, as far as Discord tells.
    """

    guild_id: GuildId
    user_id: UserId
    can_read: Callable[[ChannelId], bool]
    can_moderate: Callable[[ChannelId | None], bool] = lambda channel: False
    manages_server: bool = False
    roles: frozenset[RoleId] = frozenset()
    may_act_on: Callable[[UserId], Awaitable[bool]] = _above_nobody
    joined_at: datetime | None = None

    def sees(self, publication: Publication) -> bool:
        """Whether this publication exists as far as this person is concerned."""
        return publication.guild_id == self.guild_id and self.can_read(publication.channel_id)


async def scope_of(reader: Reader, viewer: Viewer) -> Scope:
    """What the viewer may see, for queries that ask the database to look at nothing else."""
    channels = await Publications(reader).channels_in(viewer.guild_id)
    return Scope(viewer.guild_id, frozenset(filter(viewer.can_read, channels)))


async def where_seen(reader: Reader, viewer: Viewer, comment: Comment) -> PublicationId | None:
    """The publication in which the viewer sees a comment: its own, or one that shows the source's; None for none."""
    publications = await Publications(reader).of_article_in(comment.article_id, viewer.guild_id)
    seen = (each.id for each in publications if viewer.sees(each))
    return next((each for each in seen if comment.publication_id in {None, each}), None)


async def check_moderator(reader: Reader, viewer: Viewer, channel: ChannelId | None = None) -> None:
    """Raise `RefusedError` unless the viewer may moderate in this channel, or in the server as a whole.

    Discord's permission *Manage Messages* counts, and the roles that the server has chosen.
    """
    if not await moderates(reader, viewer, channel):
        raise RefusedError(_("Only moderators can do this."))


async def moderates(reader: Reader, viewer: Viewer, channel: ChannelId | None = None) -> bool:
    """Whether `check_moderator` lets the viewer pass."""
    if viewer.can_moderate(channel):
        return True
    server = await Servers(reader).get(viewer.guild_id)
    return not viewer.roles.isdisjoint(server.moderator_roles)


def may_know_of(viewer: Viewer, comment: Comment, channel: ChannelId | None = None) -> bool:
    """Whether a comment exists for the viewer: one that waits or was rejected does for its author and moderators."""
    if comment.status not in {Status.PENDING, Status.REJECTED}:
        return True
    return comment.user_id == viewer.user_id or viewer.can_moderate(channel)


async def check_rank(viewer: Viewer, user: UserId | None) -> None:
    """Raise `RefusedError` where a moderator would act on somebody above them; those at the source are nobody here."""
    if user is not None and user != viewer.user_id and not await viewer.may_act_on(user):
        raise RefusedError(_("You cannot do this to somebody whose highest role is above yours."))


def message_link(guild_id: int, channel_id: int, message_id: int | None = None) -> str:
    """The address that jumps to a message, or to a channel or thread where no message is named."""
    link = f"https://discord.com/channels/{guild_id}/{channel_id}"
    return link if message_id is None else f"{link}/{message_id}"
