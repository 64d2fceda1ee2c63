"""Bringing in what a merge has found, in transactions so short that nobody has to wait for them.

New comments are stored batch by batch and lie below a mark (a row in `arrival`) that hides them, and with them an
article that is new; what is to change about those there were before is noted (`bot.store.changes`). One more
transaction takes the mark away: new comments are seen from that moment, all of them, and the changes are promised.
An import that was killed before leaves hidden rows, which `clear_some` removes.
"""

from __future__ import annotations

import json

from bot.model import ArticleId
from bot.store.comparison import CommentSource
from bot.store.database import Reader, Transaction
from bot.store.merge import SECTION
from bot.store.precedence import GONE_FOR_GOOD

BATCH = 2_000
"""Comments in one transaction: some 25 milliseconds."""

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
_NOTE = f"""
INSERT INTO comment_change (comment_id, kind, whole, commenter_id, status, text, created_at, edited_at, parent_id,
    section_id, identity, source_rank)
SELECT t.id, t.kind, :complete, (SELECT w.id FROM commenter AS w WHERE w.identity = s.commenter), s.status,
    iif({GONE_FOR_GOOD}, '', s.text), s.created_at, s.edited_at, {_PARENT}, {SECTION}, s.identity, s.rank
FROM staged_task AS t JOIN comment AS c ON c.id = t.id LEFT JOIN staged_comment AS s ON s.ord = t.ord
WHERE t.nth > :noted AND t.nth <= :until ORDER BY t.nth
"""
_NOTE_COMMENTERS = f"""
INSERT INTO commenter (name, identity)
SELECT s.name, s.commenter FROM staged_task AS t JOIN staged_change AS k ON k.ord = t.ord
JOIN staged_comment AS s ON s.ord = t.ord JOIN comment AS c ON c.id = t.id
WHERE t.nth > :noted AND t.nth <= :until AND k.seen AND s.name IS NOT NULL AND NOT ({GONE_FOR_GOOD})
ON CONFLICT (identity) DO NOTHING
"""

_UNFINISHED = "SELECT article_id, new_article, first_id, last_id FROM arrival LIMIT 1"
_CLEAR_COMMENTERS = """
DELETE FROM commenter WHERE id IN (SELECT value FROM json_each(?)) AND identity IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM comment AS c WHERE c.commenter_id = commenter.id)
AND NOT EXISTS (SELECT 1 FROM comment_change AS k WHERE k.commenter_id = commenter.id)
"""


class Arrival:
    """One article's comments on their way in, as a merge has found them: `fresh` new ones, `touched` older ones.

    Its methods run inside transactions to which the staging area is attached: `begin`, then `store_batch` until
    all but the last batch are stored, then `conclude`, which may also be the first.
    """

    def __init__(self, source: CommentSource, *, fresh: int, touched: int) -> None:
        self._source = source
        self._fresh = fresh
        self._touched = touched
        self._stored = 0
        self._noted = 0
        self._before: int | None = None

    @property
    def waiting(self) -> bool:
        """Whether more has to be stored than the last transaction should."""
        return self._fresh - self._stored + self._touched - self._noted > BATCH

    async def begin(self, tx: Transaction, article: ArticleId, *, new_article: bool) -> None:
        """Hide what is to come, and the article if it was entered in this transaction."""
        number = max(self._fresh, 1)  # though nothing be new: what is marked are ids
        before = await self._set_ids_aside(tx, number)
        await tx.execute(
            "INSERT INTO arrival (article_id, new_article, first_id, last_id) VALUES (?, ?, ?, ?)",
            (article, new_article, before + 1, before + number),
        )

    async def store_batch(self, tx: Transaction, article: ArticleId) -> None:
        """Store some more of the new comments, then note some of the changes."""
        values = {
            **self._source.values(),
            "article": article,
            "before": await self._set_ids_aside(tx, self._fresh),
            "stored": self._stored,
            "noted": self._noted,
        }
        stored = min(self._fresh - self._stored, BATCH)
        if stored:
            values["until"] = self._stored = self._stored + stored
            await tx.execute(
                f"INSERT INTO commenter (name, identity) SELECT s.name, s.commenter {_BATCH_OF_FRESH} "
                "ON CONFLICT (identity) DO NOTHING",
                values,
            )
            await tx.execute(_STORE, values)
        noted = min(self._touched - self._noted, BATCH - stored)
        if noted:
            values["until"] = self._noted = self._noted + noted
            await tx.execute(_NOTE_COMMENTERS, values)
            await tx.execute(_NOTE, values)

    async def conclude(self, tx: Transaction, article: ArticleId) -> None:
        """Store the last batch, let what is new be seen, and promise the changes."""
        await self.store_batch(tx, article)
        await tx.execute("DELETE FROM arrival WHERE article_id = ?", (article,))

    async def _set_ids_aside(self, tx: Transaction, number: int) -> int:
        """The last id before those of the new comments; members' comments go on behind them."""
        if self._before is None:
            self._before = int(
                await tx.fetch_value("SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'comment'")
            )
            until = self._before + number
            if not await tx.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'comment'", (until,)):
                await tx.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('comment', ?)", (until,))
        return self._before


async def any_begun(reader: Reader) -> bool:
    """Whether an import is at work, or has left something behind."""
    return bool(
        await reader.fetch_value(
            "SELECT EXISTS (SELECT 1 FROM arrival) OR EXISTS (SELECT 1 FROM comment_change) "
            "OR EXISTS (SELECT 1 FROM takeover)"
        )
    )


async def clear_some(tx: Transaction) -> bool:
    """Remove some of what an import has left behind that was killed; whether more may be left.

    To be called while no other import is at work.
    """
    unfinished = await tx.fetch_one(_UNFINISHED)
    if unfinished is None:
        return False
    if not (await _clear_batch(tx, unfinished["first_id"], unfinished["last_id"]) or await _clear_notes(tx)):
        await tx.execute("DELETE FROM arrival WHERE article_id = ?", (unfinished["article_id"],))
        if unfinished["new_article"]:
            await tx.execute("DELETE FROM article WHERE id = ?", (unfinished["article_id"],))
    return True


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


async def _clear_notes(tx: Transaction) -> bool:
    """Remove some of the changes noted, which nobody was promised; False where there are none."""
    rows = await tx.fetch_all("SELECT id, commenter_id FROM comment_change ORDER BY id LIMIT ?", (BATCH,))
    if rows:
        await tx.execute("DELETE FROM comment_change WHERE id <= ?", (rows[-1]["id"],))
        await tx.execute(_CLEAR_COMMENTERS, (json.dumps([row["commenter_id"] for row in rows]),))
    return bool(rows)
