"""Notices of answers to what members entered by form."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import ChannelId, GuildId, MessageId, NoticeId, UserId
from bot.store.database import Reader, Transaction
from bot.store.moments import from_milliseconds, to_milliseconds

_CURSOR = "notices"
_AT_ONCE = 100

# Answers by others to visible comments that members entered by form, in the order in which they came to be seen.
_ANSWERS = """
SELECT n.id AS news, c.id AS comment_id, c.channel_id, c.message_id, c.created_at, c.publication_id,
    parent_author.user_id
FROM news AS n JOIN comment AS c ON c.id = n.comment_id JOIN comment AS parent ON parent.id = c.parent_id
    JOIN commenter AS author ON author.id = c.commenter_id
    JOIN commenter AS parent_author ON parent_author.id = parent.commenter_id
    JOIN publication AS q ON q.id = c.publication_id
WHERE n.id > :cursor AND n.id <= :until AND parent.by_form = 1 AND parent.status = 'visible'
    AND c.status = 'visible' AND q.state = 'live'
    AND parent_author.user_id IS NOT NULL AND parent_author.user_id IS NOT author.user_id
    AND NOT EXISTS (SELECT 1 FROM opt_out AS o WHERE o.user_id = parent_author.user_id)
    AND NOT EXISTS (SELECT 1 FROM notice_refusal AS r
        WHERE r.user_id = parent_author.user_id AND r.guild_id = q.guild_id)
ORDER BY n.id LIMIT :most
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that is to be sent: to whom, as an answer to which message, and who may read there.

    `since` is when it was entered.
    """

    id: NoticeId
    user_id: UserId
    guild_id: GuildId
    home_id: ChannelId
    channel_id: ChannelId
    answer_id: MessageId
    nonce: str
    since: datetime


class Notices:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def behind(self) -> bool:
        """Whether anything has come to be seen since `gather` was asked, or it never was."""
        value = await self._reader.fetch_value("SELECT value FROM setting WHERE name = ?", (_CURSOR,))
        return value is None or int(value) < await self._now()

    async def gather(
        self, tx: Transaction, now: datetime, *, pause: timedelta, late: timedelta, patience: timedelta
    ) -> None:
        """Enter notices of what was answered since this was last asked.

        A member gets one in a discussion within `pause`. What was written longer ago than `late` goes by, and
        what has no message yet is waited for with `patience`.
        """
        cursor = int(
            await tx.fetch_value("SELECT value FROM setting WHERE name = ?", (_CURSOR,)) or await self._now()
        )
        until = await self._now()
        rows = await tx.fetch_all(_ANSWERS, {"cursor": cursor, "until": until, "most": _AT_ONCE})
        for row in rows:
            age = now - from_milliseconds(row["created_at"])
            if row["message_id"] is None and age < patience:
                until = row["news"] - 1
                break
            if row["message_id"] is not None and age < late:
                await self._enter(tx, row["user_id"], row["publication_id"], row["comment_id"], now, pause)
        else:
            if len(rows) == _AT_ONCE:
                until = rows[-1]["news"]
        await tx.execute(
            "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (_CURSOR, str(max(cursor, until))),
        )

    async def _now(self) -> int:
        return int(await self._reader.fetch_value("SELECT ifnull(max(id), 0) FROM news"))

    async def _enter(
        self, tx: Transaction, user: int, publication: int, comment: int, now: datetime, pause: timedelta
    ) -> None:
        await tx.execute(
            "INSERT INTO notice (user_id, publication_id, comment_id, nonce, at, channel_id) "
            "SELECT ?1, ?2, id, ?4, ?5, channel_id FROM comment WHERE id = ?3 AND NOT EXISTS ("
            "SELECT 1 FROM notice WHERE user_id = ?1 AND publication_id = ?2 AND at > ?6)",
            (
                user,
                publication,
                comment,
                secrets.token_hex(12),
                to_milliseconds(now),
                to_milliseconds(now - pause),
            ),
        )

    async def to_send(self) -> list[Notice]:
        """Notices that have no message yet, oldest first."""
        rows = await self._reader.fetch_all(
            "SELECT t.id, t.user_id, q.guild_id, q.channel_id AS home_id, t.channel_id, c.message_id, "
            "t.nonce, t.at FROM notice AS t JOIN comment AS c ON c.id = t.comment_id "
            "JOIN publication AS q ON q.id = t.publication_id "
            "WHERE t.message_id IS NULL ORDER BY t.id"
        )
        return [
            Notice(
                id=NoticeId(row["id"]),
                user_id=UserId(row["user_id"]),
                guild_id=GuildId(row["guild_id"]),
                home_id=ChannelId(row["home_id"]),
                channel_id=ChannelId(row["channel_id"]),
                answer_id=MessageId(row["message_id"]),
                nonce=row["nonce"],
                since=from_milliseconds(row["at"]),
            )
            for row in rows
        ]

    async def sent(self, tx: Transaction, notice: NoticeId, message: MessageId) -> bool:
        """Note which message a notice is. Earlier ones to the same member in that discussion go.

        False where the notice itself was forgotten meanwhile.
        """
        if not await tx.execute("UPDATE notice SET message_id = ? WHERE id = ?", (message, notice)):
            return False
        await tx.execute(
            "DELETE FROM notice WHERE id < ?1 AND (user_id, publication_id) IN "
            "(SELECT user_id, publication_id FROM notice WHERE id = ?1)",
            (notice,),
        )
        return True

    async def addressee(self, notice: NoticeId) -> UserId | None:
        """Whom a notice is for; None once it is forgotten."""
        value = await self._reader.fetch_value("SELECT user_id FROM notice WHERE id = ?", (notice,))
        return None if value is None else UserId(value)

    async def forget(self, tx: Transaction, notice: NoticeId) -> None:
        """Forget a notice, and have its message removed."""
        await tx.execute("DELETE FROM notice WHERE id = ?", (notice,))

    async def wanted(self, user: UserId, guild: GuildId) -> bool:
        """Whether a member wants notices in a server, which all do who never said otherwise."""
        value = await self._reader.fetch_value(
            "SELECT 1 FROM notice_refusal WHERE user_id = ? AND guild_id = ?", (user, guild)
        )
        return value is None

    async def refuse(self, tx: Transaction, user: UserId, guild: GuildId) -> None:
        """Send a member no more notices in a server; those that stand go."""
        await tx.execute(
            "INSERT INTO notice_refusal (user_id, guild_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (user, guild),
        )
        await tx.execute(
            "DELETE FROM notice WHERE user_id = ? AND publication_id IN "
            "(SELECT id FROM publication WHERE guild_id = ?)",
            (user, guild),
        )

    async def accept(self, tx: Transaction, user: UserId, guild: GuildId) -> None:
        """Send a member notices again."""
        await tx.execute("DELETE FROM notice_refusal WHERE user_id = ? AND guild_id = ?", (user, guild))
