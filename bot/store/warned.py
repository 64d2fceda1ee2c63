"""Comments whose authors are warned of what a filter found, and the signs at their messages that say so."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.model import ChannelId, CommentId, MessageId
from bot.store.database import Reader, Transaction

# CROSS JOIN: few are warned, and SQLite would rather look through all comments of the channel.
_DIFFERING = """
FROM warning AS w CROSS JOIN comment AS c ON c.id = w.comment_id
WHERE w.shown = (w.reason IS NULL) AND c.by_form = 0 AND c.status = 'visible' AND c.channel_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM removal AS r WHERE r.message_id = c.message_id)
    AND c.id NOT IN (SELECT value FROM json_each(?))
"""
"""Signs that are to be put or taken away, without those of some comments."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign to be put at a member's message, or with `wanted` False to be taken away."""

    comment_id: CommentId
    channel_id: ChannelId
    message_id: MessageId
    wanted: bool


class Warned:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def reasons(self, comments: Iterable[CommentId]) -> dict[CommentId, str]:
        """What the authors of some comments are warned of."""
        rows = await self._reader.fetch_all(
            "SELECT comment_id, reason FROM warning "
            "WHERE reason IS NOT NULL AND comment_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(comments)),),
        )
        return {CommentId(row["comment_id"]): row["reason"] for row in rows}

    async def channels(self, *, besides: Collection[CommentId]) -> list[ChannelId]:
        """The channels in which signs are to be put or taken away, but for those of some comments."""
        rows = await self._reader.fetch_all(
            f"SELECT DISTINCT c.channel_id {_DIFFERING}", (json.dumps(list(besides)),)
        )
        return [ChannelId(row["channel_id"]) for row in rows]

    async def next_sign(self, channel: ChannelId, *, besides: Collection[CommentId]) -> Sign | None:
        """The first sign that is to be put or taken away in a channel, but for those of some comments."""
        row = await self._reader.fetch_one(
            "SELECT w.comment_id, c.channel_id, c.message_id, w.reason IS NOT NULL AS wanted "
            f"{_DIFFERING} AND c.channel_id = ? ORDER BY w.comment_id LIMIT 1",
            (json.dumps(list(besides)), channel),
        )
        if row is None:
            return None
        return Sign(
            CommentId(row["comment_id"]),
            ChannelId(row["channel_id"]),
            MessageId(row["message_id"]),
            bool(row["wanted"]),
        )

    async def warn(self, tx: Transaction, comment: CommentId, reason: str) -> None:
        """Warn a comment's author."""
        await tx.execute(
            "INSERT INTO warning (comment_id, reason) VALUES (?, ?) "
            "ON CONFLICT DO UPDATE SET reason = excluded.reason",
            (comment, reason),
        )

    async def clear(self, tx: Transaction, comment: CommentId) -> bool:
        """Warn a comment's author no longer; whether they were."""
        cleared = await tx.execute(
            "UPDATE warning SET reason = NULL WHERE comment_id = ? AND reason IS NOT NULL", (comment,)
        )
        await tx.execute(
            "DELETE FROM warning WHERE comment_id = ? AND reason IS NULL AND shown = 0", (comment,)
        )
        return cleared > 0

    async def note(self, tx: Transaction, sign: Sign) -> None:
        """Note that a sign was put or taken away."""
        await tx.execute("UPDATE warning SET shown = ? WHERE comment_id = ?", (sign.wanted, sign.comment_id))
        await tx.execute(
            "DELETE FROM warning WHERE comment_id = ? AND reason IS NULL AND shown = 0", (sign.comment_id,)
        )
