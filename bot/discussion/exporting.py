"""Exporting: an article with its comments as of one moment, streamed, however many there are."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from bot.discussion.access import Viewer
from bot.errors import NotFoundError, RefusedError
from bot.formats.base import Export, Format
from bot.formats.registry import FORMATS
from bot.language import gettext as _
from bot.model import Article, Comment, CommentId, PublicationId, Status
from bot.store.articles import Articles
from bot.store.comments import Comments, Nested
from bot.store.database import Database
from bot.store.publications import Publications

if TYPE_CHECKING:
    from typing_extensions import Buffer

_BATCH = 500

Telling = Callable[[Comment], Comment | None]
"""What is told of a comment: itself, less than all, or nothing."""

WRITTEN = tuple(form for form in FORMATS if form.write)
"""The formats that an article can be taken along in."""


def as_stored(comment: Comment) -> Comment:
    """All of it."""
    return comment


@asynccontextmanager
async def show(database: Database, slug: str) -> AsyncIterator[tuple[Article, AsyncGenerator[Nested, None]]]:
    """An article and its comments, depth first, each with its depth and the message that shows it.

    Both are of one moment, also if members write meanwhile. Raises `NotFoundError`.
    """
    async with database.snapshot() as snapshot:
        article = await Articles(snapshot).by_slug(slug)
        if article is None:
            raise NotFoundError(
                _("There is no article “{slug}”.").format(slug=slug),
                remedy=_("See `oped articles` for those that are there."),
            )
        comments = Comments(snapshot).depth_first(article.id)
        try:
            yield article, comments
        finally:
            await comments.aclose()


async def export(
    database: Database,
    slug: str,
    write: Callable[[Export, BinaryIO], None],
    stream: BinaryIO,
    told: Telling = as_stored,
) -> None:
    """Write an article with its comments in a format; the writer runs in a thread of its own.

    `told` is asked of each comment what is told of it. Raises `NotFoundError`, and what the writer raises.
    """
    async with show(database, slug) as (article, comments):
        loop = asyncio.get_running_loop()

        def pulled() -> Iterator[Comment]:
            while batch := asyncio.run_coroutine_threadsafe(_batch(comments), loop).result():
                yield from filter(None, map(told, batch))

        await asyncio.to_thread(write, Export(article, pulled()), stream)


class Bounded(io.BytesIO):
    """An export in memory that must not become larger than `limit` bytes: writing beyond raises `RefusedError`."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def write(self, data: Buffer) -> int:
        """Add bytes."""
        if self.tell() + memoryview(data).nbytes > self._limit:
            raise RefusedError(
                _("The export is larger than the {size} MiB that Discord takes here.").format(
                    size=self._limit >> 20
                ),
                remedy=_("Whoever runs the bot can write it with `oped export`."),
            )
        return super().write(data)


class Exporting:
    """What the people of one server may take along of an article."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(
        self, viewer: Viewer, publication_id: PublicationId, form: Format, stream: BinaryIO, *, hidden: bool
    ) -> str:
        """Write a publication's article, with what this server's publications show, and give the file a name.

        Members' comments from elsewhere stay out; with `hidden` what nobody sees here is in. Raises
        `NotFoundError` where the viewer may not see the publication, and what the writer or stream raises.
        """
        publications = Publications(self._database)
        publication = await publications.by_id(publication_id)
        if publication is None or not viewer.sees(publication) or form.write is None:
            raise NotFoundError(_("There is no such publication here."), remedy=_("See /article list."))
        article = await Articles(self._database).by_id(publication.article_id)
        if article is None:
            raise LookupError("a row vanished that a constraint keeps")
        here = await publications.of_article_in(article.id, viewer.guild_id)
        seen = frozenset(each.id for each in here if viewer.sees(each))
        await export(self._database, article.slug, form.write, stream, _Seen(seen, hidden=hidden))
        return f"{article.slug}.{form.suffix}"


class _Seen:
    """What is told of comments where only some publications may be seen; asked of them depth first."""

    def __init__(self, publications: frozenset[PublicationId], *, hidden: bool) -> None:
        self._publications = publications
        self._hidden = hidden
        self._kept_back: set[CommentId | None] = set()
        self._passed_over: dict[CommentId | None, CommentId | None] = {}

    def __call__(self, comment: Comment) -> Comment | None:
        elsewhere = comment.publication_id is not None and comment.publication_id not in self._publications
        if elsewhere or comment.parent_id in self._kept_back:
            self._kept_back.add(comment.id)
            return None
        if comment.parent_id in self._passed_over:
            comment = replace(comment, parent_id=self._passed_over[comment.parent_id])
        if comment.status is Status.VISIBLE or self._hidden:
            return comment
        if comment.status in {Status.PENDING, Status.REJECTED}:
            # Not even that it is there may be known: what answers it moves up.
            self._passed_over[comment.id] = comment.parent_id
            return None
        return replace(
            comment, author="", user_id=None, status=Status.DELETED, text="", edited_at=None, attachments=()
        )


async def _batch(comments: AsyncGenerator[Nested, None]) -> list[Comment]:
    batch: list[Comment] = []
    async for nested in comments:
        batch.append(replace(nested.comment, message_id=nested.message_id))
        if len(batch) == _BATCH:
            break
    return batch
