"""Where in Discord something can be read: the message that a link jumps to."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.model import ChannelId, CommentId, MessageId, SectionId
from bot.store.database import Reader, Row
from bot.store.scope import ONE_SEEN, Scope

# A member's own message comes before those of ours, and what shows an imported one newest before older ones.
_COMMENTS = f"""
SELECT c.id, coalesce(c.channel_id, q.thread_id, q.channel_id) AS channel_id, c.message_id, 2 AS own,
    q.id AS publication
FROM json_each(:ids) AS i CROSS JOIN comment AS c ON c.id = i.value
CROSS JOIN publication AS q ON q.id = c.publication_id
WHERE c.message_id IS NOT NULL AND {ONE_SEEN}
    AND NOT EXISTS (SELECT 1 FROM removal AS r WHERE r.message_id = c.message_id AND r.tried_at IS NOT NULL)
UNION ALL
SELECT m.comment_id, m.channel_id, m.message_id, 1, q.id
FROM json_each(:ids) AS i CROSS JOIN placement AS m ON m.comment_id = i.value
CROSS JOIN publication AS q ON q.id = m.publication_id
WHERE m.message_id IS NOT NULL AND m.gone = 0
    AND {ONE_SEEN} AND m.part = 0
ORDER BY own, publication
"""
# (The plus takes away the column's type, without which an index over an expression is not used.)
_SECTIONS = f"""
SELECT s.id, m.channel_id, m.message_id
FROM json_each(:ids) AS i CROSS JOIN section AS s ON s.id = i.value
CROSS JOIN publication AS q ON q.article_id = s.article_id
CROSS JOIN placement AS m ON m.publication_id = q.id AND m.kind = 'section' AND ifnull(m.section_id, 0) = +s.id
    AND ifnull(m.comment_id, 0) = 0 AND m.part = 0
WHERE m.message_id IS NOT NULL AND m.gone = 0 AND {ONE_SEEN}
ORDER BY q.id
"""

Message = tuple[ChannelId, MessageId]


class Jumps:
    """Finds messages in what a scope lets somebody see."""

    def __init__(self, reader: Reader, scope: Scope) -> None:
        self._reader = reader
        self._scope = scope

    async def to_comments(self, comments: Sequence[CommentId]) -> dict[CommentId, Message]:
        """The message to read each comment by, for those that have one."""
        rows = await self._rows(_COMMENTS, comments)
        return {CommentId(row["id"]): _message(row) for row in rows}

    async def to_sections(self, sections: Sequence[SectionId]) -> dict[SectionId, Message]:
        """The message that each section begins with, for those that have one."""
        rows = await self._rows(_SECTIONS, sections)
        return {SectionId(row["id"]): _message(row) for row in rows}

    async def _rows(self, sql: str, ids: Sequence[int]) -> list[Row]:
        if not ids:
            return []
        return await self._reader.fetch_all(sql, {**self._scope.parameters, "ids": json.dumps(ids)})


def _message(row: Row) -> Message:
    return ChannelId(row["channel_id"]), MessageId(row["message_id"])
