"""Publishing: asking for an article to be posted, planning its messages, watching and ending it.

Nothing here speaks to Discord. A publication is a plan in the database, placement by placement; the poster in
`bot.delivery` carries out what remains of it, however often it is interrupted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from bot.discussion import plan
from bot.discussion.access import Viewer, message_link
from bot.errors import NotFoundError, RefusedError
from bot.model import (
    Article,
    ChannelId,
    ChannelKind,
    GuildId,
    MessageId,
    PlacementKind,
    Publication,
    PublicationId,
    PublicationState,
    Status,
)
from bot.store.articles import Articles
from bot.store.comments import Comments
from bot.store.database import Database, Transaction
from bot.store.placements import Placements
from bot.store.publications import Publications, Summary

T = TypeVar("T")

OFFERED = 25
"""Choices that an autocomplete answer may hold (application commands)."""


@dataclass(frozen=True, slots=True)
class ArticleOffer:
    """An article that may be posted, for autocomplete."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a publication is: messages done of all that it has, and where to look."""

    state: PublicationState
    done: int
    total: int
    error: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class PublicationStatus:
    """All that a moderator asks about a publication."""

    publication: Publication
    article: Article
    done: int
    total: int
    missing: tuple[str, ...]
    comments: dict[Status, int]
    url: str | None


