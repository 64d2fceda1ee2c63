"""Counting what a discussion is made of, inside SQLite."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.model import ArticleId, PublicationId
from bot.store.database import Reader, Row

_EPOCH = date(1970, 1, 1)

_SEEN = """
    c.article_id = :article AND c.status = 'visible'
    AND (c.publication_id IS NULL OR c.publication_id IN (SELECT value FROM json_each(:seen)))
"""

_TOTALS = f"""
SELECT count(*) AS comments, total(c.origin = 'discord') AS by_members, count(DISTINCT c.commenter_id) AS people
FROM arrived_comment AS c WHERE {_SEEN}
"""

_DAYS = f"""
SELECT c.created_at / 86400000 AS day, count(*) AS comments
FROM arrived_comment AS c WHERE {_SEEN} AND c.created_at IS NOT NULL GROUP BY day ORDER BY day
"""

_SECTIONS = f"""
SELECT s.number, s.heading, (SELECT count(*) FROM arrived_comment AS c WHERE {_SEEN} AND c.section_id = s.id)
    AS comments
FROM section AS s WHERE s.article_id = :article AND s.withdrawn = 0 ORDER BY s.number
"""

# What is not visible still gives what answers it its depth.
_DEPTHS = f"""
WITH RECURSIVE tree (id, depth) AS (
    SELECT id, 0 FROM arrived_comment WHERE article_id = :article AND parent_id IS NULL
    UNION ALL
    SELECT c.id, tree.depth + 1 FROM tree JOIN arrived_comment AS c ON c.parent_id = tree.id
)
SELECT tree.depth, count(*) AS comments FROM tree CROSS JOIN comment AS c ON c.id = tree.id
WHERE {_SEEN} GROUP BY tree.depth ORDER BY tree.depth
"""

_PEOPLE = f"""
SELECT w.name, count(*) AS comments FROM arrived_comment AS c JOIN commenter AS w ON w.id = c.commenter_id
WHERE {_SEEN} GROUP BY w.id ORDER BY comments DESC, w.name, w.id LIMIT :people
"""


@dataclass(frozen=True, slots=True)
class SectionCount:
    """How many comments are on one section as a whole; `heading` is None for the introduction."""

    number: int
    heading: str | None
    comments: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The visible comments of a discussion, counted.

    `by_day` has the days on which something was written, in order; comments without a time are not in it. `by_depth`
    begins at depth 0, the top. `most_active` are names with their numbers, the most first.
    """

    comments: int
    by_members: int
    people: int
    by_day: Mapping[date, int]
    by_section: tuple[SectionCount, ...]
    by_depth: tuple[int, ...]
    most_active: tuple[tuple[str, int], ...]


class Statistics:
    """Asked about one article and the members' comments in some of its publications."""

    def __init__(self, reader: Reader, article: ArticleId, seen: Sequence[PublicationId]) -> None:
        self._reader = reader
        self._parameters: dict[str, object] = {"article": article, "seen": json.dumps(seen)}

    async def figures(self, *, people: int) -> Figures:
        """All figures; of the people only the `people` most active."""
        (totals,) = await self._rows(_TOTALS)
        depths = {row["depth"]: row["comments"] for row in await self._rows(_DEPTHS)}
        return Figures(
            comments=totals["comments"],
            by_members=int(totals["by_members"]),
            people=totals["people"],
            by_day={_EPOCH + timedelta(days=row["day"]): row["comments"] for row in await self._rows(_DAYS)},
            by_section=tuple(
                SectionCount(row["number"], row["heading"], row["comments"])
                for row in await self._rows(_SECTIONS)
            ),
            by_depth=tuple(depths.get(depth, 0) for depth in range(max(depths, default=-1) + 1)),
            most_active=tuple(
                (row["name"], row["comments"]) for row in await self._rows(_PEOPLE, people=people)
            ),
        )

    async def _rows(self, sql: str, **more: object) -> list[Row]:
        return await self._reader.fetch_all(sql, {**self._parameters, **more})
