"""Bringing an article's stored comments to what a source now holds, set by set and never one by one.

Works inside one transaction to which the staging area is attached. `match` and `compare` write to the staging
area, `apply` to the database. Members' comments and those from other sources are never touched.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.model import ArticleId
from bot.store.database import Transaction
from bot.text.typography import folded

# Both kinds of comment without a name stand for "somebody": what they are called is our own numbering.
_NAME = "CASE WHEN {0} GLOB 'Reader [0-9]*' THEN '' ELSE ifnull({0}, '') END"
_STAGED_NAME, _STORED_NAME = _NAME.format("s.name"), _NAME.format("w.name")

# From comments just matched down to replies that say the same, as deep as it goes. (The plus takes away the
# column's type, without which an index over an expression is not used.)
_WALK = """
INSERT INTO staged_walked
WITH RECURSIVE walk (ord, id) AS (
    SELECT ord, id FROM staged_frontier
    UNION ALL
    SELECT s.ord, c.id FROM walk
    JOIN staged_comment AS s ON s.article = :staged AND s.parent = walk.ord AND s.identity IS NOT NULL
    JOIN comment AS c ON c.article_id = :article AND ifnull(c.parent_id, 0) = +walk.id AND c.identity = s.identity
        AND c.source = :source
)
SELECT ord, id FROM walk
"""
_KEEP = """
UPDATE staged_comment SET target = (SELECT v.id FROM {0} AS v WHERE v.ord = staged_comment.ord)
WHERE ord IN (SELECT ord FROM {0} WHERE ord > 0)
"""

# Under parents just matched: replies of one author that stand between the same matched neighbours, and of which
# the texts differ, are taken for edits, the first for the first and so on.
_PAIR = f"""
INSERT INTO staged_frontier
WITH parent (ord, id) AS MATERIALIZED (
    SELECT v.ord, v.id FROM staged_walked AS v WHERE EXISTS (
        SELECT 1 FROM staged_comment AS s
        WHERE s.article = :staged AND s.parent = v.ord AND s.target IS NULL AND s.identity IS NOT NULL)
),
staged AS (
    SELECT s.ord, s.parent, s.target, {_STAGED_NAME} AS name,
        max(CASE WHEN s.target IS NOT NULL THEN s.ord ELSE 0 END)
            OVER (PARTITION BY s.parent ORDER BY s.ord) AS neighbour
    FROM parent CROSS JOIN staged_comment AS s ON s.article = :staged AND s.parent = parent.ord
    WHERE s.identity IS NOT NULL
),
stored AS (
    SELECT c.id, parent.ord AS parent, c.source_rank, m.ord AS matched, {_STORED_NAME} AS name,
        c.status <> 'deleted' OR c.status_by IS NOT 'source' AS open,
        count(m.ord) OVER (PARTITION BY parent.ord ORDER BY c.source_rank, c.id) AS stretch
    FROM parent CROSS JOIN comment AS c ON ifnull(c.parent_id, 0) = +parent.id AND c.article_id = :article
    JOIN commenter AS w ON w.id = c.commenter_id
    LEFT JOIN staged_comment AS m ON m.target = c.id AND m.article = :staged
    WHERE c.identity IS NOT NULL AND c.source = :source
),
placed AS (
    SELECT id, parent, name, source_rank, matched, open,
        ifnull(max(matched) OVER (PARTITION BY parent, stretch), 0) AS neighbour
    FROM stored
)
SELECT a.ord, b.id
FROM (
    SELECT ord, parent, name, neighbour,
        row_number() OVER (PARTITION BY parent, name, neighbour ORDER BY ord) AS nth
    FROM staged WHERE target IS NULL
) AS a
JOIN (
    SELECT id, parent, name, neighbour,
        row_number() OVER (PARTITION BY parent, name, neighbour ORDER BY source_rank, id) AS nth
    FROM placed WHERE matched IS NULL AND open
) AS b USING (parent, name, neighbour, nth)
"""

# What people have decided here stands against the source; what they deleted stays deleted.
_DECIDED = "(c.status_by IN ('author', 'moderator') OR c.status = 'deleted' AND c.status_by IS NOT 'source')"
_STATUS = f"CASE WHEN {_DECIDED} THEN c.status ELSE s.status END"
_STATUS_BY = f"CASE WHEN {_DECIDED} THEN c.status_by WHEN s.status = 'visible' THEN NULL ELSE 'source' END"
_TEXT = f"CASE {_STATUS} WHEN 'deleted' THEN '' ELSE s.text END"
_EDITED_AT = f"CASE {_STATUS} WHEN 'deleted' THEN NULL ELSE s.edited_at END"
_SECTION = "(SELECT n.id FROM staged_section AS n WHERE n.article = s.article AND n.number = s.section)"
# A source that shows a part only may not know a parent or section that is known here.
_PLACE = f"CASE WHEN :complete OR s.section IS NOT NULL THEN {_SECTION} ELSE c.section_id END"
_PARENT = "CASE WHEN :complete THEN s.parent_target ELSE c.parent_id END"
# Nor does it know the whole order: what it adds stands behind what is there.
_RANK = "CASE WHEN :complete THEN s.rank ELSE c.source_rank END"
_NEW_RANK = """
s.rank + CASE WHEN :complete THEN 0 ELSE (
    SELECT ifnull(max(c.source_rank), -1) + 1 FROM comment AS c
    WHERE c.article_id = :article AND c.source = :source) END
