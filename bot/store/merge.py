"""What is to be done to bring an article's stored comments to what a source now holds, found set by set.

All of it is written down in the staging area, while the database is only read: `bot.store.arrival` then does it.
Members' comments and those from other sources are never touched.
"""

from __future__ import annotations

from bot.model import Action, ArticleId
from bot.store.comparison import CommentSource, Comparison
from bot.store.database import Transaction
from bot.store.precedence import EDITED_AT, STATUS, TEXT
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
        AND c.source IN (:source, :former)
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
    WHERE c.identity IS NOT NULL AND c.source IN (:source, :former)
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

SECTION = "(SELECT n.id FROM staged_section AS n WHERE n.article = s.article AND n.number = s.section)"
# A source that shows a part only may not know a parent or section that is known here.
_PLACE = f"CASE WHEN :complete THEN {SECTION} ELSE ifnull({SECTION}, c.section_id) END"
# Nor does it know the whole order: what it adds stands behind what is there.
_RANK = "CASE WHEN :complete THEN s.rank ELSE c.source_rank END"
_MOVED = "c.parent_id IS NOT s.parent_target OR s.parent_nth IS NOT NULL"

_DIFFERS = f"""
c.status IS NOT {STATUS} OR c.text IS NOT {TEXT} OR c.edited_at IS NOT {EDITED_AT}
OR c.created_at IS NOT s.created_at OR c.section_id IS NOT {_PLACE}
OR :complete AND ({_MOVED})
OR CASE WHEN s.name IS NULL THEN w.name NOT GLOB 'Reader [0-9]*' ELSE w.name <> s.name END
"""
_CHANGED = f"""
INSERT INTO staged_change SELECT ord, seen, moved, NULL FROM (
    SELECT s.ord, {_DIFFERS} AS seen, c.source_rank IS NOT {_RANK} OR c.identity IS NOT s.identity AS unseen,
        :complete AND ({_MOVED}) AS moved
    FROM staged_comment AS s JOIN comment AS c ON c.id = s.target JOIN commenter AS w ON w.id = c.commenter_id
    WHERE s.article = :staged)
WHERE seen OR unseen
"""

# Comments that move are changed after those above which they come to stand: else, for a while, two could stand below
# each other.
_SOUND = """
UPDATE staged_change SET depth = walk.depth FROM (
    WITH RECURSIVE tree (ord, depth) AS (
        SELECT ord, 0 FROM staged_comment WHERE article = :staged AND parent = 0
        UNION ALL
        SELECT s.ord, tree.depth + 1 FROM tree
        JOIN staged_comment AS s ON s.article = :staged AND s.parent = tree.ord
    )
    SELECT ord, depth FROM tree
) AS walk
WHERE staged_change.ord = walk.ord AND staged_change.moved
"""
_ARRANGE = """
INSERT INTO staged_task (id, ord, kind)
SELECT s.target, k.ord, 'brought' FROM staged_change AS k JOIN staged_comment AS s ON s.ord = k.ord
ORDER BY k.depth, k.ord
"""

# What a source does not show may be known all the same: as what an earlier part of it brought, or where it shows what
# is published only. Replies to that stand below it, unless comments moved: they could come to stand above each other.
_STAYS = """
:published_only AND NOT EXISTS (
    SELECT 1 FROM staged_comment AS s JOIN comment AS k ON k.id = s.target
    WHERE s.article = :staged AND (s.parent_nth IS NOT NULL OR k.parent_id <> s.parent_target
        OR k.parent_id IS NULL AND s.parent_target IS NOT NULL))
"""
_FIND_KNOWN_PARENTS = f"""
UPDATE staged_comment SET parent_target = c.id FROM comment AS c
WHERE (:published_only OR NOT :complete) AND staged_comment.article = :staged AND staged_comment.parent = 0
    AND c.article_id = :article AND c.source IN (:source, :former) AND c.source_id = staged_comment.parent_ref
    AND CASE WHEN staged_comment.target IS NULL THEN NOT :complete OR {_STAYS}
        ELSE :complete AND {_STAYS} AND c.id = (SELECT k.parent_id FROM comment AS k WHERE k.id = target) END
"""

# In the source's order, but parents first, so that any number of them from the beginning can stand without the rest.
_FRESH = """
INSERT INTO staged_fresh (ord)
WITH RECURSIVE walk (ord, after, depth) AS (
    SELECT s.ord, s.ord, 0 FROM staged_comment AS s LEFT JOIN staged_comment AS p ON p.ord = s.parent
    WHERE s.article = :staged AND s.target IS NULL AND (s.parent = 0 OR p.target IS NOT NULL)
    UNION ALL
    SELECT s.ord, max(s.ord, walk.after), walk.depth + 1 FROM walk
    JOIN staged_comment AS s ON s.article = :staged AND s.parent = walk.ord AND s.target IS NULL
)
SELECT ord FROM walk ORDER BY after, depth, ord
"""
# The same where no comment stands before what it replies to, as in most sources.
_BACKWARDS = "SELECT 1 FROM staged_comment WHERE article = :staged AND parent > ord LIMIT 1"
_FRESH_AS_READ = """
INSERT INTO staged_fresh (ord)
SELECT ord FROM staged_comment WHERE article = :staged AND target IS NULL ORDER BY ord
"""

