"""Deleting rows some at a time, so that nobody has to wait however many there are."""

from __future__ import annotations

from collections.abc import Mapping

from bot.store.database import Transaction

KEYS = {
    "digest": "user_id, guild_id",
    "filter": "guild_id, kind",
    "moderator_role": "guild_id, role_id",
    "notice_refusal": "user_id, guild_id",
    "report": "case_id, user_id",
    "sanction": "guild_id, user_id, kind",
    "vote": "message_id, emoji, user_id",
}
"""What a row of a table is known by; the rowid where nothing is said."""


async def delete_some(
    tx: Transaction, table: str, condition: str, values: Mapping[str, object], limit: int
) -> int:
    """Delete at most so many of a table's rows for which a condition holds; how many that were."""
    key = KEYS.get(table, "rowid")
    return await tx.execute(
        f"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {condition} LIMIT :limit)",
        {**values, "limit": limit},
    )
