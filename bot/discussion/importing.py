"""Importing: bringing what is stored of an article to what a source now holds.

The source is read to its end into a staging area first, so that one which ends in an error changes nothing.
Then each article is merged in a transaction of its own. Importing the same again changes nothing; importing a
newer state brings what is new, changes what has changed, and leaves alone what members wrote.
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
from bot.discussion.reading import Reading
from bot.discussion.sections import match_sections
from bot.discussion.slugs import is_slug, numbered, slug_of
from bot.errors import RefusedError
from bot.model import ArticleId, Notice, Omission, Section, SectionId, SourceRecord
from bot.store.connection import settled
from bot.store.database import Database, Transaction
from bot.store.imported_articles import ImportedArticles, SourceName
from bot.store.merge import CommentMerge, Comparison
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
) -> ImportReport:
    """Import all that a reader yields; the reader runs in a thread of its own.

    `slug` names the article, new or not; without it, an article is the one that its source calls the same. A
    dry run tells what would happen and writes nothing. Raises `RefusedError` for a slug that cannot be used,
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
        reports = []
        for article in articles:
            async with database.transaction(attach={"staging": file}, discard=dry_run) as tx:
                reports.append(await _ArticleMerge(tx, article, slug).run())
    return ImportReport(format_name, tuple(reports))


async def _read(reading: Reading, records: Iterable[SourceRecord], file: Path) -> list[StagedArticle]:
    work = asyncio.ensure_future(asyncio.to_thread(reading.run, records, file))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        reading.stop.set()
        await settled(asyncio.wait({work}))  # its file cannot be removed before it has ended
        raise


class _ArticleMerge:
    """One staged article, merged into the database."""

    def __init__(self, tx: Transaction, staged: StagedArticle, slug: str | None) -> None:
        self._tx = tx
        self._staged = staged
        self._source = staged.source
        self._slug = slug
        self._articles = ImportedArticles(tx)
        self._notes = StagedNotes(tx, staged)

    async def run(self) -> ArticleReport:
        """Match, compare, write, and tell."""
        source = self._source
        # What knows no more of an article than its name says nothing about its text.
        has_text = bool(source.sections)
        name = SourceName(source.kind, source.site, self._key())
        known = await self._find(name)
        slug = await self._choose_slug(known)
        if known is None:
            article, changed = await self._articles.add(slug, name, source), True
        else:
            article, changed = known, await self._articles.rename(known, slug)
            if has_text:
                title = await self._articles.title_of(article)
                same = replace(source, title=title) if folded(title) == folded(source.title) else source
                changed = await self._articles.update(article, name, same) or changed
        if has_text:
            changed = await self._merge_sections(article) or changed
        sections = await self._articles.sections(article, withdrawn=False)
        await self._notes.place_sections(sections)
        comments = await self._merge_comments(article, name.source)
        outcome = "updated" if changed or comments.changed else "unchanged"
        return ArticleReport(
            slug=slug,
            title=await self._articles.title_of(article),
            result="created" if known is None else outcome,
            sections=len(sections),
            comments=comments,
            skipped=await self._notes.omissions(),
            warnings=await self._notes.notices(),
        )

    def _key(self) -> str:
        if self._source.post_id is not None:
            return f"post:{self._source.post_id}"
        return f"slug:{self._slug or self._own_slug()}"

    def _own_slug(self) -> str:
        given = self._source.slug
        return given if given and is_slug(given) else slug_of(self._source.title)

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

    async def _merge_sections(self, article: ArticleId) -> bool:
        before = await self._articles.sections(article, withdrawn=False)
        withdrawn = await self._articles.sections(article, withdrawn=True)
        fresh = count(await self._articles.next_section())
        stored = {section.id: section for section in before}
        after = [
            _respelled(
                Section(known or SectionId(next(fresh)), number, section.heading, section.text),
                stored.get(known) if known else None,
            )
            for number, (known, section) in enumerate(
                zip(
                    match_sections(before, withdrawn, self._source.sections),
                    self._source.sections,
                    strict=True,
                ),
                start=1,
            )
        ]
        if after == before:
            return False
        await self._articles.replace_sections(article, after)
        return True

    async def _merge_comments(self, article: ArticleId, source: str) -> Comparison:
        nothing = not self._staged.comments and not self._staged.partial
        if nothing and await self._articles.has_comments(article, source):
            message = "The source holds no comments. Those it brought before were left as they are."
            await self._notes.warn("no-comments", "comments", message)
        merge = CommentMerge(
            self._tx,
            staged=self._staged.number,
            article=article,
            source=source,
            complete=self._staged.complete,
        )
        await merge.match()
        comments = await merge.compare()
        await merge.apply()
        return comments


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
