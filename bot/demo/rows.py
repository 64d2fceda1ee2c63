"""The rows of the database as they land, for the panel beside the demo's messages.

It reads the file from beside the bot, as any other program may: what the panel shows is what has been committed.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from bot.store.database import Database, Snapshot

NEWEST = 40
"""How many rows of each table are shown."""

_LOOK_AGAIN = 0.2
"""Seconds between two looks at whether something was written."""

_EXACT = 2**53
"""Beyond this a browser's numbers are not exact; Discord's ids are."""

TABLES = {
    "comment": """
        SELECT comment.id, comment.parent_id, commenter.name AS commenter, comment.origin, comment.status,
            comment.status_by, substr(comment.text, 1, 400) AS text, section.number AS section,
            comment.created_at, comment.edited_at, comment.message_id, comment.reply_to,
            nullif(comment.by_form, 0) AS by_form
        FROM comment JOIN commenter ON commenter.id = comment.commenter_id
            LEFT JOIN section ON section.id = comment.section_id
        ORDER BY comment.id DESC LIMIT :newest""",
    "revision": """
        SELECT id, comment_id, substr(text, 1, 400) AS text, replaced_at FROM revision
        ORDER BY id DESC LIMIT :newest""",
    "placement": """
        SELECT id, kind, section_id, comment_id, part, channel_id, message_id, nullif(gone, 0) AS gone
        FROM placement ORDER BY id DESC LIMIT :newest""",
    "publication": """
        SELECT id, article_id, channel_id, thread_id, state, error, requested_at FROM publication
        ORDER BY id DESC LIMIT :newest""",
    "section": """
        SELECT id, article_id, number, heading, substr(text, 1, 400) AS text FROM section
        ORDER BY id DESC LIMIT :newest""",
    "article": """
        SELECT id, slug, title, author, source_url, published_at FROM article
        ORDER BY id DESC LIMIT :newest""",
}
"""What is shown of each table, newest first."""


async def watch_rows(database: Path) -> AsyncGenerator[list[dict[str, Any]], None]:
    """The newest rows of each table, now and after every change, for ever. The file must exist."""
    async with Database.open(database, read_only=True) as opened:
        seen = None
        while True:
            # Read before the rows: what is written meanwhile shows as another change.
            version = await opened.data_version()
            if version != seen:
                seen = version
                async with opened.snapshot() as snapshot:
                    tables = [await _table(snapshot, name) for name in TABLES]
                yield tables
            await asyncio.sleep(_LOOK_AGAIN)


async def _table(snapshot: Snapshot, name: str) -> dict[str, Any]:
    rows = await snapshot.fetch_all(TABLES[name], {"newest": NEWEST})
    count = await snapshot.fetch_value(f"SELECT count(*) FROM {name}")  # noqa: S608 - a name from TABLES
    return {"name": name, "count": count, "rows": [_written(row) for row in rows]}


def _written(row: sqlite3.Row) -> dict[str, Any]:
    return {key: _exact(row[key]) for key in row.keys()}  # noqa: SIM118 - a Row yields its values


def _exact(value: Any) -> Any:  # noqa: ANN401 - as SQL has it
    return str(value) if isinstance(value, int) and abs(value) > _EXACT else value
