"""What people search for, kept for a while so that they can turn the pages."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import ArticleId, GuildId, QueryId, UserId
from bot.store.database import Reader, Transaction
from bot.store.moments import from_milliseconds, to_milliseconds

KEPT_FOR = timedelta(days=1)
"""How long the pages of a search can be turned. What somebody looks for is their own affair."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for: words, and in what; `since` is within the span of time, `until` is not."""

    words: str
    author: str | None = None
    article_id: ArticleId | None = None
    since: datetime | None = None
    until: datetime | None = None


class SearchQueries:
    """Reads with any reader; the methods that write need a transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def get(self, query: QueryId, guild: GuildId, user: UserId, now: datetime) -> Query | None:
        """Somebody's own query that is not forgotten yet."""
        row = await self._reader.fetch_one(
            "SELECT words, author, article_id, since, until FROM search_query "
            "WHERE id = ? AND guild_id = ? AND user_id = ? AND asked_at >= ?",
            (query, guild, user, to_milliseconds(now - KEPT_FOR)),
        )
        if row is None:
            return None
        return Query(
            words=row["words"],
            author=row["author"],
            article_id=None if row["article_id"] is None else ArticleId(row["article_id"]),
            since=_moment(row["since"]),
            until=_moment(row["until"]),
        )

    async def add(
        self, tx: Transaction, query: Query, guild: GuildId, user: UserId, now: datetime
    ) -> QueryId:
        """Keep a query; its id is a number that nobody can guess."""
        identifier = QueryId(secrets.randbits(62))
        await tx.execute(
            "INSERT INTO search_query (id, guild_id, user_id, asked_at, words, author, article_id, since, until) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(identifier, guild, user, to_milliseconds(now), query.words, query.author),
                *(query.article_id, _milliseconds(query.since), _milliseconds(query.until)),
            ),
        )
        return identifier

    async def any_older(self, now: datetime) -> bool:
        """Whether there are queries to forget."""
        limit = to_milliseconds(now - KEPT_FOR)
        found = await self._reader.fetch_value(
            "SELECT 1 FROM search_query WHERE asked_at < ? LIMIT 1", (limit,)
        )
        return found is not None

    async def forget_old(self, tx: Transaction, now: datetime) -> None:
        """Erase the queries whose time is over."""
        await tx.execute("DELETE FROM search_query WHERE asked_at < ?", (to_milliseconds(now - KEPT_FOR),))


def _moment(value: int | None) -> datetime | None:
    return None if value is None else from_milliseconds(value)


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else to_milliseconds(moment)
