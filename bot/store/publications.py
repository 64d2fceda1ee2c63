"""Publications: which article is posted where, and how far it has come."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model import (
    ArticleId,
    ChannelId,
    ChannelKind,
    GuildId,
    Publication,
    PublicationId,
    PublicationState,
)
from bot.store.database import Reader, Row, Transaction
from bot.store.moments import from_milliseconds, to_milliseconds
from bot.store.names import LOOKED_THROUGH, articles_named, contains, is_indexed
from bot.store.scope import ARTICLE_SEEN, ONE_SEEN, PUBLICATION_SEEN, Scope

_COLUMNS = (
    "p.id, p.article_id, p.guild_id, p.channel_id, p.channel_kind, p.thread_id, p.tag_id, p.state, p.error, "
    "p.requested_at"
)
_OF_Q = _COLUMNS.replace("p.", "q.")
_NEWEST = f"SELECT {_OF_Q} FROM publication AS q WHERE {ONE_SEEN} ORDER BY q.id DESC LIMIT :among"

# From one channel to the next through the index, not past all that is posted in each.
_CHANNELS = """
WITH RECURSIVE place (channel_id) AS (
    SELECT min(channel_id) FROM publication WHERE guild_id = :guild
    UNION ALL
    SELECT (SELECT min(channel_id) FROM publication WHERE guild_id = :guild AND channel_id > place.channel_id)
    FROM place WHERE channel_id IS NOT NULL
)
SELECT channel_id FROM place WHERE channel_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Named:
    """A publication with its article's names."""

    publication: Publication
    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A publication with its article's names, and how many of its messages show what they should."""

    publication: Publication
    slug: str
    title: str
    done: int
    total: int


