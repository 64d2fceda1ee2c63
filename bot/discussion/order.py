"""Order in discussions: locked, slow, held, closing by themselves; what moderators decide about it.

Nothing here speaks to Discord. The keeper in `bot.delivery` makes the threads what is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.discussion.access import Viewer, check_moderator
from bot.errors import NotFoundError, RefusedError
from bot.language import gettext as _
from bot.model import (
    Action,
    ChannelId,
    Discussion,
    Filter,
    Mode,
    NewEntry,
    Publication,
    PublicationId,
)
from bot.store.articles import Articles
from bot.store.database import Database, Reader, Transaction
from bot.store.discussions import Discussions
from bot.store.filters import Filters
from bot.store.publications import Publications
from bot.store.servers import Servers
from bot.store.trail import Trail

SLOWEST = 21_600
"""Seconds: six hours, the slowest that Discord allows (resources/channel)."""


@dataclass(frozen=True, slots=True)
class Where:
    """Which discussion is meant: that of a publication, or with None the one in one of these channels."""

    publication_id: PublicationId | None
    channels: Sequence[ChannelId] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How order is kept in a discussion, and what the server looks for in comments."""

    publication: Publication
    article_title: str
    discussion: Discussion
    filters: tuple[Filter, ...]


class Ordering:
    """What moderators decide. `wake` tells the keeper.

    Every method raises `NotFoundError` where there is no such discussion for the viewer, and `RefusedError` for who
    may not moderate it, where it is over, or where it is not clear which one is meant.
    """

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        self._database = database
        self._wake = wake

    async def standing(self, viewer: Viewer, where: Where) -> Standing:
        """How order is kept in a discussion."""
        publication = await _find(self._database, viewer, where)
        article = await Articles(self._database).by_id(publication.article_id)
        return Standing(
            publication,
            article.title if article else "",
            await Discussions(self._database).get(publication.id),
            await Filters(self._database).of(viewer.guild_id),
        )

    async def lock(self, viewer: Viewer, where: Where, reason: str | None) -> Standing:
        """Let nobody comment until it is unlocked, neither by message nor by form."""
        return await self._change(
            viewer,
            where,
            Action.THREAD_LOCKED,
            lambda now: replace(now, locked=True, closes_at=None),
            reason=reason,
        )

    async def unlock(self, viewer: Viewer, where: Where) -> Standing:
        """Let members comment again, as far as the mode allows; also after somebody locked the thread in Discord."""
        return await self._change(
            viewer, where, Action.THREAD_UNLOCKED, lambda now: replace(now, locked=False)
        )

    async def slowmode(self, viewer: Viewer, where: Where, seconds: int) -> Standing:
        """Have members wait so many seconds between two messages; 0 ends it. Raises `RefusedError` out of bounds."""
        if not 0 <= seconds <= SLOWEST:
            raise RefusedError(_("Slow mode takes 0 to {slowest} seconds.").format(slowest=SLOWEST))
        return await self._change(
            viewer,
            where,
            Action.SLOWMODE_CHANGED,
            lambda now: replace(now, slowmode=seconds),
            details={"seconds": seconds},
        )

    async def close_after(self, viewer: Viewer, where: Where, length: timedelta | None) -> Standing:
        """Have a discussion lock itself after a time, or with None not any more."""
        closes_at = None if length is None else datetime.now(UTC) + length
        return await self._change(
            viewer,
            where,
            Action.CLOSING_CHANGED,
            lambda now: replace(now, closes_at=closes_at),
            details={"closes_at": None if closes_at is None else int(closes_at.timestamp())},
        )

    async def mode(self, viewer: Viewer, where: Where, mode: Mode | None) -> Standing:
        """Set the mode of one discussion; with None it follows the server again."""
        return await self._change(
            viewer,
            where,
            Action.MODE_CHANGED,
            lambda now: replace(now, mode=mode),
            details={"mode": mode},
        )

    async def server_mode(self, viewer: Viewer, mode: Mode) -> None:
        """Set the mode of all discussions of the server that have none of their own.

        Raises `RefusedError` for who may not moderate the server as a whole.
        """
        await check_moderator(self._database, viewer)
        async with self._database.transaction() as tx:
            server = await Servers(tx).get(viewer.guild_id)
            await Servers(tx).save(tx, replace(server, mode=mode))
            entry = NewEntry(
                viewer.guild_id,
                datetime.now(UTC),
                Action.MODE_CHANGED,
                actor_id=viewer.user_id,
                details={"mode": mode},
            )
            await Trail(tx).record(entry)
        self._wake()

    async def _change(
        self,
        viewer: Viewer,
        where: Where,
        action: Action,
        change: Callable[[Discussion], Discussion],
        *,
        reason: str | None = None,
        details: dict[str, str | int | None] | None = None,
    ) -> Standing:
        async with self._database.transaction() as tx:
            publication = await _find(tx, viewer, where)
            if publication.is_over:
                raise RefusedError(_("This discussion is closed."))
            changed = change(await Discussions(tx).get(publication.id))
            await Discussions(tx).save(tx, changed)
            if action in {Action.THREAD_LOCKED, Action.THREAD_UNLOCKED}:
                # Said in so many words, it counts whatever somebody has done to the thread in Discord.
                await Discussions(tx).doubt(tx, publication.id)
            await _record(tx, viewer, publication, action, reason, details or {})
        self._wake()
        return await self.standing(viewer, Where(publication.id))


async def _find(reader: Reader, viewer: Viewer, where: Where) -> Publication:
    publications = Publications(reader)
    if where.publication_id is not None:
        found = await publications.by_id(where.publication_id)
        if found is None or not viewer.sees(found):
            raise NotFoundError(_("There is no such discussion here."))
        await check_moderator(reader, viewer, found.channel_id)
        return found
    await check_moderator(reader, viewer, where.channels[-1] if where.channels else None)
    for channel in where.channels:
        here = [each for each in await publications.in_channel(channel) if viewer.sees(each)]
        if len(here) == 1:
            return here[0]
        if here:
            break
    raise RefusedError(_("Say which article is meant, or use the command in its discussion."))


async def _record(
    tx: Transaction,
    viewer: Viewer,
    publication: Publication,
    action: Action,
    reason: str | None,
    details: dict[str, str | int | None],
) -> None:
    entry = NewEntry(
        viewer.guild_id,
        datetime.now(UTC),
        action,
        actor_id=viewer.user_id,
        publication_id=publication.id,
        reason=reason,
        details=details,
    )
    await Trail(tx).record(entry)
