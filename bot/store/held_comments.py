"""Comments that wait for a moderator: the queue of each server, oldest first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.model import Action, CommentId, GuildId, MessageId, PublicationId, UserId
from bot.store.database import Reader, Row, Transaction
from bot.store.scope import WITHIN_SEEN, Scope

_QUEUE = f"held_comment AS h WHERE h.guild_id = :guild AND h.note IS NULL AND {WITHIN_SEEN.format('h.publication_id')}"


@dataclass(frozen=True, slots=True)
class HeldComment:
    """A comment that waits: why, and with `note` that its author was asked to change it and has not yet."""

    comment_id: CommentId
    guild_id: GuildId
    publication_id: PublicationId
    reason: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A member's comment that anybody can see, and the message it was written as."""

    message_id: MessageId
    comment_id: CommentId
    publication_id: PublicationId
    guild_id: GuildId


class HeldComments:
    """Reads with any reader; the methods that write take the transaction.

    A comment leaves by itself when its status is no longer pending.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def get(self, comment: CommentId) -> HeldComment | None:
        """What is known of one waiting comment; None where it does not wait."""
        row = await self._reader.fetch_one(
            "SELECT comment_id, guild_id, publication_id, reason, note FROM held_comment WHERE comment_id = ?",
            (comment,),
        )
        return _held(row) if row else None

    async def next_after(self, scope: Scope, after: CommentId) -> HeldComment | None:
        """The oldest one behind another in a server's queue, among those in scope."""
        row = await self._reader.fetch_one(
            f"SELECT h.comment_id, h.guild_id, h.publication_id, h.reason, h.note FROM {_QUEUE} "
            "AND h.comment_id > :after ORDER BY h.comment_id LIMIT 1",
            scope.parameters | {"after": after},
        )
        return _held(row) if row else None

    async def number(self, scope: Scope, *, at_most: int) -> int:
        """How many wait in a server's queue, among those in scope, counted no further than `at_most`."""
        return int(
            await self._reader.fetch_value(
                f"SELECT count(*) FROM (SELECT 1 FROM {_QUEUE} LIMIT :most)",
                scope.parameters | {"most": at_most},
            )
        )

    async def anything_to_check(self) -> bool:
        """Whether any server has asked for more than to store what members write."""
        value = await self._reader.fetch_value(
            "SELECT EXISTS (SELECT 1 FROM server WHERE mode <> 'open') "
            "OR EXISTS (SELECT 1 FROM discussion WHERE mode <> 'open') "
            "OR EXISTS (SELECT 1 FROM filter) OR EXISTS (SELECT 1 FROM sanction)"
        )
        return bool(value)

    async def seen_among(self, messages: Iterable[MessageId]) -> list[Seen]:
        """The visible comments that some members' messages are, in the order in which they were written."""
        rows = await self._reader.fetch_all(
            "SELECT c.message_id, c.id, c.publication_id, q.guild_id FROM json_each(?) AS m "
            "CROSS JOIN comment AS c ON c.message_id = m.value JOIN publication AS q ON q.id = c.publication_id "
            "WHERE c.status = 'visible' AND c.by_form = 0 ORDER BY c.message_id",
            (json.dumps(list(messages)),),
        )
        return [
            Seen(
                MessageId(row["message_id"]),
                CommentId(row["id"]),
                PublicationId(row["publication_id"]),
                GuildId(row["guild_id"]),
            )
            for row in rows
        ]

    async def known_among(
        self, guild: GuildId, users: Iterable[UserId], besides: Iterable[CommentId]
    ) -> frozenset[UserId]:
        """Those of some people who have a visible comment in a server `besides` some, or once had one approved."""
        rows = await self._reader.fetch_all(
            "SELECT u.value AS user_id FROM json_each(:users) AS u WHERE EXISTS ("
            "SELECT 1 FROM commenter AS w JOIN comment AS c ON c.commenter_id = w.id "
            "JOIN publication AS q ON q.id = c.publication_id WHERE w.user_id = u.value AND q.guild_id = :guild "
            "AND c.status = 'visible' AND c.id NOT IN (SELECT value FROM json_each(:besides))) "
            "OR EXISTS (SELECT 1 FROM trail_entry WHERE user_id = u.value AND guild_id = :guild "
            "AND action = :approved AND undone_by IS NULL)",
            {
                "users": json.dumps(list(users)),
                "guild": guild,
                "besides": json.dumps(list(besides)),
                "approved": Action.COMMENT_APPROVED,
            },
        )
        return frozenset(UserId(row["user_id"]) for row in rows)

    async def words_about(self, comments: Sequence[CommentId]) -> dict[CommentId, str]:
        """What moderators said about some comments: what to change, or why one was rejected."""
        rows = await self._reader.fetch_all(
            "SELECT comment_id, note AS words FROM held_comment "
            "WHERE note IS NOT NULL AND comment_id IN (SELECT value FROM json_each(:comments)) UNION ALL "
            "SELECT c.id, (SELECT t.reason FROM trail_entry AS t "
            "WHERE t.comment_id = c.id AND t.action = :rejected AND t.undone_by IS NULL "
            # A rejection that came back by an undo has the reason that it had.
            "AND json_extract(t.details, '$.undoes') IS NULL ORDER BY t.id DESC LIMIT 1) "
            "FROM json_each(:comments) JOIN comment AS c ON c.id = value WHERE c.status = 'rejected'",
            {"comments": json.dumps(comments), "rejected": Action.COMMENT_REJECTED},
        )
        return {CommentId(row["comment_id"]): row["words"] for row in rows if row["words"]}

    async def add(self, tx: Transaction, comment: CommentId, guild: GuildId, reason: str) -> None:
        """Put a pending comment into the queue of the server in which it was written; those of the source have none."""
        await tx.execute(
            "INSERT INTO held_comment (comment_id, guild_id, publication_id, reason) "
            "SELECT id, ?, publication_id, ? FROM comment "
            "WHERE id = ? AND status = 'pending' AND publication_id IS NOT NULL "
            "ON CONFLICT DO UPDATE SET reason = excluded.reason, note = NULL",
            (guild, reason, comment),
        )

    async def ask(self, tx: Transaction, comment: CommentId, note: str) -> bool:
        """Set a comment aside until its author has changed it; False where it no longer waits for a moderator."""
        asked = await tx.execute(
            "UPDATE held_comment SET note = ? WHERE comment_id = ? AND note IS NULL", (note, comment)
        )
        return asked > 0

    async def put_back(self, tx: Transaction, comment: CommentId) -> None:
        """Have a comment that its author has changed wait for a moderator again."""
        await tx.execute("UPDATE held_comment SET note = NULL WHERE comment_id = ?", (comment,))


def _held(row: Row) -> HeldComment:
    return HeldComment(
        CommentId(row["comment_id"]),
        GuildId(row["guild_id"]),
        PublicationId(row["publication_id"]),
        row["reason"],
        row["note"],
    )
