"""Searching the full-text index, as far as somebody may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import CommentId, SectionId
from bot.store.database import Reader
from bot.store.moments import to_milliseconds
from bot.store.scope import ARTICLE_SEEN, COMMENT_SEEN, Scope, few_articles
from bot.store.search_queries import Query
from bot.text.words import END_OF_HIT, HIT, spellings

EXCERPT_TOKENS = 24

NAMESAKES = 50
"""How many people of one name a search takes into account."""

# The index gives the best first, and rows are judged until the page is full: hence the join in this order.
_FIND = f"""
SELECT search_index.rowid AS entry, snippet(search_index, 0, '{HIT}', '{END_OF_HIT}', '…', {EXCERPT_TOKENS}) AS found
FROM search_index
LEFT JOIN comment AS c ON c.id = search_index.rowid
LEFT JOIN section AS s ON s.id = -search_index.rowid LEFT JOIN article AS a ON a.id = s.article_id
WHERE search_index MATCH :match AND iif(c.id IS NOT NULL,
    c.status = 'visible' AND (:since IS NULL OR c.created_at >= :since) AND (:until IS NULL OR c.created_at < :until)
        AND {COMMENT_SEEN},
    s.withdrawn = 0 AND (:since IS NULL OR a.published_at >= :since) AND (:until IS NULL OR a.published_at < :until)
        AND (:author IS NULL OR a.author = :author COLLATE NOCASE) AND {ARTICLE_SEEN.format("a.id")})
ORDER BY rank LIMIT :limit OFFSET :offset
"""
_NEWEST = f"""
SELECT c.id FROM search_index JOIN comment AS c ON c.id = search_index.rowid
WHERE search_index MATCH :match AND search_index.rowid > 0 AND c.status = 'visible' AND {COMMENT_SEEN}
ORDER BY search_index.rowid DESC LIMIT :limit
"""
_AUTHORS = f"""
SELECT DISTINCT w.name FROM commenter AS w
WHERE w.name >= :first COLLATE NOCASE AND w.name < :last COLLATE NOCASE AND EXISTS (
    SELECT 1 FROM arrived_comment AS c WHERE c.commenter_id = w.id AND c.status = 'visible' AND {COMMENT_SEEN})
ORDER BY w.name COLLATE NOCASE LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A comment or a section that was found, and the part of it that tells why, as `bot.text.words` reads it."""

    comment: CommentId | None
    section: SectionId | None
    excerpt: str


class Searches:
    """Finds what a scope lets somebody see. `match` is an FTS5 expression."""

    def __init__(self, reader: Reader, scope: Scope) -> None:
        self._reader = reader
        self._scope = scope

    async def find(self, match: str, query: Query, *, limit: int, offset: int) -> list[Hit]:
        """Comments and sections with these words that the query's other conditions let through, best first."""
        marks = await self._marks(query)
        if not self._scope.channels or not all(marks):
            return []
        parts = [f"words : ({match})", *(f"marks : ({' OR '.join(each)})" for each in marks)]
        rows = await self._reader.fetch_all(
            _FIND,
            {
                **self._scope.parameters,
                "match": " AND ".join(parts),
                "author": query.author,
                "since": None if query.since is None else to_milliseconds(query.since),
                "until": None if query.until is None else to_milliseconds(query.until),
                "limit": limit,
                "offset": offset,
            },
        )
        return [_hit(row["entry"], row["found"]) for row in rows]

    async def newest(self, match: str, limit: int) -> list[CommentId]:
        """The newest comments with these words."""
        values = {**self._scope.parameters, "match": f"words : ({match})", "limit": limit}
        return [CommentId(row["id"]) for row in await self._reader.fetch_all(_NEWEST, values)]

    async def authors(self, beginning: str, limit: int) -> list[str]:
        """Names that begin like this of those whose comments can be seen, in order."""
        found: dict[str, None] = {}
        for first in spellings(beginning):
            values = {"first": first, "last": first + chr(0x10FFFF), "limit": limit}
            rows = await self._reader.fetch_all(_AUTHORS, {**self._scope.parameters, **values})
            found.update(dict.fromkeys(row["name"] for row in rows))
        return sorted(found, key=str.casefold)[:limit]

    async def _marks(self, query: Query) -> list[Sequence[str]]:
        """The marks of which an entry must have one of each; none at all where nothing can have them."""
        marks: list[Sequence[str]] = []
        articles = (
            await few_articles(self._reader, self._scope) if query.article_id is None else [query.article_id]
        )
        if articles is not None:
            marks.append([f"a{each}" for each in articles])
        if query.author is not None:
            names = spellings(query.author)
            rows = await self._reader.fetch_all(
                f"SELECT id FROM commenter WHERE {' OR '.join(['name = ? COLLATE NOCASE'] * len(names))} LIMIT ?",
                (*names, NAMESAKES),
            )
            marks.append([*(f"w{row['id']}" for row in rows), "s"])
        return marks


def _hit(entry: int, excerpt: str) -> Hit:
    if entry > 0:
        return Hit(CommentId(entry), None, excerpt)
    return Hit(None, SectionId(-entry), excerpt)
