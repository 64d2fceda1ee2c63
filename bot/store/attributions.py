"""Who deleted what in Discord, as far as it can be told: deletions of late, and the audit log's notes about them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model import ChannelId, CommentId, GuildId, MessageId, PublicationId, UserId
from bot.store.database import Row, Transaction
from bot.store.moments import from_milliseconds, to_milliseconds


@dataclass(frozen=True, slots=True)
class Gone:
    """A comment whose message somebody deleted: in which publication, and whose it was; nobody's for imported ones."""

    comment_id: CommentId
    publication_id: PublicationId
    guild_id: GuildId
    user_id: UserId | None


@dataclass(frozen=True, slots=True)
class Note:
    """An entry of Discord's audit log: who deleted a message in a channel, or `many` at once.

    `user_id` is whose, None for ours.
    """

    entry_id: int
    channel_id: ChannelId
    actor_id: UserId
    user_id: UserId | None
    many: bool
    at: datetime
    matched: bool = False


class Attributions:
    """Works inside one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def withdrawn(self, messages: Sequence[MessageId]) -> list[Gone]:
        """The comments that members wrote as these messages and that stood until now."""
        return await self._gone(
            "SELECT c.id, q.id AS publication_id, q.guild_id, w.user_id FROM json_each(?) "
            "JOIN comment AS c ON c.message_id = value JOIN publication AS q ON q.id = c.publication_id "
            "JOIN commenter AS w ON w.id = c.commenter_id WHERE c.by_form = 0 AND c.status <> 'deleted' "
            "AND NOT EXISTS (SELECT 1 FROM removal AS r WHERE r.message_id = value AND r.tried_at IS NOT NULL)",
            messages,
        )

    async def hidden(self, messages: Sequence[MessageId]) -> list[Gone]:
        """The comments that these messages of ours showed until now, without our wish to delete them."""
        return await self._gone(
            "SELECT DISTINCT c.id, q.id AS publication_id, q.guild_id, w.user_id FROM json_each(?) "
            "JOIN placement AS m ON m.message_id = value JOIN comment AS c ON c.id = m.comment_id "
            "JOIN publication AS q ON q.id = m.publication_id JOIN commenter AS w ON w.id = c.commenter_id "
            "WHERE m.wanted IS NOT NULL AND m.gone = 0 AND c.status NOT IN ('hidden', 'deleted')",
            messages,
        )

    async def remember(self, channel: ChannelId, gone: Sequence[Gone], at: datetime) -> None:
        """Keep deletions of which an entry in the audit log may still come."""
        await self._tx.executemany(
            "INSERT INTO fresh_deletion (comment_id, channel_id, at) VALUES (?, ?, ?) "
            "ON CONFLICT (comment_id) DO NOTHING",
            [(each.comment_id, channel, to_milliseconds(at)) for each in gone],
        )

    async def note(self, note: Note) -> bool:
        """Keep an entry of the audit log; False for one that came before."""
        added = await self._tx.execute(
            "INSERT INTO audit_note (entry_id, channel_id, actor_id, user_id, many, at) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (entry_id) DO NOTHING",
            (
                *(note.entry_id, note.channel_id, note.actor_id, note.user_id, note.many),
                to_milliseconds(note.at),
            ),
        )
        return added > 0

    async def notes(self, channel: ChannelId) -> list[Note]:
        """What the audit log said of a channel lately, oldest first."""
        rows = await self._tx.fetch_all(
            "SELECT entry_id, channel_id, actor_id, user_id, many, at, matched FROM audit_note WHERE channel_id = ? "
            "ORDER BY entry_id",
            (channel,),
        )
        return [_note(row) for row in rows]

    async def deleted_of(
        self, channel: ChannelId, user: UserId, since: datetime, until: datetime
    ) -> list[Gone]:
        """A person's comments that were deleted in a channel in this time and nobody is known to have deleted."""
        rows = await self._tx.fetch_all(
            "SELECT c.id, q.id AS publication_id, q.guild_id, w.user_id FROM fresh_deletion AS f "
            "JOIN comment AS c ON c.id = f.comment_id JOIN publication AS q ON q.id = c.publication_id "
            "JOIN commenter AS w ON w.id = c.commenter_id "
            "WHERE f.channel_id = ? AND w.user_id = ? AND f.at BETWEEN ? AND ? ORDER BY c.id",
            (channel, user, to_milliseconds(since), to_milliseconds(until)),
        )
        return [_gone(row) for row in rows]

    async def settle(self, gone: CommentId, note: Note) -> None:
        """Note that a deletion and an entry of the audit log belong together, or need no further thought."""
        await self._tx.execute("DELETE FROM fresh_deletion WHERE comment_id = ?", (gone,))
        await self._tx.execute("UPDATE audit_note SET matched = 1 WHERE entry_id = ?", (note.entry_id,))

    async def by_moderator(self, comments: Sequence[CommentId]) -> None:
        """Note that deleted comments were deleted by a moderator."""
        await self._tx.execute(
            "UPDATE comment SET status_by = 'moderator' WHERE status = 'deleted' "
            "AND id IN (SELECT value FROM json_each(?))",
            (json.dumps(comments),),
        )

    async def name(self, note: Note, action: str, since: datetime, *, only: bool) -> None:
        """Name who did what is in the trail without a name, from that channel and time; with `only`, if it is one."""
        unnamed = (
            "SELECT id FROM trail_entry WHERE actor_id IS NULL AND action = :action AND at >= :since "
            "AND json_extract(details, '$.in_discord') = :channel"
        )
        named = await self._tx.execute(
            f"UPDATE trail_entry SET actor_id = :actor WHERE id IN ({unnamed}) "
            f"AND (NOT :only OR (SELECT count(*) FROM ({unnamed})) = 1)",
            {
                "action": action,
                "since": to_milliseconds(since),
                "channel": note.channel_id,
                "actor": note.actor_id,
                "only": only,
            },
        )
        if named:
            await self._tx.execute("UPDATE audit_note SET matched = 1 WHERE entry_id = ?", (note.entry_id,))

    async def forget(self, before: datetime) -> None:
        """Drop what is too old to be matched with anything."""
        for table in ("fresh_deletion", "audit_note"):
            await self._tx.execute(f"DELETE FROM {table} WHERE at < ?", (to_milliseconds(before),))

    async def _gone(self, sql: str, messages: Sequence[MessageId]) -> list[Gone]:
        return [_gone(row) for row in await self._tx.fetch_all(sql, (json.dumps(messages),))]


def _gone(row: Row) -> Gone:
    user = row["user_id"]
    return Gone(
        CommentId(row["id"]),
        PublicationId(row["publication_id"]),
        GuildId(row["guild_id"]),
        None if user is None else UserId(user),
    )


def _note(row: Row) -> Note:
    return Note(
        entry_id=row["entry_id"],
        channel_id=ChannelId(row["channel_id"]),
        actor_id=UserId(row["actor_id"]),
        user_id=None if row["user_id"] is None else UserId(row["user_id"]),
        many=bool(row["many"]),
        at=from_milliseconds(row["at"]),
        matched=bool(row["matched"]),
    )
