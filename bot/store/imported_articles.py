"""Storing articles as a source has them: finding, adding and changing them and their sections."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import ArticleId, Section, SectionId, SourceArticle
from bot.store.database import Transaction
from bot.store.moments import to_milliseconds

# What a source does not tell it need not deny.
_DIFFERS = """
id = ?5 AND (title, author, source_url, published_at)
    IS NOT (?1, ifnull(?2, author), ifnull(?3, source_url), ifnull(?4, published_at))
"""


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

    async def source_of(self, article: ArticleId) -> str:
        """The source that an article came from."""
        return str(
            await self._tx.fetch_value(
                "SELECT trim(source_kind || ' ' || source_site) FROM article WHERE id = ?", (article,)
            )
        )

    async def has_comments(self, article: ArticleId, *sources: str) -> bool:
        """Whether anything that one of the sources brought is still there."""
        found = await self._tx.fetch_value(
            "SELECT 1 FROM comment WHERE article_id = ? AND source IN (SELECT value FROM json_each(?)) "
            "AND status <> 'deleted' LIMIT 1",
            (article, json.dumps(sources)),
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

    async def rename(self, article: ArticleId, slug: str) -> None:
        """Give an article a slug that no other has."""
        await self._tx.execute("UPDATE article SET slug = ?1 WHERE id = ?2 AND slug <> ?1", (slug, article))

    async def differs(self, article: ArticleId, source: SourceArticle) -> bool:
        """Whether `update` would change what can be seen of an article."""
        found = await self._tx.fetch_value(
            f"SELECT 1 FROM article WHERE {_DIFFERS}", (*_facts(source), article)
        )
        return found is not None

    async def update(self, article: ArticleId, name: SourceName, source: SourceArticle) -> None:
        """Bring an article to what its source says.

        Where the source is not the one it came from, it takes over the article, and by and by the comments of that one
        (`bot.store.changes`).
        """
        await self._tx.execute(
            "INSERT INTO takeover (article_id, former, source) SELECT id, trim(source_kind || ' ' || source_site), ? "
            "FROM article WHERE id = ? AND (source_kind, source_site) IS NOT (?, ?)",
            (name.source, article, name.kind, name.site),
        )
        await self._tx.execute(
            "UPDATE article SET source_kind = ?, source_site = ?, source_key = ? WHERE id = ?",
            (name.kind, name.site, name.key, article),
        )
        await self._tx.execute(
            "UPDATE article SET title = ?1, author = ifnull(?2, author), source_url = ifnull(?3, source_url), "
            f"published_at = ifnull(?4, published_at) WHERE {_DIFFERS}",
            (*_facts(source), article),
        )

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

    async def expect_sections(self, article: ArticleId, sections: Sequence[Section]) -> None:
        """Enter those that are new as withdrawn: comments may stand on them before they are to be seen."""
        await self._tx.executemany(
            "INSERT INTO section (id, article_id, number, heading, text, withdrawn) VALUES (?, ?, ?, ?, ?, 1) "
            "ON CONFLICT (id) DO NOTHING",
            [(each.id, article, each.number, each.heading, each.text) for each in sections],
        )

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
