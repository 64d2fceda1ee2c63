"""Up to which message everything in a channel is stored, and which messages of it are known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.model import ChannelId, MessageId, PublicationId
from bot.store.database import Reader, Transaction
from bot.store.moments import from_milliseconds, to_milliseconds

_CAPTURING = "q.state IN ('posting', 'live', 'failed')"

# Messages in a channel that are there as far as we know: members' and our own.
_KNOWN = """
SELECT message_id FROM comment
WHERE channel_id = :channel AND message_id > :after AND message_id <= :until AND by_form = 0 AND status <> 'deleted'
AND NOT EXISTS (SELECT 1 FROM removal AS r WHERE r.message_id = comment.message_id AND r.tried_at IS NOT NULL)
UNION
SELECT message_id FROM placement
WHERE channel_id = :channel AND message_id > :after AND message_id <= :until AND gone = 0 AND wanted IS NOT NULL
ORDER BY message_id LIMIT :limit
"""
_LAST_ROUND = "last catch-up"
_SWEEP = "sweep"


class Cursors:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def of(self, channel: ChannelId) -> MessageId | None:
        """The message up to which everything in a channel is stored; None before its first catch-up."""
        value = await self._reader.fetch_value(
            "SELECT message_id FROM channel_cursor WHERE channel_id = ?", (channel,)
        )
        return None if value is None else MessageId(value)

    async def of_all(self, channels: Iterable[ChannelId]) -> dict[ChannelId, MessageId]:
        """The cursors of those channels that have one."""
        rows = await self._reader.fetch_all(
            "SELECT channel_id, message_id FROM channel_cursor "
            "WHERE channel_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(channels)),),
        )
        return {ChannelId(row["channel_id"]): MessageId(row["message_id"]) for row in rows}

    async def rooms_of(self, publications: Iterable[PublicationId]) -> set[ChannelId]:
        """The threads on messages of publications that are known from before, whatever has become of them."""
        rows = await self._reader.fetch_all(
            "SELECT m.message_id FROM placement AS m "
            "WHERE m.kind IN ('section', 'closing') AND m.publication_id IN (SELECT value FROM json_each(?)) "
            "AND (EXISTS (SELECT 1 FROM channel_cursor AS k WHERE k.channel_id = m.message_id) "
            "OR EXISTS (SELECT 1 FROM comment AS c WHERE c.channel_id = m.message_id))",
            (json.dumps(list(publications)),),
        )
        return {ChannelId(row["message_id"]) for row in rows}

    async def next_after(self, channel: ChannelId) -> ChannelId | None:
        """The next channel with a cursor, in the order of their ids."""
        value = await self._reader.fetch_value(
            "SELECT channel_id FROM channel_cursor WHERE channel_id > ? ORDER BY channel_id LIMIT 1",
            (channel,),
        )
        return None if value is None else ChannelId(value)

    async def advance(self, tx: Transaction, cursors: Mapping[ChannelId, MessageId]) -> None:
        """Move channels' cursors forward; they never move back."""
        await tx.execute(
            "INSERT INTO channel_cursor (channel_id, message_id) "
            "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?) WHERE true "
            "ON CONFLICT (channel_id) DO UPDATE SET message_id = max(message_id, excluded.message_id)",
            (json.dumps(list(cursors.items())),),
        )

    async def forget(self, tx: Transaction, channel: ChannelId) -> None:
        """Drop the cursor of a channel that no longer exists."""
        await tx.execute("DELETE FROM channel_cursor WHERE channel_id = ?", (channel,))

    async def is_capturing(self, channel: ChannelId) -> bool:
        """Whether comments can be written in a channel: a publication's, its thread, or one on a section."""
        value = await self._reader.fetch_value(
            f"SELECT EXISTS (SELECT 1 FROM publication AS q WHERE q.channel_id = ?1 AND {_CAPTURING}) "
            f"OR EXISTS (SELECT 1 FROM publication AS q WHERE q.thread_id = ?1 AND {_CAPTURING}) "
            "OR EXISTS (SELECT 1 FROM placement AS m JOIN publication AS q ON q.id = m.publication_id "
            f"WHERE m.message_id = ?1 AND m.kind IN ('section', 'closing') AND {_CAPTURING})",
            (channel,),
        )
        return bool(value)

    async def knows_any(self, messages: Iterable[MessageId]) -> bool:
        """Whether any of these messages is a member's comment, or one of ours."""
        value = await self._reader.fetch_value(
            "SELECT EXISTS (SELECT 1 FROM json_each(?1) JOIN comment AS c ON c.message_id = value) "
            "OR EXISTS (SELECT 1 FROM json_each(?1) JOIN placement AS m ON m.message_id = value)",
            (json.dumps(list(messages)),),
        )
        return bool(value)

    async def was_deleted(self, message: MessageId) -> bool:
        """Whether a message was deleted before it was known."""
        value = await self._reader.fetch_value(
            "SELECT 1 FROM deleted_message WHERE message_id = ?", (message,)
        )
        return value is not None

    async def known(
        self, channel: ChannelId, *, after: int, until: int | None = None, limit: int
    ) -> list[MessageId]:
        """The first `limit` messages in a channel past `after` that are there as far as we know, in order."""
        rows = await self._reader.fetch_all(
            _KNOWN,
            {
                "channel": channel,
                "after": after,
                "until": 2**63 - 1 if until is None else until,
                "limit": limit,
            },
        )
        return [MessageId(row["message_id"]) for row in rows]

    async def newest_in(self, channel: ChannelId) -> MessageId | None:
        """The newest message in a channel that we know of, members' or our own."""
        value = await self._reader.fetch_value(
            "SELECT max(message_id) FROM (SELECT max(message_id) AS message_id FROM comment "
            "WHERE channel_id = ?1 UNION ALL SELECT max(message_id) FROM placement WHERE channel_id = ?1)",
            (channel,),
        )
        return None if value is None else MessageId(value)

    async def nth_newest(self, channel: ChannelId, number: int) -> MessageId | None:
        """The message before which `number` newer ones in a channel are known, None where there are fewer."""
        value = await self._reader.fetch_value(
            "SELECT message_id FROM comment WHERE channel_id = ? AND message_id IS NOT NULL "
            "ORDER BY message_id DESC LIMIT 1 OFFSET ?",
            (channel, number),
        )
        return None if value is None else MessageId(value)

    async def last_round(self) -> datetime | None:
        """When the last catch-up of everything began; None before the first."""
        value = await self._remembered(_LAST_ROUND)
        return None if value is None else from_milliseconds(int(value))

    async def remember_round(self, tx: Transaction, began: datetime) -> None:
        """Note that everything was caught up, and when that began."""
        await self._remember(tx, _LAST_ROUND, str(to_milliseconds(began)))

    async def sweep_place(self) -> tuple[ChannelId, MessageId]:
        """Up to which message of which channel the background sweep has come."""
        channel, _, message = (await self._remembered(_SWEEP) or "0:0").partition(":")
        return ChannelId(int(channel)), MessageId(int(message))

    async def move_sweep(self, tx: Transaction, channel: ChannelId, message: MessageId) -> None:
        """Note how far the background sweep is."""
        await self._remember(tx, _SWEEP, f"{channel}:{message}")

    async def _remembered(self, name: str) -> str | None:
        value = await self._reader.fetch_value("SELECT value FROM setting WHERE name = ?", (name,))
        return None if value is None else str(value)

    async def _remember(self, tx: Transaction, name: str, value: str) -> None:
        await tx.execute(
            "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )
