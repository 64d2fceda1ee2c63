"""The full-text index over comments, sections and articles: filling it, and ridding it of what was erased."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.store.database import Reader, Transaction

_COMMENTS = """
SELECT t.entry, t.ticket, '' AS plain, c.text, 'a' || c.article_id || ' w' || c.commenter_id AS marks
FROM search_todo AS t JOIN comment AS c ON c.id = t.entry
WHERE t.entry > 0 AND NOT EXISTS (SELECT 1 FROM arrival AS a WHERE t.entry BETWEEN a.first_id AND a.last_id)
ORDER BY t.entry DESC LIMIT ?
"""
_SECTIONS = """
SELECT t.entry, t.ticket, s.text, 'a' || a.id || ' s' AS marks,
    iif(s.number = 1, a.title || ' ' || ifnull(a.author, ''), ifnull(s.heading, '')) AS plain
FROM search_todo AS t JOIN section AS s ON s.id = -t.entry JOIN article AS a ON a.id = s.article_id
WHERE t.entry < 0 ORDER BY t.entry LIMIT ?
"""
_ENTER = """
INSERT OR REPLACE INTO search_index (rowid, words, marks)
SELECT t.entry, json_extract(e.value, '$[2]'), json_extract(e.value, '$[3]')
FROM json_each(?) AS e CROSS JOIN search_todo AS t ON t.entry = json_extract(e.value, '$[0]')
WHERE t.ticket = json_extract(e.value, '$[1]') ORDER BY t.entry
"""
_ENTERED = """
DELETE FROM search_todo WHERE (entry, ticket) IN
    (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A comment (its id) or section (its id below zero) that waits for its entry.

    `text` is Markdown; `plain` are words that come before it, and `marks` say what it belongs to. Where it has
    changed meanwhile, its `ticket` is another.
    """

    entry: int
    ticket: int
    plain: str
    text: str
    marks: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index is to hold for what was waiting; `words` as `bot.text.words` writes them."""

    waiting: Waiting
    words: str


class SearchIndex:
    """Reads with any reader; the methods that write take the transaction.

    What may not be found any more leaves the index by triggers, in the transaction that decides it.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def waiting(self, limit: int) -> list[Waiting]:
        """What waits for its entry, newest comments first. Those that are still being imported do not count."""
        rows = await self._reader.fetch_all(_COMMENTS, (limit,))
        rows = rows or await self._reader.fetch_all(_SECTIONS, (limit,))
        return [Waiting(row["entry"], row["ticket"], row["plain"], row["text"], row["marks"]) for row in rows]

    async def enter(self, tx: Transaction, entries: Iterable[Entry]) -> None:
        """Enter what was waiting; what has changed since goes on waiting."""
        rows = json.dumps(
            [(each.waiting.entry, each.waiting.ticket, each.words, each.waiting.marks) for each in entries]
        )
        await tx.execute(_ENTER, (rows,))
        await tx.execute(_ENTERED, (rows,))

    async def worn_since(self) -> datetime | None:
        """Since when the index may hold words of entries that were taken out."""
        since = await self._reader.fetch_value("SELECT min(since) FROM search_worn")
        return None if since is None else datetime.fromtimestamp(since, UTC)

    async def hurry(self, tx: Transaction) -> None:
        """Have the index compacted as soon as nothing waits for its entry, and not only after a while."""
        await tx.execute("UPDATE search_worn SET since = 0 WHERE compacting = 0")

    async def begin_compacting(self, tx: Transaction) -> None:
        """Note that compacting begins: what is taken out from now on needs another one."""
        await tx.execute("UPDATE OR REPLACE search_worn SET compacting = 1")

    async def compact(self, tx: Transaction, pages: int) -> bool:
        """Rewrite about so many pages of the index without the words of entries taken out; False at the end.

        A number below zero begins anew, with what has come since the last compacting.
        """
        before = int(await tx.fetch_value("SELECT total_changes()"))
        await tx.execute("INSERT INTO search_index (search_index, rank) VALUES ('merge', ?)", (pages,))
        # https://sqlite.org/fts5.html#the_merge_command: one change alone means that nothing was to be done.
        return int(await tx.fetch_value("SELECT total_changes()")) - before > 1

    async def end_compacting(self, tx: Transaction) -> None:
        """Note that the index holds no words of what was taken out before compacting began."""
        await tx.execute("DELETE FROM search_worn WHERE compacting = 1")