class Publishing:
    """The use cases around publications. `wake` tells the poster that there is something to do."""

    def __init__(self, database: Database, *, guilds: frozenset[GuildId], wake: Callable[[], None]) -> None:
        self._database = database
        self._guilds = guilds
        self._wake = wake

    async def request(
        self,
        slug: str,
        *,
        guild_id: GuildId,
        channel_id: ChannelId,
        channel_kind: ChannelKind,
        tag_id: int | None = None,
        again: bool = False,
    ) -> Publication:
        """Plan a publication; the poster begins at once.

        `again` ends a live publication of the article in that channel as far as the database is concerned and
        posts anew. Raises `NotFoundError` for an unknown slug, `RefusedError` with a link where the article is
        up already.
        """
        async with self._database.transaction() as tx:
            article = await Articles(tx).by_slug(slug)
            if article is None:
                raise NotFoundError(
                    f"There is no article “{slug}”.", remedy="See `oped articles` for those that are there."
                )
            publications = Publications(tx)
            existing = await publications.live_in(article.id, channel_id)
            if existing is not None:
                if not again:
                    raise RefusedError(
                        f"“{article.title}” is already posted here: {await _url(tx, existing)}",
                        remedy="Retire that publication first, or ask for it again.",
                    )
                await publications.set_state(tx, existing.id, PublicationState.RETIRED)
            now = datetime.now(UTC)
            identifier = await publications.add(
                tx, article.id, guild_id, channel_id, channel_kind, tag_id, now
            )
            made = _found(await publications.by_id(identifier))
            await plan.state(tx, made, await plan.work_out(tx, made, room=plan.MIRRORED))
        self._wake()
        return made

    async def articles_offered(self, viewer: Viewer, prefix: str) -> list[ArticleOffer]:
        """Articles that may be posted in the viewer's server and whose slug or title contains `prefix`."""
        guilds = self._guilds or await Publications(self._database).home_guilds()
        if guilds and viewer.guild_id not in guilds:
            return []
        found = await Articles(self._database).matching(prefix, limit=OFFERED)
        return [ArticleOffer(slug, title) for slug, title in found]

    async def publications(self, viewer: Viewer) -> list[Summary]:
        """The publications that the viewer may see, newest first."""
        summaries = await Publications(self._database).summaries(viewer.guild_id)
        return [summary for summary in summaries if viewer.sees(summary.publication)]

    async def publications_offered(self, viewer: Viewer, prefix: str) -> list[Summary]:
        """Those of them whose article's slug or title contains `prefix`, at most 25."""
        wanted = prefix.casefold()
        return [
            summary
            for summary in await self.publications(viewer)
            if wanted in summary.slug.casefold() or wanted in summary.title.casefold()
        ][:OFFERED]

    async def find(self, viewer: Viewer, publication_id: PublicationId) -> Publication:
        """A publication that the viewer may see. Raises `NotFoundError` for any other."""
        publication = await Publications(self._database).by_id(publication_id)
        if publication is None or not viewer.sees(publication):
            raise NotFoundError("There is no such publication here.", remedy="See /article list.")
        return publication

    async def status(self, viewer: Viewer, publication_id: PublicationId) -> PublicationStatus:
        """What has become of a publication. Raises `NotFoundError` where the viewer may not see it."""
        publication = await self.find(viewer, publication_id)
        article = _found(await Articles(self._database).by_id(publication.article_id))
        placements = Placements(self._database)
        done, total = await placements.counts(publication.id)
        titles = {section.id: section.heading or "the introduction" for section in article.sections}
        missing = [
            titles.get(each.section_id, "a section") if each.section_id else f"the {each.kind} message"
            for each in await placements.missing(publication.id)
        ]
        return PublicationStatus(
            publication=publication,
            article=article,
            done=done,
            total=total,
            missing=tuple(dict.fromkeys(missing)),
            comments=await Comments(self._database).counts(article.id),
            url=await _url(self._database, publication),
        )

    async def progress(self, publication_id: PublicationId) -> Progress:
        """How far a publication is."""
        publication = _found(await Publications(self._database).by_id(publication_id))
        done, total = await Placements(self._database).counts(publication_id)
        url = await _url(self._database, publication)
        return Progress(publication.state, done, total, publication.error, url)

    async def retire(self, viewer: Viewer, publication_id: PublicationId) -> Publication:
        """End a publication: no more capture, buttons disabled, the thread locked, nothing deleted."""
        publication = await self.find(viewer, publication_id)
        async with self._database.transaction() as tx:
            moved = await Publications(tx).set_state(
                tx,
                publication.id,
                PublicationState.RETIRING,
                among=(PublicationState.POSTING, PublicationState.LIVE, PublicationState.FAILED),
            )
            if not moved:
                raise RefusedError("This publication is retired already.")
            await plan.state_end(tx, publication)
            publication = _found(await Publications(tx).by_id(publication.id))
        self._wake()
        return publication

    async def retry(self, viewer: Viewer, publication_id: PublicationId) -> Publication:
        """Go on with a publication that failed, after its cause was mended."""
        publication = await self.find(viewer, publication_id)
        async with self._database.transaction() as tx:
            moved = await Publications(tx).set_state(
                tx, publication.id, PublicationState.POSTING, among=(PublicationState.FAILED,)
            )
            if not moved:
                raise RefusedError("This publication has not failed: there is nothing to try again.")
            publication = _found(await Publications(tx).by_id(publication.id))
        self._wake()
        return publication

    async def changes(self, viewer: Viewer, publication_id: PublicationId) -> plan.Changes:
        """What `update` would do to a publication's messages."""
        publication = await self.find(viewer, publication_id)
        return (await plan.work_out(self._database, publication)).changes

    async def update(self, viewer: Viewer, publication_id: PublicationId) -> plan.Changes:
        """Bring a publication to what its article and comments are since the last import.

        Only messages that differ are edited. New comments and sections come at the end, and what left the
        article says so where it stood: threads, replies and links stay where they are.
        """
        return await self._restate(viewer, publication_id, room=0)

    async def show_more(self, viewer: Viewer, publication_id: PublicationId) -> plan.Changes:
        """Mirror further branches of a discussion of which only a part is mirrored."""
        return await self._restate(viewer, publication_id, room=plan.MORE)

    async def repair(self, viewer: Viewer, publication_id: PublicationId) -> int:
        """Have the article's own messages that people deleted posted again, at the end; how many."""
        publication = await self.find(viewer, publication_id)
        async with self._database.transaction() as tx:
            _check_going(publication)
            restored = await Placements(tx).restore(tx, publication.id)
            await _reopen(tx, publication)
        self._wake()
        return restored

    async def _restate(self, viewer: Viewer, publication_id: PublicationId, *, room: int) -> plan.Changes:
        publication = await self.find(viewer, publication_id)
        async with self._database.transaction() as tx:
            _check_going(publication)
            worked_out = await plan.work_out(tx, publication, room=room)
            await plan.state(tx, publication, worked_out)
            await _reopen(tx, publication)
        self._wake()
        return worked_out.changes

    async def confirm(self, nonce: str, message_id: MessageId) -> None:
        """Take the gateway's echo of a message of ours for the answer to its create."""
        async with self._database.transaction() as tx:
            await Placements(tx).confirm(tx, nonce, message_id)


def _check_going(publication: Publication) -> None:
    if publication.state in {PublicationState.RETIRING, PublicationState.RETIRED}:
        raise RefusedError("This publication is retired.", remedy="Post the article again.")


async def _reopen(tx: Transaction, publication: Publication) -> None:
    """Take a live publication back to being posted, at whose end the contents are linked anew."""
    await Publications(tx).set_state(
        tx, publication.id, PublicationState.POSTING, among=(PublicationState.LIVE,)
    )


async def _url(reader: Database | Transaction, publication: Publication) -> str | None:
    """Where a publication begins: its first message, or the forum post."""
    if publication.channel_kind is ChannelKind.FORUM:
        thread = publication.thread_id
        return message_link(publication.guild_id, thread) if thread else None
    first = await Placements(reader).of_publication(publication.id, PlacementKind.OPENING)
    if not first or first[0].message_id is None:
        return message_link(publication.guild_id, publication.channel_id)
    return message_link(publication.guild_id, publication.channel_id, first[0].message_id)


def _found(value: T | None) -> T:
    if value is None:
        raise LookupError("a row vanished that a constraint keeps")
    return value
