"""Storing articles as a source has them: finding, adding and changing them and their sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import ArticleId, Section, SectionId, SourceArticle
from bot.store.database import Transaction
from bot.store.moments import to_milliseconds


@dataclass(frozen=True, slots=True)
class SourceName:
    """What a source calls an article: `key` is "post:" and its post id, else "slug:" and a slug."""

    kind: str
    site: str
    key: str

    @property
    def source(self) -> str:
        """The source itself, as its comments bear it."""
        return f"{self.kind} {self.site}".strip()


class ImportedArticles:
    """What an import does to articles, inside one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def by_name(self, name: SourceName) -> ArticleId | None:
        """The article that a source knows by that name."""
        return await self._one(
            "source_kind = ? AND source_site = ? AND source_key = ?", name.kind, name.site, name.key
        )

    async def by_url(self, url: str) -> ArticleId | None:
        """The oldest article at that address."""
        return await self._one("source_url = ? ORDER BY id LIMIT 1", url)

    async def by_slug(self, slug: str) -> ArticleId | None:
        """The article of that slug."""
        return await self._one("slug = ?", slug)

    async def slug_of(self, article: ArticleId) -> str:
        """An article's slug."""
        return str(await self._tx.fetch_value("SELECT slug FROM article WHERE id = ?", (article,)))

    async def title_of(self, article: ArticleId) -> str:
        """An article's title."""
        return str(await self._tx.fetch_value("SELECT title FROM article WHERE id = ?", (article,)))

    async def has_comments(self, article: ArticleId, source: str) -> bool:
        """Whether anything that a source brought is still there."""
        found = await self._tx.fetch_value(
            "SELECT 1 FROM comment WHERE article_id = ? AND source = ? AND status <> 'deleted' LIMIT 1",
            (article, source),
        )
        return found is not None

    async def add(self, slug: str, name: SourceName, source: SourceArticle) -> ArticleId:
        """Store a new article, without its sections."""
        identifier = await self._tx.fetch_value(
            "INSERT INTO article (slug, title, author, source_url, published_at, source_kind, source_site, "
            "source_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (slug, *_facts(source), name.kind, name.site, name.key),
        )
        return ArticleId(identifier)

    async def rename(self, article: ArticleId, slug: str) -> bool:
        """Give an article a slug that no other has; whether it had another one."""
        changed = await self._tx.execute(
            "UPDATE article SET slug = ?1 WHERE id = ?2 AND slug <> ?1", (slug, article)
        )
        return changed > 0

    async def update(self, article: ArticleId, name: SourceName, source: SourceArticle) -> bool:
        """Bring an article to what its source says; whether that changed it.

        Where the source is not the one it came from, it takes over the article and the comments of that one.
        """
        await self._tx.execute(
            "UPDATE OR IGNORE comment SET source = ? WHERE article_id = ? AND source = "
            "(SELECT trim(a.source_kind || ' ' || a.source_site) FROM article AS a "
            "WHERE a.id = comment.article_id AND (a.source_kind, a.source_site) IS NOT (?, ?))",
            (name.source, article, name.kind, name.site),
        )
        await self._tx.execute(
            "UPDATE article SET source_kind = ?, source_site = ?, source_key = ? WHERE id = ?",
            (name.kind, name.site, name.key, article),
        )
        changed = await self._tx.execute(
            # What a source does not tell it need not deny.
            "UPDATE article SET title = ?1, author = ifnull(?2, author), source_url = ifnull(?3, source_url), "
            "published_at = ifnull(?4, published_at) WHERE id = ?5 AND (title, author, source_url, published_at) "
            "IS NOT (?1, ifnull(?2, author), ifnull(?3, source_url), ifnull(?4, published_at))",
            (*_facts(source), article),
        )
        return changed > 0

    async def sections(self, article: ArticleId, *, withdrawn: bool) -> list[Section]:
        """An article's sections by number, either those present or those withdrawn."""
        rows = await self._tx.fetch_all(
            "SELECT id, number, heading, text FROM section WHERE article_id = ? AND withdrawn = ? "
            "ORDER BY number, id",
            (article, withdrawn),
        )
        return [Section(SectionId(row["id"]), row["number"], row["heading"], row["text"]) for row in rows]

    async def next_section(self) -> SectionId:
        """An id that no section has, and none above it."""
        return SectionId(await self._tx.fetch_value("SELECT ifnull(max(id), 0) + 1 FROM section"))

    async def replace_sections(self, article: ArticleId, sections: Sequence[Section]) -> None:
        """Have exactly these sections, new ones and changed ones; the rest are withdrawn and keep their rows."""
        # Withdrawing all first keeps their numbers apart while they change.
        await self._tx.execute("UPDATE section SET withdrawn = 1 WHERE article_id = ?", (article,))
        await self._tx.executemany(
            "INSERT INTO section (id, article_id, number, heading, text) VALUES (?1, ?2, ?3, ?4, ?5) "
            "ON CONFLICT (id) DO UPDATE SET number = ?3, heading = ?4, text = ?5, withdrawn = 0",
            [(each.id, article, each.number, each.heading, each.text) for each in sections],
        )

    async def _one(self, condition: str, *values: str) -> ArticleId | None:
        found = await self._tx.fetch_value(f"SELECT id FROM article WHERE {condition}", values)
        return None if found is None else ArticleId(found)


def _facts(source: SourceArticle) -> tuple[object, ...]:
    published_at = None if source.published_at is None else to_milliseconds(source.published_at)
    return source.title, source.author, source.url, published_at
