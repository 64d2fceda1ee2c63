"""Carrying out what a merge has found, in transactions so short that nobody has to wait for them.

New comments are stored batch by batch and lie below a mark (a row in `arrival`) that hides them, and with them an
article that is new. One last transaction changes what there was before and takes the mark away: a reader sees the
old state, then the new one. An import that was killed on the way leaves hidden rows, which the next one clears.
"""

from __future__ import annotations

import json

from bot.model import ArticleId
from bot.store.database import Database, Transaction
from bot.store.merge import EDITED_AT, PLACE, RANK, SECTION, STATUS, STATUS_BY, TEXT, CommentSource

BATCH = 1_000
"""Comments in one transaction: some 20 milliseconds."""

_PARENT = "ifnull(s.parent_target, :before + s.parent_nth)"
_BATCH_OF_FRESH = """
FROM staged_fresh AS f JOIN staged_comment AS s ON s.ord = f.ord WHERE f.nth > :stored AND f.nth <= :until
"""
_STORE = f"""
INSERT INTO comment (id, article_id, parent_id, section_id, commenter_id, origin, status, status_by, text,
    created_at, edited_at, source, source_id, identity, source_rank)
SELECT :before + f.nth, :article, {_PARENT}, {SECTION},
    (SELECT w.id FROM commenter AS w WHERE w.identity = s.commenter), 'imported', s.status,
    CASE s.status WHEN 'visible' THEN NULL ELSE 'source' END, s.text, s.created_at, s.edited_at, :source,
    s.source_id, s.identity, s.rank
{_BATCH_OF_FRESH}
"""
_CHANGE = f"""
UPDATE comment SET status = {STATUS}, status_by = {STATUS_BY}, text = {TEXT}, created_at = s.created_at,
    edited_at = {EDITED_AT}, parent_id = CASE WHEN :complete THEN {_PARENT} ELSE c.parent_id END,
    section_id = {PLACE}, identity = s.identity, source_rank = {RANK},
    commenter_id = iif(c.status = 'deleted' AND c.status_by = 'author', c.commenter_id,
        coalesce((SELECT w.id FROM commenter AS w WHERE w.identity = s.commenter), c.commenter_id))
FROM staged_change AS k JOIN staged_comment AS s ON s.ord = k.ord JOIN comment AS c ON c.id = s.target
WHERE comment.id = s.target
"""
_WITHDRAW = """
UPDATE comment SET status = 'deleted', text = '', edited_at = NULL,
    status_by = CASE status_by WHEN 'moderator' THEN 'moderator' ELSE 'source' END
WHERE id IN (SELECT id FROM staged_gone WHERE NOT left_out) AND status <> 'deleted'
"""
_HIDE = """
UPDATE comment SET status = 'hidden', status_by = 'source'
WHERE id IN (SELECT id FROM staged_gone WHERE left_out) AND status = 'visible' AND status_by IS NULL
"""

_UNFINISHED = "SELECT article_id, new_article, first_id, last_id FROM arrival LIMIT 1"
_CLEAR_COMMENTERS = """
DELETE FROM commenter WHERE id IN (SELECT value FROM json_each(?)) AND identity IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM comment AS c WHERE c.commenter_id = commenter.id)
"""


class Arrival:
    """One article's comments on their way in, as a merge has found them; `fresh` of them are new.

    Its methods run inside transactions to which the staging area is attached: `begin`, then `store_batch` until
    all but the last batch are stored, then `conclude`, which may also be the first.
    """

    def __init__(self, source: CommentSource, fresh: int) -> None:
        self._source = source
        self._fresh = fresh
        self._stored = 0
        self._before: int | None = None

    @property
    def waiting(self) -> bool:
        """Whether more has to be stored than the last transaction should."""
        return self._fresh - self._stored > BATCH

    async def begin(self, tx: Transaction, article: ArticleId, *, new_article: bool) -> None:
        """Hide what is to come, and the article if it was entered in this transaction."""
        before = await self._set_ids_aside(tx)
        await tx.execute(
            "INSERT INTO arrival (article_id, new_article, first_id, last_id) VALUES (?, ?, ?, ?)",
            (article, new_article, before + 1, before + self._fresh),
        )

    async def store_batch(self, tx: Transaction, article: ArticleId) -> None:
        """Store some more of the new comments."""
        values = {
            **self._values(article),
            "before": await self._set_ids_aside(tx),
            "stored": self._stored,
            "until": self._stored + BATCH,
        }
        await tx.execute(
            f"INSERT INTO commenter (name, identity) SELECT s.name, s.commenter {_BATCH_OF_FRESH} "
            "ON CONFLICT (identity) DO NOTHING",
            values,
        )
        await tx.execute(_STORE, values)
        self._stored += BATCH

    async def conclude(self, tx: Transaction, article: ArticleId) -> None:
        """Store the last batch, change what there was before, and let all of it be seen."""
        await self.store_batch(tx, article)
        values = {**self._values(article), "before": self._before}
        await tx.execute(
            "INSERT INTO commenter (name, identity) SELECT s.name, s.commenter FROM staged_change AS k "
            "JOIN staged_comment AS s ON s.ord = k.ord WHERE k.seen AND s.name IS NOT NULL "
            "ON CONFLICT (identity) DO NOTHING"
        )
        await tx.execute(_CHANGE, values)
        await tx.execute(_WITHDRAW)
        await tx.execute(_HIDE)
        await tx.execute("DELETE FROM arrival WHERE article_id = ?", (article,))

    def _values(self, article: ArticleId) -> dict[str, object]:
        return {**self._source.values(), "article": article}

    async def _set_ids_aside(self, tx: Transaction) -> int:
        """The last id before those of the new comments; members' comments go on behind them."""
        if self._before is None:
            self._before = int(
                await tx.fetch_value("SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'comment'")
            )
            until = self._before + self._fresh
            if not await tx.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'comment'", (until,)):
                await tx.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('comment', ?)", (until,))
        return self._before


async def clear_unfinished(database: Database) -> None:
    """Remove what imports have left behind that were killed. To be called while no other import is at work."""
    while unfinished := await database.fetch_one(_UNFINISHED):
        while True:
            async with database.transaction() as tx:
                if not await _clear_batch(tx, unfinished["first_id"], unfinished["last_id"]):
                    await tx.execute("DELETE FROM arrival WHERE article_id = ?", (unfinished["article_id"],))
                    if unfinished["new_article"]:
                        await tx.execute("DELETE FROM article WHERE id = ?", (unfinished["article_id"],))
                    break


async def _clear_batch(tx: Transaction, first: int, last: int) -> bool:
    """Remove the last of some comments, replies before what they answer; False where there are none."""
    rows = await tx.fetch_all(
        "SELECT id, commenter_id FROM comment WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?",
        (first, last, BATCH),
    )
    if rows:
        await tx.execute("DELETE FROM comment WHERE id BETWEEN ? AND ?", (rows[-1]["id"], rows[0]["id"]))
        await tx.execute(_CLEAR_COMMENTERS, (json.dumps([row["commenter_id"] for row in rows]),))
    return bool(rows)
