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
from bot.discussion.access import Viewer, message_link, scope_of
from bot.errors import NotFoundError, RefusedError
from bot.language import gettext as _
from bot.model import (
    Article,
    ChannelId,
    ChannelKind,
    GuildId,
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
from bot.store.publications import Named, Publications, Summary

T = TypeVar("T")

OFFERED = 25

LISTED = 20
"""Publications in a list: more than a message holds."""
"""Choices that an autocomplete answer may hold (application commands)."""


_MESSAGES = {
    PlacementKind.OPENING: lambda: _("the opening message"),
    PlacementKind.CLOSING: lambda: _("the closing message"),
}


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
    """All that a moderator asks about a publication; `comments` are those on its article that they may see."""

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
        """Enter a publication; the poster begins at once.

        `again` retires the one that is up and posts anew. Raises `NotFoundError` for a slug that is unknown or not
        for this server, `RefusedError` with a link where the article is up already.
        """
        allowed = await self._is_offered_in(guild_id)
        async with self._database.transaction() as tx:
            article = await Articles(tx).by_slug(slug)
            if article is None or not allowed:
                raise NotFoundError(
                    _("There is no article “{slug}” here.").format(slug=slug),
                    remedy=_("See `oped articles` for those that are there."),
                )
            publications = Publications(tx)
            existing = await publications.live_in(article.id, channel_id)
            if existing is not None:
                if not again:
                    raise RefusedError(
                        _("“{article}” is already posted here: {url}").format(
                            article=article.title, url=await _url(tx, existing)
                        ),
                        remedy=_("Retire it first, or post it anew with `oped post --again`."),
                    )
                await _end(tx, existing)
            now = datetime.now(UTC)
            identifier = await publications.add(
                tx, article.id, guild_id, channel_id, channel_kind, tag_id, now
            )
            made = _found(await publications.by_id(identifier))
        await plan.bring_up_to_date(self._database, made)
        self._wake()
        return made

    async def articles_offered(self, viewer: Viewer, prefix: str) -> list[ArticleOffer]:
        """Articles that may be posted in the viewer's server and whose slug or title contains `prefix`."""
        if not await self._is_offered_in(viewer.guild_id):
            return []
        found = await Articles(self._database).matching(prefix, limit=OFFERED)
        return [ArticleOffer(slug, title) for slug, title in found]

    async def publications(self, viewer: Viewer) -> tuple[list[Summary], int]:
        """The newest publications that the viewer may see, as many as anybody reads, and how many there are in all."""
        scope = await scope_of(self._database, viewer)
        publications = Publications(self._database)
        return await publications.summaries(scope, LISTED), await publications.count(scope)

    async def publications_offered(self, viewer: Viewer, prefix: str) -> list[Named]:
        """Those of them whose article's slug or title contains `prefix`, at most 25."""
        scope = await scope_of(self._database, viewer)
        return await Publications(self._database).offered(scope, prefix, OFFERED)

    async def find(self, viewer: Viewer, publication_id: PublicationId) -> Publication:
        """A publication that the viewer may see. Raises `NotFoundError` for any other."""
        publication = await Publications(self._database).by_id(publication_id)
        if publication is None or not viewer.sees(publication):
            raise NotFoundError(_("There is no such publication here."), remedy=_("See /article list."))
        return publication

    async def status(self, viewer: Viewer, publication_id: PublicationId) -> PublicationStatus:
        """What has become of a publication. Raises `NotFoundError` where the viewer may not see it."""
        publication = await self.find(viewer, publication_id)
        article = _found(await Articles(self._database).by_id(publication.article_id))
        placements = Placements(self._database)
        done, total = await placements.counts(publication.id)
        titles = {section.id: section.heading or _("the introduction") for section in article.sections}
        missing = [
            titles.get(each.section_id, _("a section")) if each.section_id else _MESSAGES[each.kind]()
            for each in await placements.missing(publication.id)
        ]
        return PublicationStatus(
            publication=publication,
            article=article,
            done=done,
            total=total,
            missing=tuple(dict.fromkeys(missing)),
            comments=await Comments(self._database).counts(
                article.id, await scope_of(self._database, viewer)
            ),
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
            if not await _end(tx, publication):
                raise RefusedError(_("This publication is retired already."))
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
                raise RefusedError(_("This publication has not failed: there is nothing to try again."))
            publication = _found(await Publications(tx).by_id(publication.id))
        self._wake()
        return publication

    async def changes(self, viewer: Viewer, publication_id: PublicationId) -> plan.Changes:
        """What `update` would do to a publication's messages."""
        publication = await self.find(viewer, publication_id)
        async with self._database.snapshot() as snapshot:
            return (await plan.work_out(snapshot, publication)).changes

    async def update(self, viewer: Viewer, publication_id: PublicationId) -> plan.Changes:
        """Bring a publication to what its article and comments are since the last import.

        Only messages that differ are edited. New comments and sections come at the end, and what left the
        article says so where it stood: threads, replies and links stay where they are.
        """
        return await self._restate(viewer, publication_id)

    async def show_more(self, viewer: Viewer, publication_id: PublicationId) -> plan.Changes:
        """Mirror further branches of a discussion of which only a part is mirrored."""
        return await self._restate(viewer, publication_id, more=plan.MORE)

    async def repair(self, viewer: Viewer, publication_id: PublicationId) -> int:
        """Have the article's own messages that people deleted posted again, at the end; how many."""
        publication = await self.find(viewer, publication_id)
        _check_going(publication)
        async with self._database.transaction() as tx:
            restored = await Placements(tx).restore(tx, publication.id)
            # At the end of being posted the contents are linked anew.
            live = (PublicationState.LIVE,)
            await Publications(tx).set_state(tx, publication.id, PublicationState.POSTING, among=live)
        self._wake()
        return restored

    async def _restate(self, viewer: Viewer, publication_id: PublicationId, *, more: int = 0) -> plan.Changes:
        publication = await self.find(viewer, publication_id)
        _check_going(publication)
        changes = await plan.bring_up_to_date(self._database, publication, more=more)
        self._wake()
        return changes

    async def _is_offered_in(self, guild: GuildId) -> bool:
        """Whether articles may be posted in a server: in those named, else in that of the first publication."""
        guilds = self._guilds or await Publications(self._database).home_guilds()
        return not guilds or guild in guilds


async def _end(tx: Transaction, publication: Publication) -> bool:
    """Begin to retire a publication; False where it is retired already."""
    going = (PublicationState.POSTING, PublicationState.LIVE, PublicationState.FAILED)
    moved = await Publications(tx).set_state(tx, publication.id, PublicationState.RETIRING, among=going)
    if moved:
        await plan.state_end(tx, publication)
    return moved


def _check_going(publication: Publication) -> None:
    if publication.is_over:
        raise RefusedError(_("This publication is retired."), remedy=_("Post the article again."))


async def _url(reader: Database | Transaction, publication: Publication) -> str | None:
    """Where a publication begins: its first message, or the forum post."""
    if publication.channel_kind is ChannelKind.FORUM:
        thread = publication.thread_id
        return message_link(publication.guild_id, thread) if thread else None
    first = await Placements(reader).first_of(publication.id, PlacementKind.OPENING)
    message = first.message_id if first is not None else None
    return message_link(publication.guild_id, publication.channel_id, message)


def _found(value: T | None) -> T:
    if value is None:
        raise LookupError("a row vanished that a constraint keeps")
    return value
