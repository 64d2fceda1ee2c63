"""Comments: one by one, and as the tree that an article's discussion is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from bot.model import (
    Actor,
    ArticleId,
    Attachment,
    ChannelId,
    Comment,
    CommentId,
    ContentState,
    MessageId,
    Origin,
    PublicationId,
    Revision,
    SectionId,
    Status,
    UserId,
)
from bot.store.database import Parameters, Reader, Row
from bot.store.moments import from_milliseconds
from bot.store.newest import newest_comments
from bot.store.scope import COMMENT_SEEN, Scope

# A member's message that we removed is not where the comment can be read; shown again, it is a message of ours.
_REMOVED = """
    c.status <> 'deleted'
    AND EXISTS (SELECT 1 FROM removal AS r WHERE r.message_id = c.message_id AND r.tried_at IS NOT NULL)
"""
_STANDING = "SELECT {0} FROM placement AS p WHERE p.comment_id = c.id AND p.part = 0 AND p.gone = 0"
_COLUMNS = f"""
    c.id, c.article_id, c.parent_id, c.origin, c.status, c.status_by, c.text, c.source_id, c.created_at,
    c.edited_at, c.publication_id, c.content_state, c.by_form,
    iif({_REMOVED}, ({_STANDING.format("p.channel_id")}), c.channel_id) AS channel_id,
    iif({_REMOVED}, ({_STANDING.format("p.message_id")}), c.message_id) AS message_id,
    (SELECT s.number FROM section AS s WHERE s.id = c.section_id AND s.withdrawn = 0) AS section,
    w.name AS author, w.user_id,
    (SELECT json_group_array(json_array(a.kind, a.name)) FROM
        (SELECT kind, name FROM attachment WHERE comment_id = c.id ORDER BY position) AS a) AS attachments
"""
_SELECT = f"SELECT {_COLUMNS}"
_FROM = "FROM arrived_comment AS c JOIN commenter AS w ON w.id = c.commenter_id"

# Siblings: imported ones by time then source order, then members' by message id (a form's may have none yet).
PLACE = """
    c.origin = 'discord' AS by_member, CASE c.origin WHEN 'imported' THEN c.created_at END AS place_in_time,
    c.source_rank AS place_in_source, c.message_id IS NULL AS unsent, c.message_id AS place_in_channel,
    c.id AS place_at_last
"""
IN_PLACE = "by_member, place_in_time, place_in_source, unsent, place_in_channel, place_at_last"

# The queue gives the deepest first, where only one parent's replies can wait: a walk in preorder to any depth,
# none of it in memory. The walk must be all that is selected from, for a join would lose its order.
_DEPTH_FIRST = f"""
WITH RECURSIVE tree AS (
    SELECT 0 AS depth, {PLACE}, {_COLUMNS}
    FROM arrived_comment AS c CROSS JOIN commenter AS w ON w.id = c.commenter_id
    WHERE c.article_id = :article AND c.parent_id IS NULL
    UNION ALL
    SELECT tree.depth + 1, {PLACE}, {_COLUMNS}
    FROM tree CROSS JOIN arrived_comment AS c ON c.parent_id = tree.id
    CROSS JOIN commenter AS w ON w.id = c.commenter_id
    ORDER BY depth DESC, {IN_PLACE}
)
SELECT *, ifnull(message_id, (
    SELECT p.message_id FROM placement AS p WHERE p.comment_id = tree.id AND p.part = 0
    AND p.publication_id = (
        SELECT max(q.id) FROM publication AS q WHERE q.article_id = :article AND q.state = 'live')
)) AS shown_by
FROM tree
"""

_BRANCHES = f"""
WITH RECURSIVE tree AS (
    SELECT 0 AS depth, {PLACE}, {_COLUMNS}
    FROM json_each(:roots) AS root CROSS JOIN comment AS c ON c.id = root.value
    CROSS JOIN commenter AS w ON w.id = c.commenter_id
    UNION ALL
    SELECT tree.depth + 1, {PLACE}, {_COLUMNS}
    FROM tree CROSS JOIN arrived_comment AS c ON c.parent_id = tree.id AND c.origin = 'imported'
    CROSS JOIN commenter AS w ON w.id = c.commenter_id
    ORDER BY depth DESC, {IN_PLACE}
)
SELECT * FROM tree WHERE status = 'visible' OR EXISTS (
    SELECT 1 FROM placement AS p WHERE p.comment_id = tree.id AND p.publication_id = :publication)