"""

_DIFFERS = f"""
c.status IS NOT {_STATUS} OR c.text IS NOT {_TEXT} OR c.edited_at IS NOT {_EDITED_AT}
OR c.created_at IS NOT s.created_at OR c.parent_id IS NOT {_PARENT} OR c.section_id IS NOT {_PLACE}
OR CASE WHEN s.name IS NULL THEN w.name NOT GLOB 'Reader [0-9]*' ELSE w.name <> s.name END
"""

# Stored comments of a source that it holds no more; those it left out deliberately are only hidden.
_GONE = """
source = :source AND article_id = :article
AND NOT EXISTS (SELECT 1 FROM staged_comment AS s WHERE s.target = comment.id AND s.article = :staged)
"""
_OMITTED = """
source_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM staged_omission AS o WHERE o.article = :staged AND o.source_id = comment.source_id)
"""
_WITHDRAWN = f"{_GONE} AND :complete AND status <> 'deleted' AND NOT ({_OMITTED})"
_HIDDEN = f"{_GONE} AND status = 'visible' AND status_by IS NULL AND {_OMITTED}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How an article's comments in the source compare with those stored.

    Of the latter, `withdrawn` are no longer in the source, `hidden` are there but left out by the reader.
    """

    created: int
    updated: int
    unchanged: int
    withdrawn: int
    hidden: int

    @property
    def changed(self) -> bool:
        """Whether anything that can be seen differs."""
        return self.created + self.updated + self.withdrawn + self.hidden > 0


