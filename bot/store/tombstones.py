"""Tombstones: what is left of members' messages that were deleted in Discord, also before they arrived here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from bot.model import ChannelId, MessageId
from bot.store.database import Transaction
from bot.store.moments import to_milliseconds

# What we have asked Discord to delete is not withdrawn by its author.
_NOT_REMOVED = """
NOT EXISTS (SELECT 1 FROM removal AS r WHERE r.message_id = comment.message_id AND r.tried_at IS NOT NULL)
"""


class Tombstones:
    """Takes in deletions, inside one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def put(self, messages: Sequence[MessageId]) -> int:
        """Make tombstones of the members' messages among these; how many are new.

        Our own messages are passed over, also those that show what was entered by form, and what we removed.
        """
        return await self._put("message_id IN (SELECT value FROM json_each(?))", json.dumps(messages))

    async def put_for_all_in(self, channel: ChannelId) -> int:
        """Make tombstones of all members' messages in a channel that is gone; how many are new."""
        return await self._put("channel_id = ?", channel)

    async def _put(self, condition: str, value: object) -> int:
        written = f"{condition} AND by_form = 0 AND status <> 'deleted' AND {_NOT_REMOVED}"
        for table in ("revision", "attachment"):
            await self._tx.execute(
                f"DELETE FROM {table} WHERE comment_id IN (SELECT id FROM comment WHERE {written})", (value,)
            )
        return await self._tx.execute(
            f"UPDATE comment SET status = 'deleted', status_by = NULL, text = '', edited_at = NULL WHERE {written}",
            (value,),
        )

    async def expect(self, channel: ChannelId, messages: Sequence[MessageId], at: datetime) -> None:
        """Note deletions of messages that are not known: those that may still arrive will be tombstones."""
        await self._tx.execute(
            "INSERT INTO deleted_message (message_id, channel_id, deleted_at) "
            "SELECT value, ?2, ?3 FROM json_each(?1) "
            "WHERE NOT EXISTS (SELECT 1 FROM comment WHERE message_id = value) "
            "AND NOT EXISTS (SELECT 1 FROM placement WHERE message_id = value) "
            "ON CONFLICT (message_id) DO NOTHING",
            (json.dumps(messages), channel, to_milliseconds(at)),
        )

    async def expect_no_more(self, before: datetime) -> None:
        """Drop notes of deletions so old that nothing can arrive for them any more."""
        await self._tx.execute("DELETE FROM deleted_message WHERE deleted_at < ?", (to_milliseconds(before),))
