"""What each server wants to be looked for in members' comments."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from bot.model import CommentId, Filter, FilterAction, FilterKind, GuildId, UserId
from bot.store.database import Reader, Row, Transaction
from bot.store.moments import to_milliseconds

_TEXTS = 50
"""How many of a person's latest texts are compared."""


class Filters:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def of(self, guild: GuildId) -> tuple[Filter, ...]:
        """A server's filters."""
        rows = await self._reader.fetch_all(
            "SELECT kind, action, words FROM filter WHERE guild_id = ? ORDER BY kind", (guild,)
        )
        return tuple(_filter(row) for row in rows)

    async def texts_since(
        self, guild: GuildId, users: Iterable[UserId], since: datetime, besides: Iterable[CommentId]
    ) -> dict[UserId, list[str]]:
        """What some people have written on a server since a moment, without some comments; the latest of each."""
        rows = await self._reader.fetch_all(
            "SELECT w.user_id, c.text FROM json_each(:users) AS u JOIN commenter AS w ON w.user_id = u.value "
            "JOIN comment AS c ON c.id IN "
            "(SELECT id FROM comment WHERE commenter_id = w.id ORDER BY id DESC LIMIT :texts) "
            "JOIN publication AS q ON q.id = c.publication_id WHERE q.guild_id = :guild AND c.created_at >= :since "
            "AND c.status <> 'deleted' AND c.id NOT IN (SELECT value FROM json_each(:besides))",
            {
                "users": json.dumps(list(users)),
                "texts": _TEXTS,
                "guild": guild,
                "since": to_milliseconds(since),
                "besides": json.dumps(list(besides)),
            },
        )
        texts: defaultdict[UserId, list[str]] = defaultdict(list)
        for row in rows:
            texts[UserId(row["user_id"])].append(row["text"])
        return texts

    async def save(self, tx: Transaction, guild: GuildId, wanted: Filter) -> None:
        """Set a filter, in place of the one of its kind."""
        await tx.execute(
            "INSERT INTO filter (guild_id, kind, action, words) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET action = excluded.action, words = excluded.words",
            (guild, wanted.kind, wanted.action, json.dumps(wanted.words, ensure_ascii=False)),
        )

    async def remove(self, tx: Transaction, guild: GuildId, kind: FilterKind) -> bool:
        """Take a filter away; whether there was one."""
        return await tx.execute("DELETE FROM filter WHERE guild_id = ? AND kind = ?", (guild, kind)) > 0


def _filter(row: Row) -> Filter:
    return Filter(FilterKind(row["kind"]), FilterAction(row["action"]), tuple(json.loads(row["words"])))
