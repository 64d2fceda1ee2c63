"""What members follow, and what is new of it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model import ArticleId, CommentId, Followed, GuildId, Target, UserId
from bot.store.database import Reader, Row, Transaction
from bot.store.scope import WITHIN_SEEN, Scope

_THIS = """
user_id = :user AND guild_id = :guild AND CASE :kind
    WHEN 'article' THEN article_id = :id AND section_id IS NULL AND comment_id IS NULL
    WHEN 'section' THEN section_id = :id
    ELSE comment_id = :id END
"""

# The newest first, as far as anybody reads; of those in a followed comment's branch only what is below it. One's own
# are no news.
_NEWS = f"""
WITH RECURSIVE fresh (news, comment, branch) AS MATERIALIZED (
    SELECT n.id, n.comment_id, f.comment_id
    FROM follow AS f CROSS JOIN news AS n ON n.article_id = f.article_id
        AND n.id > max(f.told, ifnull((
            SELECT id FROM news WHERE article_id = f.article_id ORDER BY id DESC LIMIT 1 OFFSET :considered), 0))
    JOIN comment AS c ON c.id = n.comment_id JOIN commenter AS w ON w.id = c.commenter_id
    WHERE f.user_id = :user AND f.guild_id = :guild AND (f.section_id IS NULL OR f.section_id = c.section_id)
    AND c.status = 'visible' AND w.user_id IS NOT :user
    AND {WITHIN_SEEN.format("c.publication_id")}
), above (news, branch, ancestor) AS (
    SELECT fresh.news, fresh.branch, c.parent_id FROM fresh JOIN comment AS c ON c.id = fresh.comment
    WHERE fresh.branch IS NOT NULL
    UNION ALL
    SELECT above.news, above.branch, c.parent_id FROM above JOIN comment AS c ON c.id = above.ancestor
    WHERE above.ancestor <> above.branch
)
SELECT DISTINCT news, comment FROM fresh WHERE branch IS NULL
    OR (news, branch) IN (SELECT news, branch FROM above WHERE ancestor = branch)
ORDER BY news DESC LIMIT :most
"""

MOST_NEWS = 500
"""How many news are gathered at once: nobody reads more."""

_CONSIDERED = 1_000
"""Among how many of the newest comments on each article these are looked for."""


@dataclass(frozen=True, slots=True)
class Follow:
    """Something that a member follows, and the article it belongs to."""

    target: Target
    article_id: ArticleId


class Follows:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def of(self, user: UserId, guild: GuildId) -> list[Follow]:
        """What a member follows in a server, in the order in which they began."""
        rows = await self._reader.fetch_all(
            "SELECT article_id, section_id, comment_id FROM follow WHERE user_id = ? AND guild_id = ? ORDER BY id",
            (user, guild),
        )
        return [_follow(row) for row in rows]

    async def has(self, user: UserId, guild: GuildId, target: Target) -> bool:
        """Whether a member follows this."""
        value = await self._reader.fetch_value(
            f"SELECT EXISTS (SELECT 1 FROM follow WHERE {_THIS})", _this(user, guild, target)
        )
        return bool(value)

    async def news(self, user: UserId, scope: Scope) -> list[CommentId]:
        """The visible comments in scope that are new of what a member follows there, oldest first.

        Those of which they have been told are not among them, nor their own; of very many the newest `MOST_NEWS`.
        """
        rows = await self._reader.fetch_all(
            _NEWS,
            scope.parameters | {"user": user, "considered": _CONSIDERED, "most": MOST_NEWS},
        )
        return [CommentId(row["comment"]) for row in reversed(rows)]

    async def newest(self) -> int:
        """Up to where there is news."""
        return int(await self._reader.fetch_value("SELECT ifnull(max(id), 0) FROM news"))

    async def add(
        self, tx: Transaction, user: UserId, guild: GuildId, article: ArticleId, target: Target
    ) -> bool:
        """Follow something from now on; False where that is so already."""
        section = target.id if target.kind is Followed.SECTION else None
        comment = target.id if target.kind is Followed.COMMENT else None
        added = await tx.execute(
            "INSERT INTO follow (user_id, guild_id, article_id, section_id, comment_id, told) "
            "VALUES (?, ?, ?, ?, ?, (SELECT ifnull(max(id), 0) FROM news)) ON CONFLICT DO NOTHING",
            (user, guild, article, section, comment),
        )
        return added > 0

    async def remove(self, tx: Transaction, user: UserId, guild: GuildId, target: Target) -> bool:
        """Follow something no longer; False where that is so already."""
        return await tx.execute(f"DELETE FROM follow WHERE {_THIS}", _this(user, guild, target)) > 0

    async def remove_all(self, tx: Transaction, user: UserId, guild: GuildId) -> int:
        """Follow nothing in a server any more; how much it was."""
        return await tx.execute("DELETE FROM follow WHERE user_id = ? AND guild_id = ?", (user, guild))

    async def tell(self, tx: Transaction, user: UserId, guild: GuildId, until: int) -> None:
        """Note that a member has been told of all news up to this."""
        await tx.execute(
            "UPDATE follow SET told = ?3 WHERE user_id = ?1 AND guild_id = ?2 AND told < ?3",
            (user, guild, until),
        )


def _this(user: UserId, guild: GuildId, target: Target) -> dict[str, object]:
    return {"user": user, "guild": guild, "kind": target.kind, "id": target.id}


def _follow(row: Row) -> Follow:
    article = ArticleId(row["article_id"])
    if row["section_id"] is not None:
        return Follow(Target(Followed.SECTION, row["section_id"]), article)
    if row["comment_id"] is not None:
        return Follow(Target(Followed.COMMENT, row["comment_id"]), article)
    return Follow(Target(Followed.ARTICLE, article), article)
