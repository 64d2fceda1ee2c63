"""Importing: bringing what is stored of an article to what a source now holds.

The source is read to its end into a staging area first, so that one which ends in an error changes nothing.
Then each article is merged: studied beside the database, then carried out (`bot.discussion.merging`). Importing the
same again changes nothing; importing a newer state brings what is new, changes what has changed, and leaves alone what
members wrote.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

from bot.discussion.identity import Identities
from bot.discussion.merging import Merging, Plan, settle
from bot.discussion.reading import Reading
from bot.discussion.sections import match_sections
from bot.discussion.slugs import is_slug, numbered, slug_of
from bot.errors import RefusedError
from bot.model import ArticleId, Notice, Omission, Section, SectionId, SourceArticle, SourceRecord
from bot.store.comparison import CommentSource, Comparison
from bot.store.connection import settled
from bot.store.database import Database, Transaction
from bot.store.imported_articles import ImportedArticles, SourceName
from bot.store.lock import only_import
from bot.store.merge import CommentMerge
from bot.store.staging import StagedArticle, StagedNotes
from bot.text.typography import folded


@dataclass(frozen=True, slots=True)
class ArticleReport:
    """What an import did with one article, or would do."""

    slug: str
    title: str
    result: str
    sections: int
    comments: Comparison
    skipped: tuple[Omission, ...]
    warnings: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do."""

    format_name: str
    articles: tuple[ArticleReport, ...]

    def as_json(self) -> dict[str, Any]:
        """The report as `oped import --json` prints it."""
        return {"articles": [_article_json(article, self.format_name) for article in self.articles]}


async def import_records(
    database: Database,
    records: Iterable[SourceRecord],
    *,
    format_name: str,
    identities: Identities,
    slug: str | None = None,
    dry_run: bool = False,
    published_only: bool = False,
) -> ImportReport:
    """Import all that a reader yields; the reader runs in a thread of its own.

    `slug` names the article, new or not; without it, an article is the one that its source calls the same. A
    dry run tells what would happen and writes nothing. Where the source shows what is `published_only`, what it
    kept to itself before is not gone. Raises `RefusedError` for a slug that cannot be used,
    `SourceError` as the reader does, and `StorageError`.
    """
    if slug is not None and not is_slug(slug):
        raise RefusedError(
            f"“{slug}” cannot be a slug.", remedy="Use small letters, digits and single hyphens between them."
        )
    with tempfile.TemporaryDirectory(prefix="oped-import-") as folder:
        file = Path(folder) / "staging.db"
        articles = await _read(Reading(identities), records, file)
        if slug is not None and len(articles) > 1:
            raise RefusedError(
                f"The source holds {len(articles)} articles, which cannot all be “{slug}”.",
                remedy="Leave --slug out: each article then gets a slug from its title.",
            )
        async with only_import(database.path):
            await settle(database)
            reports = []
            for article in articles:
                async with database.beside(file) as view:
                    plan, report = await _Study(view, article, slug, published_only=published_only).run()
                if not dry_run:
                    await Merging(database, file, plan).run()
                reports.append(report)
    return ImportReport(format_name, tuple(reports))


async def _read(reading: Reading, records: Iterable[SourceRecord], file: Path) -> list[StagedArticle]:
    work = asyncio.ensure_future(asyncio.to_thread(reading.run, records, file))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        reading.stop.set()
        await settled(asyncio.wait({work}))  # its file cannot be removed before it has ended
        raise