# Stored comments of a source that it holds no more; those it left out deliberately are only hidden.
_GONE = """
source IN (:source, :former) AND article_id = :article
AND NOT EXISTS (SELECT 1 FROM staged_comment AS s WHERE s.target = comment.id AND s.article = :staged)
"""
_OMITTED = """
source_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM staged_omission AS o WHERE o.article = :staged AND o.source_id = comment.source_id)
"""
# What a site never published: also where a moderator approved it here.
_KEPT_BACK = f"""
status <> 'visible' AND status_by IS 'source' OR EXISTS (
    SELECT 1 FROM trail_entry AS t WHERE t.comment_id = comment.id AND t.action = '{Action.COMMENT_APPROVED}')
"""
_LET_GO = f"""
INSERT INTO staged_task (id, kind)
SELECT id, 'withdrawn' FROM comment WHERE {_GONE} AND :complete AND status <> 'deleted' AND NOT ({_OMITTED})
    AND NOT (:published_only AND ({_KEPT_BACK}))
UNION ALL
SELECT id, 'left_out' FROM comment WHERE {_GONE} AND status = 'visible' AND status_by IS NULL AND {_OMITTED}
"""


class CommentMerge:
    """The comments of one staged article against those that a stored one has from the same source.

    Asked of a view of the database beside the staging area. An article of None is yet to be made.
    """

    def __init__(self, view: Transaction, article: ArticleId | None, source: CommentSource) -> None:
        self._tx = view
        self._values = {**source.values(), "article": article}

    async def match(self) -> None:
        """Find the stored comment for each staged one: by id, by identity under its parent, then by place."""
        for table in ("frontier", "fresh", "change", "task"):
            await self._run(f"DELETE FROM staged_{table}")
        if self._values["article"] is None:
            return  # nothing is stored that could match
        await self._run(
            "UPDATE staged_comment SET target = c.id FROM comment AS c WHERE staged_comment.article = :staged "
            "AND c.article_id = :article AND c.source IN (:source, :former) "
            "AND c.source_id = staged_comment.source_id"
        )
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
        await self._keep_erased()
        await self._keep_spelling()

    async def _keep_erased(self) -> None:
        """Take what an author had erased here for what it is by now: nothing of it comes back, the name neither."""
        await self._run(
            "UPDATE staged_comment SET text = '', (name, commenter) = (SELECT w.name, w.identity "
            "FROM comment AS c JOIN commenter AS w ON w.id = c.commenter_id WHERE c.id = target) "
            "WHERE article = :staged AND target IN ("
            "SELECT id FROM comment WHERE status = 'deleted' AND status_by = 'author')"
        )

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
        """Write down what is new, what differs and what is gone, and count."""
        backwards = await self._tx.fetch_all(_BACKWARDS, self._values)
        created = await self._run(_FRESH if backwards else _FRESH_AS_READ)
        await self._run(
            "UPDATE staged_comment SET "
            "parent_target = (SELECT p.target FROM staged_comment AS p WHERE p.ord = staged_comment.parent), "
            "parent_nth = (SELECT f.nth FROM staged_fresh AS f WHERE f.ord = staged_comment.parent) "
            "WHERE article = :staged AND parent > 0"
        )
        await self._find_stored_parents()
        await self._run(_CHANGED)
        if await self._tx.fetch_value("SELECT EXISTS (SELECT 1 FROM staged_change WHERE moved)"):
            await self._run(_SOUND)
        await self._run(_ARRANGE)
        await self._run(_LET_GO)
        await self._rank_behind()
        await self._number_readers()
        (row,) = await self._tx.fetch_all(
            "SELECT (SELECT count(*) FROM staged_comment WHERE article = :staged AND target IS NOT NULL) AS known, "
            "(SELECT count(*) FROM staged_change WHERE seen) AS updated, "
            "(SELECT count(*) FROM staged_task WHERE kind = 'withdrawn') AS withdrawn, "
            "(SELECT count(*) FROM staged_task WHERE kind = 'left_out') AS hidden, "
            "(SELECT count(*) FROM staged_task) AS touched",
            self._values,
        )
        return Comparison(
            created,
            row["updated"],
            row["known"] - row["updated"],
            row["withdrawn"],
            row["hidden"],
            row["touched"],
        )

    async def _find_stored_parents(self) -> None:
        await self._run(_FIND_KNOWN_PARENTS)
        await self._run(
            "INSERT INTO staged_notice SELECT article, 'missing-parent', "
            "'comment ' || coalesce(source_id, ref), "
            "'What this comment replies to is not in the source; it was put at the top.' "
            "FROM staged_comment WHERE article = :staged AND parent_ref IS NOT NULL "
            "AND parent_target IS NULL AND parent_nth IS NULL"
        )

    async def _rank_behind(self) -> None:
        await self._run(
            "UPDATE staged_comment SET rank = rank + (SELECT ifnull(max(c.source_rank), -1) + 1 FROM comment AS c "
            "WHERE c.article_id = :article AND c.source IN (:source, :former)) "
            "WHERE article = :staged AND NOT :complete AND target IS NULL"
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
            "WHERE s.article = :staged AND s.name IS NULL AND (s.target IS NULL OR EXISTS ("
            "SELECT 1 FROM staged_change AS k WHERE k.ord = s.ord AND k.seen) AND ("
            "SELECT w.name FROM comment AS c JOIN commenter AS w ON w.id = c.commenter_id "
            "WHERE c.id = s.target) NOT GLOB 'Reader [0-9]*') "
            "AND NOT EXISTS (SELECT 1 FROM commenter AS w WHERE w.identity = s.commenter))) AS n "
            "WHERE n.ord = staged_comment.ord"
        )

    async def _run(self, sql: str) -> int:
        return await self._tx.execute(sql, self._values)
