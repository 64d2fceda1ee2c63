"""Servers that the bot was removed from, and the purge of what is stored of them."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime

from bot.model import GuildId
from bot.store.clearing import delete_some
from bot.store.database import Reader, Transaction
from bot.store.moments import to_milliseconds

# Tables whose rows belong to a server. What hangs on a publication or a comment goes along with it.
OF_SERVERS = (
    "claim",
    "departure",
    "digest",
    "filter",
    "follow",
    "held_comment",
    "moderator_role",
    "notice_refusal",
    "publication",
    "report_case",
    "sanction",
    "search_query",
    "server",
    "trail_entry",
)

_PUBLICATIONS = "SELECT id FROM publication WHERE guild_id = :guild"
_ROOMS = f"""
    SELECT channel_id FROM publication WHERE guild_id = :guild
    UNION SELECT thread_id FROM publication WHERE guild_id = :guild AND thread_id IS NOT NULL
    UNION SELECT message_id FROM placement WHERE kind = 'section' AND message_id IS NOT NULL
        AND publication_id IN ({_PUBLICATIONS})
"""
# The newest first, since what answers a comment is mostly newer. Elsewhere nothing answers these.
_COMMENTS = f"""
SELECT json_group_array(id) AS ids, json_group_array(DISTINCT commenter_id) AS authors FROM (
    SELECT id, commenter_id FROM comment WHERE publication_id = (
        SELECT q.id FROM publication AS q WHERE q.id IN ({_PUBLICATIONS})
        AND EXISTS (SELECT 1 FROM comment AS c WHERE c.publication_id = q.id) LIMIT 1)
    ORDER BY id DESC LIMIT :limit)
"""
_PURGE_COMMENTS = (
    "DELETE FROM placement WHERE comment_id IN (SELECT value FROM json_each(:ids))",
    "UPDATE comment SET parent_id = NULL WHERE parent_id IN (SELECT value FROM json_each(:ids))",
    "DELETE FROM comment WHERE id IN (SELECT value FROM json_each(:ids))",
    # Members who wrote nowhere else.
    """DELETE FROM commenter WHERE id IN (SELECT value FROM json_each(:authors)) AND user_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM comment WHERE commenter_id = commenter.id)""",
)
_OF_PUBLICATIONS = f"publication_id IN ({_PUBLICATIONS})"
_IN_ROOMS = f"channel_id IN ({_ROOMS})"
_HERE = "guild_id = :guild"
# The order matters: what tells which rooms and messages are meant goes after what is found by them, and that the bot
# was removed is known until all is done.
_PURGE_REST = (
    ("notice", _OF_PUBLICATIONS),
    ("channel_cursor", _IN_ROOMS),
    ("deleted_message", _IN_ROOMS),
    (
        "removal",
        f"{_IN_ROOMS} OR message_id IN (SELECT log_message_id FROM trail_entry WHERE {_HERE})",
    ),
    ("vote", _OF_PUBLICATIONS),
    ("placement", _OF_PUBLICATIONS),
    *((table, _HERE) for table in OF_SERVERS if table not in {"publication", "departure"}),
    ("publication", _HERE),
    ("departure", _HERE),
)


class Departures:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def compare(self, tx: Transaction, present: Collection[GuildId], at: datetime) -> None:
        """Note which servers the bot is no longer on, of those of which something is stored, and which it is on again.

        The first word about when the bot was removed stands.
        """
        here = json.dumps(list(present))
        await tx.execute("DELETE FROM departure WHERE guild_id IN (SELECT value FROM json_each(?))", (here,))
        known = " UNION ".join(
            f"SELECT guild_id FROM {table}" for table in OF_SERVERS if table != "departure"
        )
        await tx.execute(
            f"INSERT INTO departure (guild_id, at) SELECT guild_id, ?2 FROM ({known}) "
            "WHERE guild_id NOT IN (SELECT value FROM json_each(?1)) ON CONFLICT DO NOTHING",
            (here, to_milliseconds(at)),
        )

    async def depart(self, tx: Transaction, guild: GuildId, at: datetime) -> None:
        """Note that the bot was removed from a server."""
        await tx.execute(
            "INSERT INTO departure (guild_id, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (guild, to_milliseconds(at)),
        )

    async def come_back(self, tx: Transaction, guild: GuildId) -> None:
        """Note that the bot is on a server again: nothing of it is purged."""
        await tx.execute("DELETE FROM departure WHERE guild_id = ?", (guild,))

    async def due(self, before: datetime) -> list[GuildId]:
        """Servers from which the bot was removed before that moment."""
        rows = await self._reader.fetch_all(
            "SELECT guild_id FROM departure WHERE at < ? ORDER BY at", (to_milliseconds(before),)
        )
        return [GuildId(row["guild_id"]) for row in rows]

    async def purge_some(self, tx: Transaction, guild: GuildId, *, limit: int) -> bool:
        """Delete some of what is stored of a server, imported articles excepted; whether more of it is left.

        Nothing where the bot is there again by now.
        """
        if not await tx.fetch_value("SELECT EXISTS (SELECT 1 FROM departure WHERE guild_id = ?)", (guild,)):
            return False
        (found,) = await tx.fetch_all(_COMMENTS, {"guild": guild, "limit": limit})
        if found["ids"] != "[]":
            for statement in _PURGE_COMMENTS:
                await tx.execute(statement, dict(found))
            return True
        left = limit
        for table, condition in _PURGE_REST:
            left -= await delete_some(tx, table, condition, {"guild": guild}, left)
            if left <= 0:
                return True
        return False
