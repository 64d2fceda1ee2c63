"""What members enter by form, and what is decided about any comment: edited, hidden, erased."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model import Actor, CommentId, PublicationId, SectionId, Status, UserId
from bot.store.database import Transaction
from bot.store.moments import to_milliseconds


@dataclass(frozen=True, slots=True)
class FormComment:
    """What a member entered by form; the bot posts it, so that it has no message yet.

    `submission_id` is the interaction that brought it: the same one twice is one comment.
    """

    submission_id: int
    publication_id: PublicationId
    user_id: UserId
    author: str
    text: str
    created_at: datetime
    parent_id: CommentId | None = None
    section_id: SectionId | None = None
    status: Status = Status.VISIBLE


class MemberComments:
    """Changes to single comments, inside one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def add_form(self, entered: FormComment) -> CommentId | None:
        """Store what was entered by form; None where this submission is stored already."""
        commenter = await self._commenter(entered.user_id, entered.author)
        identifier = await self._tx.fetch_value(
            "INSERT INTO comment (article_id, parent_id, section_id, commenter_id, origin, status, text, "
            "created_at, publication_id, by_form, submission_id) "
            # Whatever answers a comment is about the same section.
            "SELECT article_id, ?1, ifnull(?2, (SELECT section_id FROM comment WHERE id = ?1)), ?3, 'discord', ?4, "
            "?5, ?6, id, 1, ?7 FROM publication WHERE id = ?8 "
            "ON CONFLICT (submission_id) DO NOTHING RETURNING id",
            (
                entered.parent_id,
                entered.section_id,
                commenter,
                entered.status,
                entered.text,
                to_milliseconds(entered.created_at),
                entered.submission_id,
                entered.publication_id,
            ),
        )
        return None if identifier is None else CommentId(identifier)

    async def edit(self, comment: CommentId, text: str, edited_at: datetime) -> bool:
        """Replace a comment's text and keep the old one as a revision; False if nothing was to be changed."""
        await self._tx.execute(
            "INSERT INTO revision (comment_id, text, replaced_at) SELECT id, text, ? FROM comment "
            "WHERE id = ? AND text <> ? AND text <> '' AND status <> 'deleted'",
            (to_milliseconds(edited_at), comment, text),
        )
        changed = await self._tx.execute(
            "UPDATE comment SET text = ?, edited_at = ? WHERE id = ? AND text <> ? AND status <> 'deleted'",
            (text, to_milliseconds(edited_at), comment, text),
        )
        return changed > 0

    async def set_status(self, comment: CommentId, status: Status, by: Actor | None) -> bool:
        """Hide, restore, approve or reject a comment, imported ones too.

        False if it is in that status, or deleted: nothing brings it back.
        """
        changed = await self._tx.execute(
            "UPDATE comment SET status = ?, status_by = ? WHERE id = ? AND status NOT IN (?, 'deleted')",
            (status, by, comment, status),
        )
        return changed > 0

    async def move(self, comment: CommentId, parent: CommentId | None, section: SectionId | None) -> None:
        """Put a comment with all below it under another parent, on a section, or with neither at the top.

        Whatever answers a comment is about the same section.
        """
        await self._tx.execute(
            "UPDATE comment SET parent_id = ?, section_id = ?, reply_to = NULL WHERE id = ?",
            (parent, section, comment),
        )
        await self._tx.execute(
            "WITH RECURSIVE below (id) AS (SELECT id FROM comment WHERE parent_id = ?1 "
            "UNION ALL SELECT c.id FROM below JOIN comment AS c ON c.parent_id = below.id) "
            "UPDATE comment SET section_id = ?2 WHERE id IN below",
            (comment, section),
        )

    async def tombstone(self, comments: Sequence[CommentId], by: Actor | None) -> int:
        """Erase comments' texts, histories and attachments' names; the replies keep their place. How many newly."""
        ids = json.dumps(comments)
        for table in ("revision", "attachment"):
            await self._tx.execute(
                f"DELETE FROM {table} WHERE comment_id IN (SELECT value FROM json_each(?))", (ids,)
            )
        return await self._tx.execute(
            "UPDATE comment SET status = 'deleted', status_by = ?, text = '', edited_at = NULL "
            "WHERE id IN (SELECT value FROM json_each(?)) AND status <> 'deleted'",
            (by, ids),
        )

    async def _commenter(self, user: UserId, name: str) -> int:
        return int(
            await self._tx.fetch_value(
                "INSERT INTO commenter (user_id, name) VALUES (:user, :name) ON CONFLICT (user_id) "
                "DO UPDATE SET name = excluded.name RETURNING id",
                {"user": user, "name": name},
            )
        )