"""


@dataclass(frozen=True, slots=True)
class Nested:
    """A comment where it stands in the tree.

    `depth` is 0 at the top. `message_id` is the message that shows it: a member's own, else the first part
    in the article's newest live publication.
    """

    comment: Comment
    depth: int
    message_id: MessageId | None


class Comments:
    """Comments by what they are known by; `MemberComments` and imports write them."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def depth_first(self, article: ArticleId) -> AsyncGenerator[Nested, None]:
        """An article's comments of every status, each before its replies, however many and however deep."""
        async with aclosing(self._reader.stream(_DEPTH_FIRST, {"article": article})) as rows:
            async for row in rows:
                yield Nested(_comment(row), row["depth"], _message(row["shown_by"]))

    async def of_branches(
        self, roots: Sequence[CommentId], publication: PublicationId
    ) -> AsyncGenerator[Comment, None]:
        """The imported comments of some branches, depth first: the visible ones and those that have a placement."""
        parameters = {"roots": json.dumps(roots), "publication": publication}
        async with aclosing(self._reader.stream(_BRANCHES, parameters)) as rows:
            async for row in rows:
                yield _comment(row)

    async def by_id(self, comment: CommentId) -> Comment | None:
        """One comment, None if there is none."""
        return await self._one("c.id = ?", comment)

    async def by_ids(self, comments: Sequence[CommentId]) -> list[Comment]:
        """Those of some comments that there are, in no order."""
        return await self._all(
            f"{_SELECT} {_FROM} WHERE c.id IN (SELECT value FROM json_each(?))", (json.dumps(comments),)
        )

    async def by_message(self, message: MessageId) -> Comment | None:
        """The comment that a message is, or that one of our messages shows a part of; None otherwise."""
        return await self._one("c.message_id = ?", message) or await self._one(
            "c.id = (SELECT p.comment_id FROM placement AS p WHERE p.message_id = ?)", message
        )

    async def ancestors(self, comment: CommentId) -> list[Comment]:
        """A comment's parent, that one's parent and so on to the top."""
        return await self._all(
            "WITH RECURSIVE ancestor (id, height) AS ("
            "SELECT parent_id, 1 FROM comment WHERE id = ? AND parent_id IS NOT NULL UNION ALL "
            "SELECT c.parent_id, ancestor.height + 1 FROM ancestor JOIN comment AS c ON c.id = ancestor.id "
            "WHERE c.parent_id IS NOT NULL) "
            f"{_SELECT} {_FROM} JOIN ancestor ON ancestor.id = c.id ORDER BY ancestor.height",
            (comment,),
        )

    async def replies(self, comment: CommentId) -> list[Comment]:
        """A comment's direct replies in order."""
        return await self._all(
            f"{_SELECT}, {PLACE} {_FROM} WHERE c.parent_id = ? ORDER BY {IN_PLACE}", (comment,)
        )

    async def section_of(self, comment: CommentId) -> SectionId | None:
        """The section that a comment is about, also one that left the article."""
        value = await self._reader.fetch_value("SELECT section_id FROM comment WHERE id = ?", (comment,))
        return None if value is None else SectionId(value)

    async def revisions(self, comment: CommentId) -> list[Revision]:
        """What a comment said before it was edited, oldest first."""
        rows = await self._reader.fetch_all(
            "SELECT text, replaced_at FROM revision WHERE comment_id = ? ORDER BY replaced_at, id", (comment,)
        )
        return [Revision(row["text"], from_milliseconds(row["replaced_at"])) for row in rows]

    async def tree(self, article: ArticleId) -> list[Nested]:
        """What `depth_first` yields, as a list, for use inside a transaction."""
        rows = await self._reader.fetch_all(_DEPTH_FIRST, {"article": article})
        return [Nested(_comment(row), row["depth"], _message(row["shown_by"])) for row in rows]

    async def recent(
        self,
        scope: Scope,
        words: str,
        *,
        among: int,
        limit: int,
        statuses: Collection[Status] = (Status.VISIBLE,),
    ) -> list[Comment]:
        """Comments in scope in some statuses whose author or text contains `words`, newest first.

        Only the `among` newest are looked through: this serves people who type, not a search.
        """
        ids = await newest_comments(
            self._reader, scope, statuses, limit=among if words else limit, least=limit
        )
        found = sorted(await self.by_ids(ids), key=lambda each: -each.id)
        wanted = words.casefold()
        matching = (
            each for each in found if wanted in each.text.casefold() or wanted in each.author.casefold()
        )
        return list(islice(matching, limit))

    async def last_written(self, user: UserId, thread: ChannelId) -> datetime | None:
        """When a member last wrote in a thread, by message or by form."""
        value = await self._reader.fetch_value(
            "SELECT max(c.created_at) FROM arrived_comment AS c JOIN commenter AS w ON w.id = c.commenter_id "
            "WHERE w.user_id = ?1 AND (c.channel_id = ?2 OR c.by_form = 1 AND c.publication_id IN "
            "(SELECT id FROM publication WHERE thread_id = ?2))",
            (user, thread),
        )
        return None if value is None else from_milliseconds(value)

    async def counts(self, article: ArticleId, scope: Scope) -> Counter[Status]:
        """How many comments in scope an article has in each status."""
        rows = await self._reader.fetch_all(
            "SELECT c.status, count(*) AS number FROM arrived_comment AS c "
            f"WHERE c.article_id = :article AND {COMMENT_SEEN} GROUP BY c.status",
            {**scope.parameters, "article": article},
        )
        return Counter({Status(row["status"]): row["number"] for row in rows})

    async def _one(self, condition: str, value: object) -> Comment | None:
        found = await self._all(f"{_SELECT} {_FROM} WHERE {condition}", (value,))
        return found[0] if found else None

    async def _all(self, sql: str, parameters: Parameters) -> list[Comment]:
        return [_comment(row) for row in await self._reader.fetch_all(sql, parameters)]


