"""The newest comments in scope, found in bounded time whatever else is stored."""

from __future__ import annotations

import json
from collections.abc import Collection

from bot.model import ArticleId, CommentId, Status
from bot.store.database import Reader
from bot.store.scope import COMMENT_SEEN, PUBLICATION_SEEN, Scope

WALKED = 5_000
"""How many of the newest comments of all servers are looked at before a server's own articles are."""

BUSIEST = 25
"""In how many articles then: those with the newest comments."""

_KEPT_BACK = frozenset({Status.PENDING, Status.REJECTED, Status.HIDDEN})
_LISTED = "'pending', 'rejected', 'hidden'"
"""The same as the index lists them: it serves no other order."""

_ALL = "comment AS c"
_FLOOR = "SELECT max(id) - :walked FROM comment"

# Of what members do not see there is an index, without which one would walk past all that they do see.
_FEW = "comment AS c INDEXED BY comment_kept_back"
_FLOOR_OF_FEW = f"""
SELECT id FROM comment INDEXED BY comment_kept_back WHERE status IN ({_LISTED}) ORDER BY id DESC LIMIT 1 OFFSET :walked
"""

_NEWEST = f"""
SELECT c.id FROM {{comments}} WHERE {{condition}} AND c.id > :floor AND {COMMENT_SEEN}
ORDER BY c.id DESC LIMIT :limit
"""
_LAST = "SELECT n.id FROM comment AS n WHERE n.article_id = {0} AND n.status = s.value ORDER BY n.id DESC LIMIT {1}"
_BUSIEST = f"""
SELECT q.article_id, (SELECT max(({_LAST.format("q.article_id", 1)})) FROM json_each(:statuses) AS s) AS newest
FROM publication AS q WHERE {PUBLICATION_SEEN} GROUP BY q.article_id ORDER BY newest DESC LIMIT :busiest
"""
_OF_BUSIEST = f"""
SELECT c.id FROM json_each(:articles) AS a CROSS JOIN json_each(:statuses) AS s
CROSS JOIN comment AS c ON c.id IN ({_LAST.format("a.value", ":each")})
WHERE {COMMENT_SEEN} ORDER BY c.id DESC LIMIT :limit
"""


async def newest_comments(
    reader: Reader, scope: Scope, statuses: Collection[Status], *, limit: int, least: int
) -> list[CommentId]:
    """The newest comments in scope in some statuses, newest first, up to `limit`.

    In a server where less is written than elsewhere, its busiest articles are looked at, and enough comments in each
    of them for the first `least` to be the very newest.
    """
    found, whole = await _newest_of_all(reader, scope, statuses, limit)
    if whole or len(found) == limit:
        return found
    values = {**scope.parameters, "statuses": json.dumps(sorted(statuses))}
    rows = await reader.fetch_all(_BUSIEST, {**values, "busiest": BUSIEST})
    articles = [ArticleId(row["article_id"]) for row in rows if row["newest"] is not None]
    if not articles:
        return []
    # More than are wanted, for an article may stand in another server too, where others write.
    each = max(4 * least, limit // len(articles))
    values = {**values, "articles": json.dumps(articles), "each": each, "limit": limit}
    return [CommentId(row["id"]) for row in await reader.fetch_all(_OF_BUSIEST, values)]


async def _newest_of_all(
    reader: Reader, scope: Scope, statuses: Collection[Status], limit: int
) -> tuple[list[CommentId], bool]:
    """Those among the newest comments of all servers; whether there are no others."""
    few = _KEPT_BACK.issuperset(statuses)
    condition = "c.status IN (SELECT value FROM json_each(:statuses))"
    condition = f"c.status IN ({_LISTED}) AND {condition}" if few else condition
    floor = await reader.fetch_value(_FLOOR_OF_FEW if few else _FLOOR, {"walked": WALKED}) or 0
    rows = await reader.fetch_all(
        _NEWEST.format(comments=_FEW if few else _ALL, condition=condition),
        {**scope.parameters, "statuses": json.dumps(sorted(statuses)), "floor": floor, "limit": limit},
    )
    return [CommentId(row["id"]) for row in rows], floor <= 0
