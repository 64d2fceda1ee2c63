"""A discussion as an outline, page by page, and a person's own comments: what the database itself puts in order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import ArticleId, CommentId, UserId
from bot.store.comments import IN_PLACE, PLACE
from bot.store.database import Reader
from bot.store.scope import COMMENT_SEEN, ONE_SEEN, Scope

_VOTES = f"""
iif(:best_first, (SELECT total(t.votes) FROM tally AS t JOIN publication AS q ON q.id = t.publication_id
    WHERE t.comment_id = c.id AND {ONE_SEEN}), 0)
"""

# The walk carries nothing but places, so that even the widest discussion is soon in order. What is not visible
# keeps its place only where something visible hangs on it.
_WALK = f"""
WITH RECURSIVE tree AS (
    SELECT c.id, 0 AS depth, c.status, {_VOTES} AS votes, {PLACE} FROM arrived_comment AS c
    WHERE {{start}} AND c.article_id = :article AND {COMMENT_SEEN}
    UNION ALL
    SELECT c.id, tree.depth + 1, c.status, {_VOTES}, {PLACE}
    FROM tree CROSS JOIN arrived_comment AS c ON c.parent_id = tree.id
    WHERE tree.depth < :deepest AND {COMMENT_SEEN}
    ORDER BY depth DESC, votes DESC, {IN_PLACE}
)
SELECT id, depth FROM tree WHERE status = 'visible' OR EXISTS (
    WITH RECURSIVE below (id, status) AS (
        SELECT c.id, c.status FROM comment AS c WHERE c.parent_id = tree.id AND {COMMENT_SEEN}
        UNION ALL
        SELECT c.id, c.status FROM below CROSS JOIN comment AS c ON c.parent_id = below.id WHERE {COMMENT_SEEN}
    ) SELECT 1 FROM below WHERE status = 'visible')
LIMIT :limit OFFSET :offset
"""
_BELOW = f"""
WITH RECURSIVE below (root, id, status) AS (
    SELECT c.parent_id, c.id, c.status
    FROM json_each(:comments) AS j CROSS JOIN comment AS c ON c.parent_id = j.value WHERE {COMMENT_SEEN}
    UNION ALL
    SELECT below.root, c.id, c.status FROM below CROSS JOIN comment AS c ON c.parent_id = below.id
    WHERE {COMMENT_SEEN}
)
SELECT root, count(*) AS number FROM below WHERE status = 'visible' GROUP BY root
"""
# Also imported comments that moderators confirmed to be theirs. What somebody has withdrawn is nothing of theirs any
# more; what a moderator deleted they may want to know of.
_OWN = f"""
SELECT c.id FROM (
    SELECT c.id FROM commenter AS w JOIN comment AS c ON c.commenter_id = w.id WHERE w.user_id = :user
    UNION SELECT comment_id FROM claim WHERE user_id = :user AND state = 'confirmed'
) AS own CROSS JOIN comment AS c ON c.id = own.id
WHERE {COMMENT_SEEN} AND (c.status <> 'deleted' OR c.status_by = 'moderator')
ORDER BY c.id DESC LIMIT :limit OFFSET :offset
"""


@dataclass(frozen=True, slots=True)
class Branch:
    """A discussion, or with a `root` that comment and what is below it.

    With `best_first`, those with most votes come first among the replies to each, else they come in order of time.
    """

    article_id: ArticleId
    root: CommentId | None = None
    best_first: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A comment in an outline; `depth` is 0 at the top."""

    comment: CommentId
    depth: int


class Outlines:
    """Asked within what a scope lets somebody see."""

    def __init__(self, reader: Reader, scope: Scope) -> None:
        self._reader = reader
        self._scope = scope

    async def page(self, branch: Branch, *, deepest: int, limit: int, offset: int) -> list[Line]:
        """Some lines of a branch, not deeper than `deepest`."""
        rows = await self._reader.fetch_all(
            _WALK.format(start="c.parent_id IS NULL" if branch.root is None else "c.id = :root"),
            {
                **self._scope.parameters,
                "article": branch.article_id,
                "root": branch.root,
                "best_first": branch.best_first,
                "deepest": deepest,
                "limit": limit,
                "offset": offset,
            },
        )
        return [Line(CommentId(row["id"]), row["depth"]) for row in rows]

    async def below(self, comments: Sequence[CommentId]) -> dict[CommentId, int]:
        """How many visible comments hang on each of some, at any depth; those with none are left out."""
        values = {**self._scope.parameters, "comments": json.dumps(comments)}
        rows = await self._reader.fetch_all(_BELOW, values)
        return {CommentId(row["root"]): row["number"] for row in rows}

    async def own(self, user: UserId, *, limit: int, offset: int) -> list[CommentId]:
        """What a member wrote, newest first, also what nobody else can see."""
        values = {**self._scope.parameters, "user": user, "limit": limit, "offset": offset}
        return [CommentId(row["id"]) for row in await self._reader.fetch_all(_OWN, values)]