class _Study:
    """One staged article, held against the database."""

    def __init__(
        self, view: Transaction, staged: StagedArticle, slug: str | None, *, published_only: bool
    ) -> None:
        self._view = view
        self._staged = staged
        self._source = staged.source
        self._slug = slug
        self._published_only = published_only
        self._articles = ImportedArticles(view)
        self._notes = StagedNotes(view, staged)

    async def run(self) -> tuple[Plan, ArticleReport]:
        """Find the article, match, compare, and tell."""
        source = self._source
        name = SourceName(source.kind, source.site, self._key())
        known = await self._find(name)
        slug = await self._choose_slug(known)
        facts = await self._facts(known)
        before = [] if known is None else await self._articles.sections(known, withdrawn=False)
        after = before if facts is None else await self._match_sections(known, before)
        await self._notes.place_sections(after)
        comments = CommentSource(
            self._staged.number,
            name.source,
            name.source if known is None or facts is None else await self._articles.source_of(known),
            self._staged.complete,
            self._published_only,
        )
        comparison = await self._compare(known, comments)
        changed = (
            after != before
            or comparison.changed
            or (
                known is not None
                and (
                    slug != await self._articles.slug_of(known)
                    or (facts is not None and await self._articles.differs(known, facts))
                )
            )
        )
        report = ArticleReport(
            slug=slug,
            title=source.title
            if known is None
            else (facts.title if facts else await self._articles.title_of(known)),
            result="created" if known is None else "updated" if changed else "unchanged",
            sections=len(after),
            comments=comparison,
            skipped=await self._notes.omissions(),
            warnings=await self._notes.notices(),
        )
        sections = None if after == before else after
        return Plan(known, slug, name, source, facts, sections, comments, comparison), report

    def _key(self) -> str:
        if self._source.post_id is not None:
            return f"post:{self._source.post_id}"
        return f"slug:{self._slug or self._own_slug()}"

    def _own_slug(self) -> str:
        given = self._source.slug
        return given if given and is_slug(given) else slug_of(self._source.title)

    async def _facts(self, known: ArticleId | None) -> SourceArticle | None:
        # What knows no more of an article than its name says nothing about its text.
        if not self._source.sections:
            return None
        title = self._source.title if known is None else await self._articles.title_of(known)
        if folded(title) == folded(self._source.title):
            return replace(self._source, title=title)
        return self._source

    async def _find(self, name: SourceName) -> ArticleId | None:
        known = await self._articles.by_name(name)
        if known is None and self._slug is not None:
            known = await self._articles.by_slug(self._slug)
        if known is None and not self._source.sections and self._source.url is not None:
            known = await self._articles.by_url(self._source.url)
        return known

    async def _choose_slug(self, known: ArticleId | None) -> str:
        if self._slug is not None:
            holder = await self._articles.by_slug(self._slug)
            if holder not in (None, known):
                raise RefusedError(
                    f"The slug “{self._slug}” belongs to another article.",
                    remedy="Choose another one, or leave --slug out.",
                )
            return self._slug
        if known is not None:
            return await self._articles.slug_of(known)
        base = self._own_slug()
        for number in count(1):
            slug = numbered(base, number)
            if await self._articles.by_slug(slug) is None:
                break
        return slug

    async def _match_sections(self, known: ArticleId | None, before: list[Section]) -> list[Section]:
        withdrawn = [] if known is None else await self._articles.sections(known, withdrawn=True)
        fresh = count(await self._articles.next_section())
        stored = {section.id: section for section in before}
        matches = match_sections(before, withdrawn, self._source.sections)
        return [
            _respelled(
                Section(match or SectionId(next(fresh)), number, section.heading, section.text),
                stored.get(match) if match else None,
            )
            for number, (match, section) in enumerate(
                zip(matches, self._source.sections, strict=True), start=1
            )
        ]

    async def _compare(self, known: ArticleId | None, source: CommentSource) -> Comparison:
        nothing = not self._staged.comments and not self._staged.partial
        sources = {source.source, source.former}
        if nothing and known is not None and await self._articles.has_comments(known, *sources):
            message = "The source holds no comments. Those it brought before were left as they are."
            await self._notes.warn("no-comments", "comments", message)
        merge = CommentMerge(self._view, known, source)
        await merge.match()
        return await merge.compare()


def _respelled(section: Section, stored: Section | None) -> Section:
    """A section with the stored words where it has the same ones."""
    if stored is None:
        return section
    heading = (
        stored.heading if folded(stored.heading or "") == folded(section.heading or "") else section.heading
    )
    text = stored.text if folded(stored.text) == folded(section.text) else section.text
    return replace(section, heading=heading, text=text)


def _article_json(article: ArticleReport, format_name: str) -> dict[str, Any]:
    counts = article.comments
    skipped = len(article.skipped)
    return {
        "slug": article.slug,
        "title": article.title,
        "format": format_name,
        "result": article.result,
        "sections": article.sections,
        "comments": {
            "read": counts.created + counts.updated + counts.unchanged + skipped,
            "created": counts.created,
            "updated": counts.updated,
            "unchanged": counts.unchanged,
            "skipped": skipped,
        },
        "skipped": [{"source_id": each.source_id, "reason": each.reason} for each in article.skipped],
        "warnings": [
            {"code": each.code, "place": each.place, "message": each.message} for each in article.warnings
        ],
    }
