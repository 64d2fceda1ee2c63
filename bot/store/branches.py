"""The branches of an article's imported discussion, and which of them a publication mirrors.

A branch is a top-level comment with all below it. Counted and chosen inside SQLite, so that nothing but the
choice is in memory, however long the discussion.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.model import ArticleId, CommentId, PublicationId
from bot.store.database import Reader

# A branch is planned once any comment of it has a placement. Others follow whole, the most answered first, until
# enough comments are mirrored.
_CHOOSE = """
WITH RECURSIVE tree (id, root) AS (
    SELECT id, id FROM arrived_comment WHERE article_id = :article AND parent_id IS NULL AND origin = 'imported'
    UNION ALL
    SELECT c.id, tree.root FROM tree JOIN arrived_comment AS c ON c.parent_id = tree.id WHERE c.origin = 'imported'
), branch AS (
    SELECT tree.root, sum(c.status = 'visible') AS size, max(EXISTS (
        SELECT 1 FROM placement AS p WHERE p.comment_id = c.id AND p.publication_id = :publication)) AS planned
    FROM tree CROSS JOIN comment AS c ON c.id = tree.id GROUP BY tree.root
), ranked AS (
    SELECT branch.*, c.created_at, c.source_rank, total(size) OVER (
        ORDER BY planned DESC, size DESC, c.created_at, c.source_rank, c.id ROWS UNBOUNDED PRECEDING) - size AS before
    FROM branch JOIN comment AS c ON c.id = branch.root
)
SELECT root, size FROM ranked
WHERE planned OR size > 0
    AND before < max(:least, (SELECT total(size) FROM branch WHERE planned) + :more)
ORDER BY created_at, source_rank, root
"""


@dataclass(frozen=True, slots=True)
class Choice:
    """The branches that a publication is to mirror, in order, and how many visible comments they hold."""

    roots: tuple[CommentId, ...]
    comments: int


class Branches:
    """Asked about one article's imported comments."""

    def __init__(self, reader: Reader, article: ArticleId) -> None:
        self._reader = reader
        self._article = article

    async def visible(self) -> int:
        """How many imported comments can be seen."""
        value = await self._reader.fetch_value(
            "SELECT count(*) FROM arrived_comment WHERE article_id = ? AND origin = 'imported' AND status = 'visible'",
            (self._article,),
        )
        return int(value)

    async def choose(self, publication: PublicationId, *, least: int, more: int = 0) -> Choice:
        """The branches planned already, and further ones until there are `least` comments, or `more` than planned."""
        rows = await self._reader.fetch_all(
            _CHOOSE, {"article": self._article, "publication": publication, "least": least, "more": more}
        )
        return Choice(tuple(CommentId(row["root"]) for row in rows), sum(row["size"] for row in rows))