class CommentMerge:
    """The comments of one staged article against those that a stored one has from the same source.

    With `complete`, what the source does not hold is gone; else it may only not be shown.
    """

    def __init__(
        self, tx: Transaction, *, staged: int, article: ArticleId, source: str, complete: bool
    ) -> None:
        self._tx = tx
        self._values = {"staged": staged, "article": article, "source": source, "complete": complete}

    async def match(self) -> None:
        """Find the stored comment for each staged one: by id, by identity under its parent, then by place."""
        await self._run(
            "UPDATE staged_comment SET target = c.id FROM comment AS c WHERE staged_comment.article = :staged "
            "AND c.article_id = :article AND c.source = :source AND c.source_id = staged_comment.source_id"
        )
        await self._run("DELETE FROM staged_frontier")
        await self._run(
            "INSERT INTO staged_frontier SELECT 0, 0 UNION ALL "
            "SELECT ord, target FROM staged_comment WHERE article = :staged AND target IS NOT NULL"
        )
        found = True
        while found:
            await self._run("DELETE FROM staged_walked")
            await self._run(_WALK)
            await self._run(_KEEP.format("staged_walked"))
            await self._run("DELETE FROM staged_frontier")
            # Where the source shows a part only, what seems to be gone need not be.
            found = self._values["complete"] is True and await self._run(_PAIR) > 0
            await self._run(_KEEP.format("staged_frontier"))
        await self._keep_spelling()

    async def _keep_spelling(self) -> None:
        """Take texts and names for those stored where WordPress may have made one of the other."""
        rows = self._tx.stream(
            "SELECT s.ord, s.text, c.text AS stored, s.name, w.name AS stored_name FROM staged_comment AS s "
            "JOIN comment AS c ON c.id = s.target JOIN commenter AS w ON w.id = c.commenter_id "
            "WHERE s.article = :staged AND (s.text <> c.text OR s.name <> w.name)",
            self._values,
        )
        texts: list[tuple[int]] = []
        names: list[tuple[int]] = []
        async for row in rows:
            if row["text"] != row["stored"] and folded(row["text"]) == folded(row["stored"]):
                texts.append((row["ord"],))
            if (
                row["name"]
                and row["name"] != row["stored_name"]
                and folded(row["name"]) == folded(row["stored_name"])
            ):
                names.append((row["ord"],))
        await self._tx.executemany(
            "UPDATE staged_comment SET text = (SELECT c.text FROM comment AS c WHERE c.id = target) WHERE ord = ?",
            texts,
        )
        await self._tx.executemany(
            "UPDATE staged_comment SET (name, commenter) = (SELECT w.name, w.identity FROM comment AS c "
            "JOIN commenter AS w ON w.id = c.commenter_id WHERE c.id = target) WHERE ord = ?",
            names,
        )

    async def compare(self) -> Comparison:
        """Number what is new, mark what differs, and count."""
        await self._run(
            "UPDATE staged_comment SET fresh = 1, target = n.id FROM ("
            "SELECT ord, row_number() OVER (ORDER BY ord) + ifnull((SELECT max(id) FROM comment), 0) AS id "
            "FROM staged_comment WHERE article = :staged AND target IS NULL) AS n "
            "WHERE n.ord = staged_comment.ord"
        )
        await self._run(
            "UPDATE staged_comment SET parent_target = p.target FROM staged_comment AS p "
            "WHERE staged_comment.article = :staged AND p.ord = staged_comment.parent"
        )
        await self._find_stored_parents()
        await self._run(
            "UPDATE staged_comment SET changed = 1 FROM (SELECT s.ord FROM staged_comment AS s "
            "JOIN comment AS c ON c.id = s.target JOIN commenter AS w ON w.id = c.commenter_id "
            f"WHERE s.article = :staged AND NOT s.fresh AND ({_DIFFERS})) AS d WHERE d.ord = staged_comment.ord"
        )
        (row,) = await self._tx.fetch_all(
            "SELECT count(*) FILTER (WHERE fresh) AS created, count(*) FILTER (WHERE changed) AS updated, "
            "count(*) FILTER (WHERE NOT fresh AND NOT changed) AS unchanged, "
            f"(SELECT count(*) FROM comment WHERE {_WITHDRAWN}) AS withdrawn, "
            f"(SELECT count(*) FROM comment WHERE {_HIDDEN}) AS hidden "
            "FROM staged_comment WHERE article = :staged",
            self._values,
        )
        return Comparison(**dict(row))

    async def apply(self) -> None:
        """Carry out what `compare` found."""
        await self._number_readers()
        await self._run(
            "INSERT INTO commenter (name, identity) SELECT name, commenter FROM staged_comment "
            "WHERE article = :staged AND (fresh OR changed) AND name IS NOT NULL "
            "ON CONFLICT (identity) DO NOTHING"
        )
        await self._run(
            "INSERT INTO comment (id, article_id, parent_id, section_id, commenter_id, origin, status, "
            "status_by, text, created_at, edited_at, source, source_id, identity, source_rank) "
            f"SELECT s.target, :article, s.parent_target, {_SECTION}, w.id, 'imported', s.status, "
            "CASE s.status WHEN 'visible' THEN NULL ELSE 'source' END, s.text, s.created_at, s.edited_at, "
            f":source, s.source_id, s.identity, {_NEW_RANK} FROM staged_comment AS s "
            "JOIN commenter AS w ON w.identity = s.commenter WHERE s.article = :staged AND s.fresh"
        )
        await self._run(
            f"UPDATE comment SET status = {_STATUS}, status_by = {_STATUS_BY}, text = {_TEXT}, "
            f"created_at = s.created_at, edited_at = {_EDITED_AT}, parent_id = {_PARENT}, "
            f"section_id = {_PLACE}, commenter_id = coalesce("
            "(SELECT w.id FROM commenter AS w WHERE w.identity = s.commenter), "
            f"c.commenter_id), identity = s.identity, source_rank = {_RANK} "
            "FROM staged_comment AS s JOIN comment AS c ON c.id = s.target "
            "WHERE s.article = :staged AND NOT s.fresh AND comment.id = s.target "
            f"AND (s.changed OR c.source_rank IS NOT {_RANK} OR c.identity IS NOT s.identity)"
        )
        await self._run(
            "UPDATE comment SET status = 'deleted', text = '', edited_at = NULL, "
            "status_by = CASE status_by WHEN 'moderator' THEN 'moderator' ELSE 'source' END "
            f"WHERE {_WITHDRAWN}"
        )
        await self._run(f"UPDATE comment SET status = 'hidden', status_by = 'source' WHERE {_HIDDEN}")

    async def _find_stored_parents(self) -> None:
        """A part of a source may reply to what an earlier part brought."""
        await self._run(
            "UPDATE staged_comment SET parent_target = c.id FROM comment AS c "
            "WHERE staged_comment.article = :staged AND NOT :complete AND staged_comment.fresh "
            "AND staged_comment.parent = 0 AND c.article_id = :article AND c.source = :source "
            "AND c.source_id = staged_comment.parent_ref"
        )
        await self._run(
            "INSERT INTO staged_notice SELECT article, 'missing-parent', "
            "'comment ' || coalesce(source_id, ref), "
            "'What this comment replies to is not in the source; it was put at the top.' "
            "FROM staged_comment WHERE article = :staged AND parent_ref IS NOT NULL AND parent_target IS NULL"
        )

    async def _number_readers(self) -> None:
        """Call commenters without a name Reader 1, 2, 3 by order; numbers once given stay."""
        await self._run(
            "UPDATE staged_comment SET name = 'Reader ' || (n.number + ifnull("
            "(SELECT max(CAST(substr(w.name, 8) AS INTEGER)) FROM comment AS c "
            "JOIN commenter AS w ON w.id = c.commenter_id WHERE c.article_id = :article "
            "AND w.name GLOB 'Reader [0-9]*' AND length(w.name) < 16), 0)) "
            "FROM (SELECT ord, dense_rank() OVER (ORDER BY first) AS number FROM ("
            "SELECT s.ord, min(s.ord) OVER (PARTITION BY s.commenter) AS first FROM staged_comment AS s "
            "WHERE s.article = :staged AND s.name IS NULL AND (s.fresh OR s.changed AND ("
            "SELECT w.name FROM comment AS c JOIN commenter AS w ON w.id = c.commenter_id "
            "WHERE c.id = s.target) NOT GLOB 'Reader [0-9]*') "
            "AND NOT EXISTS (SELECT 1 FROM commenter AS w WHERE w.identity = s.commenter))) AS n "
            "WHERE n.ord = staged_comment.ord"
        )

    async def _run(self, sql: str) -> int:
        return await self._tx.execute(sql, self._values)
