"""Searching the full-text index, as far as somebody may see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import CommentId, SectionId
from bot.store.database import Reader
from bot.store.moments import to_milliseconds
from bot.store.scope import ARTICLE_SEEN, COMMENT_SEEN, Scope, few_articles
from bot.store.search_queries import Query
from bot.text.words import END_OF_HIT, HIT, is_soon_ranked, spellings

EXCERPT_TOKENS = 24

NAMESAKES = 50
"""How many people of one name a search takes into account."""

CONSIDERED = 10_000
"""How many comments with frequent words a search ranks, the newest of them; and how many sections."""

OFFERED_AMONG = 1_000
"""How many of them are looked through for somebody who types."""

# What stands in most comments is not worth weighing a million of them. Unranked, the newest come first.
_FIND = f"""
WITH found (entry, score) AS MATERIALIZED (
    SELECT * FROM (
        SELECT rowid, iif(:ranked, rank, 0) FROM search_index
        WHERE search_index MATCH :match AND rowid > 0 ORDER BY rowid DESC LIMIT :considered)
    UNION ALL SELECT * FROM (
        SELECT rowid, iif(:ranked, rank, 0) FROM search_index
        WHERE search_index MATCH :match AND rowid < 0 ORDER BY rowid DESC LIMIT :considered))
SELECT json_group_array(entry) AS entries, (SELECT count(*) FROM found WHERE entry > 0) AS considered FROM (
    SELECT found.entry FROM found LEFT JOIN comment AS c ON c.id = found.entry
    LEFT JOIN section AS s ON s.id = -found.entry LEFT JOIN article AS a ON a.id = s.article_id
    WHERE iif(c.id IS NOT NULL,
        c.status = 'visible' AND (:since IS NULL OR c.created_at >= :since)
            AND (:until IS NULL OR c.created_at < :until) AND {COMMENT_SEEN},
        s.withdrawn = 0 AND (:since IS NULL OR a.published_at >= :since)
            AND (:until IS NULL OR a.published_at < :until)
            AND (:author IS NULL OR a.author = :author COLLATE NOCASE) AND {ARTICLE_SEEN.format("a.id")})
    ORDER BY found.score, found.entry DESC LIMIT :limit OFFSET :offset)
"""
# The plus keeps the database from asking the index once for each entry.
_EXCERPTS = f"""
SELECT rowid AS entry, snippet(search_index, 0, '{HIT}', '{END_OF_HIT}', '…', {EXCERPT_TOKENS}) AS found
FROM search_index WHERE search_index MATCH :match AND rowid BETWEEN :first AND :last
AND +rowid IN (SELECT value FROM json_each(:entries))
"""
_NEWEST = f"""
SELECT c.id FROM (
    SELECT rowid AS entry FROM search_index WHERE search_index MATCH :match AND rowid > 0
    ORDER BY rowid DESC LIMIT :considered) AS found
CROSS JOIN comment AS c ON c.id = found.entry
WHERE c.status = 'visible' AND {COMMENT_SEEN} ORDER BY c.id DESC LIMIT :limit
"""
_NAMESAKES = f"SELECT id FROM commenter WHERE {{0}} LIMIT {NAMESAKES}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A comment or a section that was found, and the part of it that tells why, as `bot.text.words` reads it."""

    comment: CommentId | None
    section: SectionId | None
    excerpt: str


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found. `whole` is False where so many comments have the words that only the newest were considered."""

    hits: tuple[Hit, ...]
    whole: bool


class Searches:
    """Finds what a scope lets somebody see. `match` is an FTS5 expression."""

    def __init__(self, reader: Reader, scope: Scope) -> None:
        self._reader = reader
        self._scope = scope

    async def find(self, match: str, query: Query, *, limit: int, offset: int) -> Hits:
        """Comments and sections with these words that the query's other conditions let through, best first."""
        expression = await self._expression(match, query)
        if expression is None:
            return Hits((), whole=True)
        (row,) = await self._reader.fetch_all(
            _FIND,
            {
                **self._scope.parameters,
                "match": expression,
                "ranked": is_soon_ranked(match),
                "considered": CONSIDERED,
                "author": query.author,
                "since": None if query.since is None else to_milliseconds(query.since),
                "until": None if query.until is None else to_milliseconds(query.until),
                "limit": limit,
                "offset": offset,
            },
        )
        entries: list[int] = json.loads(row["entries"])
        excerpts = {
            **await self._excerpts(expression, [each for each in entries if each > 0]),
            **await self._excerpts(expression, [each for each in entries if each < 0]),
        }
        hits = (_hit(each, excerpts[each]) for each in entries if each in excerpts)
        return Hits(tuple(hits), whole=row["considered"] < CONSIDERED)

    async def newest(self, match: str, limit: int) -> list[CommentId]:
        """The newest comments with these words, as far back as it is worth while for somebody who types."""
        expression = await self._expression(match, Query(""))
        if expression is None:
            return []
        values = {"match": expression, "considered": OFFERED_AMONG, "limit": limit}
        rows = await self._reader.fetch_all(_NEWEST, {**self._scope.parameters, **values})
        return [CommentId(row["id"]) for row in rows]

    async def _excerpts(self, expression: str, entries: Sequence[int]) -> dict[int, str]:
        if not entries:
            return {}
        values = {"match": expression, "first": min(entries), "last": max(entries)}
        rows = await self._reader.fetch_all(_EXCERPTS, {**values, "entries": json.dumps(entries)})
        return {row["entry"]: row["found"] for row in rows}

    async def _expression(self, match: str, query: Query) -> str | None:
        """What the index is asked, None where nothing can be found."""
        marks = await self._marks(query)
        if not self._scope.channels or not all(marks):
            return None
        return " AND ".join([f"words : ({match})", *(f"marks : ({' OR '.join(each)})" for each in marks)])

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
            named = " OR ".join(["name = ? COLLATE NOCASE"] * len(names))
            rows = await self._reader.fetch_all(_NAMESAKES.format(named), names)
            marks.append([*(f"w{row['id']}" for row in rows), "s"])
        return marks


def _hit(entry: int, excerpt: str) -> Hit:
    if entry > 0:
        return Hit(CommentId(entry), None, excerpt)
    return Hit(None, SectionId(-entry), excerpt)
