"""The audit trail: what moderators and Oped itself have done, server by server."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from bot.model import (
    Action,
    ChannelId,
    CommentId,
    Entry,
    EntryId,
    GuildId,
    MessageId,
    NewEntry,
    PublicationId,
    UserId,
)
from bot.store.database import Reader, Row, Transaction
from bot.store.moments import from_milliseconds, to_milliseconds
from bot.store.scope import WITHIN_SEEN, Scope

_SELECT = """
SELECT e.id, e.guild_id, e.at, e.action, e.actor_id, e.comment_id, e.user_id, e.publication_id, e.reason, e.details,
    e.undone_by, e.log_channel_id, w.name AS author,
    ifnull((SELECT title FROM article AS a WHERE a.id = c.article_id), (
        SELECT a.title FROM publication AS q JOIN article AS a ON a.id = q.article_id
        WHERE q.id = e.publication_id)) AS title
FROM trail_entry AS e LEFT JOIN comment AS c ON c.id = e.comment_id
LEFT JOIN commenter AS w ON w.id = c.commenter_id
"""

_UNTOLD = (
    "e.log_channel_id IS NOT NULL AND e.log_message_id IS NULL AND (e.actor_id IS NOT NULL "
    "OR e.at < ? OR json_extract(e.details, '$.in_discord') IS NULL)"
)


class Trail:
    """Writes to the trail, inside one transaction with the deed itself."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def record(self, entry: NewEntry) -> EntryId:
        """Add an entry, whose details must be JSON. It is to be told where the server has a log channel now.

        What is done to a member's comment is about the publication in which it was written.
        """
        identifier = await self._tx.fetch_value(
            "INSERT INTO trail_entry (guild_id, at, action, actor_id, comment_id, user_id, publication_id, "
            "reason, details, log_channel_id) VALUES (?, ?, ?, ?, ?, ?, "
            "ifnull(?, (SELECT publication_id FROM comment WHERE id = ?)), ?, ?, "
            "(SELECT log_channel_id FROM server WHERE guild_id = ?)) RETURNING id",
            (
                entry.guild_id,
                to_milliseconds(entry.at),
                entry.action,
                entry.actor_id,
                entry.comment_id,
                entry.user_id,
                entry.publication_id,
                entry.comment_id,
                entry.reason,
                json.dumps(entry.details, ensure_ascii=False),
                entry.guild_id,
            ),
        )
        return EntryId(int(str(identifier)))

    async def undo(self, entry: EntryId, by: EntryId) -> bool:
        """Note that one entry's deed was undone by another; False where that had been done before."""
        changed = await self._tx.execute(
            "UPDATE trail_entry SET undone_by = ? WHERE id = ? AND undone_by IS NULL", (by, entry)
        )
        return changed > 0

    async def told(self, entry: EntryId, message: MessageId) -> None:
        """Note the message that tells of an entry."""
        await self._tx.execute("UPDATE trail_entry SET log_message_id = ? WHERE id = ?", (message, entry))

    async def leave_untold(self, channel: ChannelId) -> None:
        """Let go of what was to be told in a channel where nothing can be."""
        await self._tx.execute(
            "UPDATE trail_entry SET log_channel_id = NULL WHERE log_channel_id = ? AND log_message_id IS NULL",
            (channel,),
        )


class Entries:
    """What the trail holds."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def by_id(self, entry: EntryId) -> Entry | None:
        """One entry, None if there is none."""
        found = await self._all("WHERE e.id = ?", (entry,))
        return found[0] if found else None

    async def log_channels(self, unnamed_before: datetime) -> list[ChannelId]:
        """The log channels in which entries are to be told."""
        rows = await self._reader.fetch_all(
            f"SELECT DISTINCT e.log_channel_id FROM trail_entry AS e WHERE {_UNTOLD}",
            (to_milliseconds(unnamed_before),),
        )
        return [ChannelId(row["log_channel_id"]) for row in rows]

    async def next_to_tell(self, channel: ChannelId, unnamed_before: datetime) -> Entry | None:
        """The oldest entry that is to be told in a log channel and has not been.

        What was done in Discord by nobody knows whom is told only if it was before a time: a name may follow.
        """
        found = await self._all(
            f"WHERE {_UNTOLD} AND e.log_channel_id = ? ORDER BY e.id LIMIT 1",
            (to_milliseconds(unnamed_before), channel),
        )
        return found[0] if found else None

    async def tells(self, comment: CommentId, action: Action) -> bool:
        """Whether any entry about a comment is of one kind."""
        value = await self._reader.fetch_value(
            "SELECT EXISTS (SELECT 1 FROM trail_entry WHERE comment_id = ? AND action = ?)", (comment, action)
        )
        return bool(value)

    async def about(self, comments: Sequence[CommentId], action: Action) -> frozenset[CommentId]:
        """Those among some comments that an entry of one kind is about."""
        rows = await self._reader.fetch_all(
            "SELECT DISTINCT comment_id FROM trail_entry WHERE action = ? "
            "AND comment_id IN (SELECT value FROM json_each(?))",
            (action, json.dumps(comments)),
        )
        return frozenset(CommentId(row["comment_id"]) for row in rows)

    async def page(
        self,
        scope: Scope,
        *,
        before: EntryId | None,
        limit: int,
        action: Action | None = None,
        actor: UserId | None = None,
        user: UserId | None = None,
        publication: PublicationId | None = None,
    ) -> list[Entry]:
        """A server's entries older than one of them, newest first: of one kind, moderator, member or publication.

        Of those about publications only what is about the ones in scope.
        """
        return await self._all(
            "WHERE e.guild_id = :guild AND (:before IS NULL OR e.id < :before) "
            "AND (:action IS NULL OR e.action = :action) AND (:actor IS NULL OR e.actor_id = :actor) "
            "AND (:user IS NULL OR e.user_id = :user) "
            "AND (:publication IS NULL OR e.publication_id = :publication) "
            f"AND (e.publication_id IS NULL OR {WITHIN_SEEN.format('e.publication_id')}) "
            "ORDER BY e.id DESC LIMIT :limit",
            scope.parameters
            | {
                "before": before,
                "limit": limit,
                "action": action,
                "actor": actor,
                "user": user,
                "publication": publication,
            },
        )

    async def _all(self, condition: str, parameters: Sequence[object] | dict[str, object]) -> list[Entry]:
        return [_entry(row) for row in await self._reader.fetch_all(f"{_SELECT} {condition}", parameters)]


def _entry(row: Row) -> Entry:
    return Entry(
        id=EntryId(row["id"]),
        guild_id=GuildId(row["guild_id"]),
        at=from_milliseconds(row["at"]),
        action=Action(row["action"]),
        actor_id=None if row["actor_id"] is None else UserId(row["actor_id"]),
        comment_id=None if row["comment_id"] is None else CommentId(row["comment_id"]),
        user_id=None if row["user_id"] is None else UserId(row["user_id"]),
        publication_id=None if row["publication_id"] is None else PublicationId(row["publication_id"]),
        reason=row["reason"],
        details=json.loads(row["details"]),
        undone_by=None if row["undone_by"] is None else EntryId(row["undone_by"]),
        log_channel_id=None if row["log_channel_id"] is None else ChannelId(row["log_channel_id"]),
        author=row["author"],
        title=row["title"],
    )