def _moment(value: int | None) -> datetime | None:
    return None if value is None else from_milliseconds(value)


def _message(value: int | None) -> MessageId | None:
    return None if value is None else MessageId(value)


def _comment(row: Row) -> Comment:
    attachments = row["attachments"]
    return Comment(
        id=CommentId(row["id"]),
        article_id=ArticleId(row["article_id"]),
        parent_id=None if row["parent_id"] is None else CommentId(row["parent_id"]),
        section=row["section"],
        author=row["author"],
        user_id=None if row["user_id"] is None else UserId(row["user_id"]),
        origin=Origin(row["origin"]),
        status=Status(row["status"]),
        status_by=None if row["status_by"] is None else Actor(row["status_by"]),
        text=row["text"],
        source_id=row["source_id"],
        created_at=_moment(row["created_at"]),
        edited_at=_moment(row["edited_at"]),
        publication_id=None if row["publication_id"] is None else PublicationId(row["publication_id"]),
        channel_id=None if row["channel_id"] is None else ChannelId(row["channel_id"]),
        message_id=_message(row["message_id"]),
        content_state=ContentState(row["content_state"]),
        by_form=bool(row["by_form"]),
        attachments=()
        if attachments == "[]"
        else tuple(Attachment(*each) for each in json.loads(attachments)),
    )