class Publications:
    """Reads with any reader; the methods that write need a transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def by_id(self, publication: PublicationId) -> Publication | None:
        """One publication, None if there is none."""
        found = await self._all("WHERE p.id = ?", (publication,))
        return found[0] if found else None

    async def live_in(self, article: ArticleId, channel: ChannelId) -> Publication | None:
        """The publication of an article in a channel that is not retired or retiring; there is at most one."""
        found = await self._all(
            "WHERE p.article_id = ? AND p.channel_id = ? AND p.state NOT IN ('retiring', 'retired')",
            (article, channel),
        )
        return found[0] if found else None

    async def of_article(self, article: ArticleId) -> list[Publication]:
        """All publications of an article that are not retired, oldest first."""
        return await self._all("WHERE p.article_id = ? AND p.state <> 'retired' ORDER BY p.id", (article,))

    async def not_retired(self) -> list[Publication]:
        """All publications that are not retired, oldest first."""
        return await self._all("WHERE p.state <> 'retired' ORDER BY p.id")

    async def in_channel(self, channel: ChannelId) -> list[Publication]:
        """The publications that are not retired and stand in this channel or have their comments there."""
        return await self._all(
            "WHERE (p.channel_id = ?1 OR p.thread_id = ?1) AND p.state <> 'retired' ORDER BY p.id", (channel,)
        )

    async def channels_in(self, guild: GuildId) -> list[ChannelId]:
        """The channels of a server in which anything was ever posted."""
        rows = await self._reader.fetch_all(_CHANNELS, {"guild": guild})
        return [ChannelId(row["channel_id"]) for row in rows]

    async def of_article_in(self, article: ArticleId, guild: GuildId) -> list[Publication]:
        """An article's publications in a server, retired ones too, newest first."""
        return await self._all(
            "WHERE p.article_id = ? AND p.guild_id = ? ORDER BY p.id DESC", (article, guild)
        )

    async def with_work(self) -> list[PublicationId]:
        """Publications for which something remains to be sent, oldest first; failed ones wait for a person."""
        rows = await self._reader.fetch_all(
            "SELECT id FROM publication WHERE state IN ('posting', 'retiring') "
            "OR state = 'live' AND id IN (SELECT publication_id FROM placement "
            "WHERE (wanted IS NOT shown OR message_id IS NULL) AND gone = 0) ORDER BY id"
        )
        return [PublicationId(row["id"]) for row in rows]

    async def home_guilds(self) -> frozenset[GuildId]:
        """The server of the first publication ever made, or nothing before it."""
        rows = await self._reader.fetch_all("SELECT guild_id FROM publication ORDER BY id LIMIT 1")
        return frozenset(GuildId(row["guild_id"]) for row in rows)

    async def threads_among(self, threads: Sequence[ChannelId]) -> frozenset[ChannelId]:
        """Those of the given threads that are known as some publication's."""
        rows = await self._reader.fetch_all(
            "SELECT thread_id FROM publication WHERE thread_id IN (SELECT value FROM json_each(?))",
            (json.dumps(threads),),
        )
        return frozenset(ChannelId(row["thread_id"]) for row in rows)

    async def offered(self, scope: Scope, words: str, limit: int) -> list[Named]:
        """The newest publications in scope, retired ones too, of articles in whose slug or title these words stand."""
        if is_indexed(words):
            query, values = articles_named(words, ARTICLE_SEEN.format("a.id"), limit)
            found = f"({query}) AS a CROSS JOIN publication AS q ON q.article_id = a.id WHERE {ONE_SEEN}"
        else:
            condition, values = contains(words)
            values |= {"among": LOOKED_THROUGH if words else limit, "limit": limit}
            found = f"({_NEWEST}) AS q CROSS JOIN article AS a ON a.id = q.article_id WHERE {condition}"
        rows = await self._reader.fetch_all(
            f"SELECT {_OF_Q}, a.slug, a.title FROM {found} ORDER BY q.id DESC LIMIT :limit",
            {**scope.parameters, **values},
        )
        return [Named(_publication(row), row["slug"], row["title"]) for row in rows]

    async def count(self, scope: Scope) -> int:
        """How many publications are in scope, retired ones too."""
        return int(
            await self._reader.fetch_value(
                f"SELECT count(*) FROM publication AS q WHERE {PUBLICATION_SEEN}", scope.parameters
            )
        )

    async def summaries(self, scope: Scope, limit: int) -> list[Summary]:
        """The newest publications in scope, newest first, with their progress."""
        rows = await self._reader.fetch_all(
            f"SELECT {_OF_Q}, a.slug, a.title, "
            "(SELECT count(*) FROM placement AS m WHERE m.publication_id = q.id) AS total, "
            "(SELECT count(*) FROM placement WHERE publication_id = q.id "
            " AND (wanted IS NOT shown OR message_id IS NULL) AND gone = 0) AS left "
            f"FROM publication AS q CROSS JOIN article AS a ON a.id = q.article_id WHERE {ONE_SEEN} "
            "ORDER BY q.id DESC LIMIT :limit",
            {**scope.parameters, "limit": limit},
        )
        return [
            Summary(_publication(row), row["slug"], row["title"], row["total"] - row["left"], row["total"])
            for row in rows
        ]

    async def add(
        self,
        tx: Transaction,
        article: ArticleId,
        guild: GuildId,
        channel: ChannelId,
        kind: ChannelKind,
        tag: int | None,
        now: datetime,
    ) -> PublicationId:
        """Enter a publication that is to be posted. A constraint refuses a second live one in a channel."""
        identifier = await tx.fetch_value(
            "INSERT INTO publication (article_id, guild_id, channel_id, channel_kind, tag_id, state, "
            "requested_at) VALUES (?, ?, ?, ?, ?, 'posting', ?) RETURNING id",
            (article, guild, channel, kind, tag, to_milliseconds(now)),
        )
        return PublicationId(identifier)

    async def fail(self, tx: Transaction, channel: ChannelId, error: str) -> None:
        """Stop what is being posted or live in a channel or thread, for a reason that a moderator can act on."""
        for each in await self.in_channel(channel):
            going = (PublicationState.POSTING, PublicationState.LIVE)
            await self.set_state(tx, each.id, PublicationState.FAILED, among=going, error=error)

    async def set_thread(self, tx: Transaction, publication: PublicationId, thread: ChannelId) -> None:
        """Note where a publication's comments are."""
        await tx.execute(
            "UPDATE publication SET thread_id = ? WHERE id = ? AND thread_id IS NULL", (thread, publication)
        )

    async def set_state(
        self,
        tx: Transaction,
        publication: PublicationId,
        state: PublicationState,
        *,
        among: Sequence[PublicationState] = tuple(PublicationState),
        error: str | None = None,
    ) -> bool:
        """Move a publication on, if it is in one of the states `among`; whether it was."""
        marks = ", ".join("?" * len(among))
        changed = await tx.execute(
            f"UPDATE publication SET state = ?, error = ? WHERE id = ? AND state IN ({marks})",
            (state, error, publication, *among),
        )
        return changed > 0

    async def _all(self, condition: str, parameters: Sequence[object] = ()) -> list[Publication]:
        rows = await self._reader.fetch_all(
            f"SELECT {_COLUMNS} FROM publication AS p {condition}", parameters
        )
        return [_publication(row) for row in rows]


def _publication(row: Row) -> Publication:
    return Publication(
        id=PublicationId(row["id"]),
        article_id=ArticleId(row["article_id"]),
        guild_id=GuildId(row["guild_id"]),
        channel_id=ChannelId(row["channel_id"]),
        channel_kind=ChannelKind(row["channel_kind"]),
        thread_id=None if row["thread_id"] is None else ChannelId(row["thread_id"]),
        tag_id=row["tag_id"],
        state=PublicationState(row["state"]),
        error=row["error"],
        requested_at=from_milliseconds(row["requested_at"]),
    )
