"""The audit trail: what moderators and Oped itself have done, server by server."""

from __future__ import annotations

import json

from bot.model import EntryId, NewEntry
from bot.store.database import Transaction
from bot.store.moments import to_milliseconds


class Trail:
    """Writes to the trail, inside one transaction with the deed itself."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def record(self, entry: NewEntry) -> EntryId:
        """Add an entry, whose details must be JSON."""
        identifier = await self._tx.fetch_value(
            "INSERT INTO trail_entry "
            "(guild_id, at, action, actor_id, comment_id, user_id, publication_id, reason, details) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                entry.guild_id,
                to_milliseconds(entry.at),
                entry.action,
                entry.actor_id,
                entry.comment_id,
                entry.user_id,
                entry.publication_id,
                entry.reason,
                json.dumps(entry.details, ensure_ascii=False),
            ),
        )
        return EntryId(int(str(identifier)))
