"""Publications: which article is posted where, and how far it has come."""

from __future__ import annotations

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

_COLUMNS = (
    "p.id, p.article_id, p.guild_id, p.channel_id, p.channel_kind, p.thread_id, p.tag_id, p.state, p.error, "
    "p.requested_at"
)


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
        row = await self._reader.fetch_one(
            f"SELECT {_COLUMNS} FROM publication AS p WHERE p.id = ?", (publication,)
        )
        return _publication(row) if row else None

    async def live_in(self, article: ArticleId, channel: ChannelId) -> Publication | None:
        """The publication of an article in a channel that is not retired; there is at most one."""
        row = await self._reader.fetch_one(
            f"SELECT {_COLUMNS} FROM publication AS p "
            "WHERE p.article_id = ? AND p.channel_id = ? AND p.state <> 'retired'",
            (article, channel),
        )
        return _publication(row) if row else None

    async def of_article(self, article: ArticleId) -> list[Publication]:
        """All publications of an article that are not retired, oldest first."""
        rows = await self._reader.fetch_all(
            f"SELECT {_COLUMNS} FROM publication AS p WHERE p.article_id = ? AND p.state <> 'retired' "
            "ORDER BY p.id",
            (article,),
        )
        return [_publication(row) for row in rows]

    async def not_retired(self) -> list[Publication]:
        """All publications that are not retired, oldest first."""
        rows = await self._reader.fetch_all(
            f"SELECT {_COLUMNS} FROM publication AS p WHERE p.state <> 'retired' ORDER BY p.id"
        )
        return [_publication(row) for row in rows]

    async def in_channel(self, channel: ChannelId) -> list[Publication]:
        """The publications that are not retired and stand in this channel or have their comments there."""
        rows = await self._reader.fetch_all(
            f"SELECT {_COLUMNS} FROM publication AS p WHERE (p.channel_id = ?1 OR p.thread_id = ?1) "
            "AND p.state <> 'retired' ORDER BY p.id",
            (channel,),
        )
        return [_publication(row) for row in rows]

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
        marks = ", ".join("?" * len(threads))
        rows = await self._reader.fetch_all(
            f"SELECT thread_id FROM publication WHERE thread_id IN ({marks})", tuple(threads)
        )
        return frozenset(ChannelId(row["thread_id"]) for row in rows)

    async def summaries(self, guild: GuildId) -> list[Summary]:
        """A server's publications, newest first, with their progress."""
        rows = await self._reader.fetch_all(
            f"SELECT {_COLUMNS}, a.slug, a.title, "
            "(SELECT count(*) FROM placement AS m WHERE m.publication_id = p.id) AS total, "
            "(SELECT count(*) FROM placement AS m WHERE m.publication_id = p.id "
            " AND (m.gone = 1 OR m.message_id IS NOT NULL AND m.wanted IS m.shown)) AS done "
            "FROM publication AS p JOIN article AS a ON a.id = p.article_id WHERE p.guild_id = ? "
            "ORDER BY p.id DESC",
            (guild,),
        )
        return [
            Summary(_publication(row), row["slug"], row["title"], row["done"], row["total"]) for row in rows
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
