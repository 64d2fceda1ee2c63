"""Carrying out what an import has promised to change about comments that were there before.

It stands in the database itself until it is done, some comments at a time, so that nobody has to wait for a large
import and a killed one is finished by whoever comes next. What people have decided until the moment at which a comment
is changed stands against the source.
"""

from __future__ import annotations

from bot.store.database import Reader, Transaction
from bot.store.precedence import EDITED_AT, STATUS, STATUS_BY, TEXT

_BRING = f"""
UPDATE comment SET status = {STATUS}, status_by = {STATUS_BY}, text = {TEXT}, created_at = s.created_at,
    edited_at = {EDITED_AT}, identity = s.identity,
    parent_id = iif(s.whole, s.parent_id, c.parent_id),
    section_id = iif(s.whole, s.section_id, ifnull(s.section_id, c.section_id)),
    source_rank = iif(s.whole, s.source_rank, c.source_rank),
    commenter_id = iif(c.status = 'deleted' AND c.status_by = 'author', c.commenter_id,
        ifnull(s.commenter_id, c.commenter_id))
FROM comment_change AS s JOIN comment AS c ON c.id = s.comment_id
WHERE comment.id = s.comment_id AND s.kind = 'brought' AND s.id <= :until
"""
_WITHDRAW = """
UPDATE comment SET status = 'deleted', text = '', edited_at = NULL,
    status_by = CASE status_by WHEN 'moderator' THEN 'moderator' ELSE 'source' END
WHERE status <> 'deleted'
    AND id IN (SELECT comment_id FROM comment_change WHERE kind = 'withdrawn' AND id <= :until)
"""
_HIDE = """
UPDATE comment SET status = 'hidden', status_by = 'source'
WHERE status = 'visible' AND status_by IS NULL
    AND id IN (SELECT comment_id FROM comment_change WHERE kind = 'left_out' AND id <= :until)
"""
# Along the whole table, whosesoever the rows: so that no step takes longer than another.
_TAKE_OVER = """
UPDATE OR IGNORE comment SET source = :source
WHERE id > :done_until AND id <= :until AND +article_id = :article_id AND source = :former
"""


class Changes:
    """Reads with any reader; the method that writes takes the transaction. To be used while no import is at work."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def promised(self) -> bool:
        """Whether anything remains to be done."""
        return bool(
            await self._reader.fetch_value(
                "SELECT (EXISTS (SELECT 1 FROM comment_change) OR EXISTS (SELECT 1 FROM takeover)) "
                "AND NOT EXISTS (SELECT 1 FROM arrival)"
            )
        )

    async def carry_out(self, tx: Transaction, limit: int) -> bool:
        """Do the next of it, at most so much; whether more remains."""
        if not await Changes(tx).promised():
            return False
        until = await tx.fetch_value(
            "SELECT max(id) FROM (SELECT id FROM comment_change ORDER BY id LIMIT ?)", (limit,)
        )
        if until is None:
            await _take_over(tx, limit)
        else:
            for statement in (_BRING, _WITHDRAW, _HIDE, "DELETE FROM comment_change WHERE id <= :until"):
                await tx.execute(statement, {"until": until})
        return await Changes(tx).promised()


async def _take_over(tx: Transaction, limit: int) -> None:
    """Give the next comments of a former source the name of the one that took over their article."""
    (row,) = await tx.fetch_all("SELECT * FROM takeover LIMIT 1")
    until = await tx.fetch_value(
        "SELECT max(id) FROM (SELECT id FROM comment WHERE id > ? ORDER BY id LIMIT ?)",
        (row["done_until"], limit),
    )
    article = row["article_id"]
    if until is None:
        await tx.execute("DELETE FROM takeover WHERE article_id = ?", (article,))
        return
    await tx.execute(_TAKE_OVER, {**dict(row), "until": until})
    await tx.execute("UPDATE takeover SET done_until = ? WHERE article_id = ?", (until, article))
