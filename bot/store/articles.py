"""Articles and their sections, as an import left them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.model import Article, ArticleId, ChannelId, GuildId, PublicationState, Section, SectionId
from bot.store.database import Reader, Row
from bot.store.moments import from_milliseconds
from bot.store.names import articles_named
from bot.store.scope import ARTICLE_SEEN, Scope

_COLUMNS = "id, slug, title, author, source_url, published_at"


ARTICLE_ARRIVED = "a.id NOT IN (SELECT article_id FROM arrival WHERE new_article = 1)"
"""An article `a` is there, its import at an end: what the view `arrived_article` asks too."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where an article was posted, and how that stands."""

    guild_id: GuildId
    channel_id: ChannelId
    state: PublicationState


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """An article in a list: how many sections and visible comments it has, and where it was posted."""

    id: ArticleId
    slug: str
    title: str
    source_url: str | None
    sections: int
    comments: int
    publications: tuple[Posted, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """What a section is called: its number from 1, and its heading, which the introduction has not."""

    article_id: ArticleId
    number: int
    heading: str | None


class Articles:
    """Articles by their names; only an import writes them."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def by_id(self, article: ArticleId) -> Article | None:
        """One article with its sections, None if there is none."""
        return await self._one("id = ?", article)

    async def by_slug(self, slug: str) -> Article | None:
        """One article with its sections, None if there is none."""
        return await self._one("slug = ?", slug)

    async def of_section(self, section: SectionId) -> ArticleId | None:
        """The article that a section belongs to, or belonged to before it was withdrawn."""
        value = await self._reader.fetch_value("SELECT article_id FROM section WHERE id = ?", (section,))
        return None if value is None else ArticleId(value)

    async def sections(self, article: ArticleId) -> tuple[Section, ...]:
        """An article's present sections in order; those that the source withdrew are not among them."""
        rows = await self._reader.fetch_all(
            "SELECT id, number, heading, text FROM section WHERE article_id = ? AND withdrawn = 0 "
            "ORDER BY number",
            (article,),
        )
        return tuple(
            Section(SectionId(row["id"]), row["number"], row["heading"], row["text"]) for row in rows
        )

    async def summaries(self) -> list[ArticleSummary]:
        """All articles by slug."""
        posted: dict[int, list[Posted]] = {}
        for row in await self._reader.fetch_all(
            "SELECT article_id, guild_id, channel_id, state FROM publication ORDER BY id"
        ):
            posted.setdefault(row["article_id"], []).append(
                Posted(GuildId(row["guild_id"]), ChannelId(row["channel_id"]), PublicationState(row["state"]))
            )
        rows = await self._reader.fetch_all(
            "SELECT id, slug, title, source_url, "
            "(SELECT count(*) FROM section AS s WHERE s.article_id = a.id AND s.withdrawn = 0) AS sections, "
            "ifnull(c.comments, 0) AS comments FROM arrived_article AS a LEFT JOIN ("
            "SELECT article_id, count(*) AS comments FROM arrived_comment WHERE status = 'visible' "
            "GROUP BY article_id) AS c ON c.article_id = a.id ORDER BY slug"
        )
        return [
            ArticleSummary(
                id=ArticleId(row["id"]),
                slug=row["slug"],
                title=row["title"],
                source_url=row["source_url"],
                sections=row["sections"],
                comments=row["comments"],
                publications=tuple(posted.get(row["id"], ())),
            )
            for row in rows
        ]

    async def titles(self, articles: Iterable[ArticleId]) -> dict[ArticleId, str]:
        """The titles of some articles."""
        rows = await self._reader.fetch_all(
            "SELECT id, title FROM article WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(articles)),),
        )
        return {ArticleId(row["id"]): row["title"] for row in rows}

    async def headings(self, sections: Sequence[SectionId]) -> dict[SectionId, Heading]:
        """What some sections are called, those that are present."""
        rows = await self._reader.fetch_all(
            "SELECT id, article_id, number, heading FROM section "
            "WHERE id IN (SELECT value FROM json_each(?)) AND withdrawn = 0",
            (json.dumps(sections),),
        )
        return {
            SectionId(row["id"]): Heading(ArticleId(row["article_id"]), row["number"], row["heading"])
            for row in rows
        }

    async def seen(self, scope: Scope, words: str, limit: int) -> list[tuple[str, str]]:
        """Slugs and titles of articles in scope in which these words stand in either, newest first."""
        query, values = articles_named(words, ARTICLE_SEEN.format("a.id"), limit)
        rows = await self._reader.fetch_all(query, {**scope.parameters, **values})
        return [(row["slug"], row["title"]) for row in rows]

    async def seen_by_slug(self, scope: Scope, slug: str) -> ArticleId | None:
        """An article in scope, None where there is none of that slug."""
        found = await self._reader.fetch_value(
            f"SELECT a.id FROM article AS a WHERE a.slug = :slug AND {ARTICLE_SEEN.format('a.id')}",
            {**scope.parameters, "slug": slug},
        )
        return None if found is None else ArticleId(found)

    async def is_seen(self, scope: Scope, article: ArticleId) -> bool:
        """Whether an article is in scope."""
        values = {**scope.parameters, "article": article}
        return bool(await self._reader.fetch_value(f"SELECT {ARTICLE_SEEN.format(':article')}", values))

    async def matching(self, words: str, limit: int) -> list[tuple[str, str]]:
        """Slugs and titles of articles, newest first, in which `words` stand in either, in any letter case."""
        query, values = articles_named(words, ARTICLE_ARRIVED, limit)
        rows = await self._reader.fetch_all(query, values)
        return [(row["slug"], row["title"]) for row in rows]

    async def _one(self, condition: str, value: object) -> Article | None:
        row = await self._reader.fetch_one(
            f"SELECT {_COLUMNS} FROM arrived_article WHERE {condition}", (value,)
        )
        return None if row is None else _article(row, await self.sections(row["id"]))


def _article(row: Row, sections: tuple[Section, ...]) -> Article:
    published_at = row["published_at"]
    return Article(
        id=ArticleId(row["id"]),
        slug=row["slug"],
        title=row["title"],
        author=row["author"],
        source_url=row["source_url"],
        published_at=None if published_at is None else from_milliseconds(published_at),
        sections=sections,
    )
