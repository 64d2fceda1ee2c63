"""Removals: members' messages that we delete from Discord, from the request to its end.

A removal is noted in the transaction that decides it and carried out afterwards, whatever comes in between.
Its note outlives it: whenever the deletion is heard of, it is known to be ours.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model import ChannelId, CommentId, MessageId
from bot.store.database import Reader, Row, Transaction
from bot.store.moments import to_milliseconds

_TO_DO = "removed_at IS NULL AND error IS NULL"


@dataclass(frozen=True, slots=True)
class Removal:
    """A member's message that is to go; `tried` says whether Discord may have been asked already."""

    message_id: MessageId
    channel_id: ChannelId
    tried: bool


class Removals:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def channels(self) -> list[ChannelId]:
        """The channels in which messages are to be removed."""
        rows = await self._reader.fetch_all(f"SELECT DISTINCT channel_id FROM removal WHERE {_TO_DO}")
        return [ChannelId(row["channel_id"]) for row in rows]

    async def next_to_do(self, channel: ChannelId) -> Removal | None:
        """The removal in a channel that has waited longest since it was asked for or tried; those never tried first."""
        row = await self._reader.fetch_one(
            f"SELECT message_id, channel_id, tried_at FROM removal WHERE channel_id = ? AND {_TO_DO} "
            "ORDER BY tried_at, requested_at, message_id LIMIT 1",
            (channel,),
        )
        return _removal(row) if row else None

    async def request(self, tx: Transaction, comments: Sequence[CommentId], at: datetime) -> int:
        """Have the messages that members wrote for these comments removed; how many that newly is.

        Whatever is no message of a member's own, such as a form's, is passed over.
        """
        return await tx.execute(
            "INSERT INTO removal (message_id, channel_id, requested_at) "
            "SELECT c.message_id, c.channel_id, ?2 FROM json_each(?1) JOIN comment AS c ON c.id = value "
            "WHERE c.by_form = 0 AND c.message_id IS NOT NULL ON CONFLICT (message_id) DO NOTHING",
            (json.dumps(comments), to_milliseconds(at)),
        )

    async def request_message(
        self, tx: Transaction, channel: ChannelId, message: MessageId, at: datetime
    ) -> None:
        """Have one message removed, whether or not anything of it is stored."""
        await tx.execute(
            "INSERT INTO removal (message_id, channel_id, requested_at) VALUES (?, ?, ?) "
            "ON CONFLICT (message_id) DO NOTHING",
            (message, channel, to_milliseconds(at)),
        )

    async def take_back(self, tx: Transaction, comment: CommentId) -> bool:
        """Keep a member's message in its place if it certainly still stands there; whether it does."""
        await tx.execute(
            "DELETE FROM removal WHERE tried_at IS NULL "
            "AND message_id = (SELECT message_id FROM comment WHERE id = ?)",
            (comment,),
        )
        value = await self._reader.fetch_value(
            "SELECT EXISTS (SELECT 1 FROM comment AS c WHERE c.id = ? AND c.by_form = 0 "
            "AND c.message_id IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM removal AS r WHERE r.message_id = c.message_id))",
            (comment,),
        )
        return bool(value)

    async def begin(self, tx: Transaction, message: MessageId, at: datetime) -> bool:
        """Write down that Discord is about to be asked; False where nothing is left to be done."""
        begun = await tx.execute(
            f"UPDATE removal SET tried_at = ? WHERE message_id = ? AND {_TO_DO}",
            (to_milliseconds(at), message),
        )
        return begun > 0

    async def finish(self, tx: Transaction, messages: Sequence[MessageId], at: datetime) -> int:
        """Note that messages are gone, as our own answer or an event tells; how many of them were ours to remove.

        What somebody else deleted before we asked needs no removal any more, and was none of ours.
        """
        ids = json.dumps(messages)
        await tx.execute(
            "DELETE FROM removal WHERE message_id IN (SELECT value FROM json_each(?)) AND tried_at IS NULL",
            (ids,),
        )
        return await tx.execute(
            "UPDATE removal SET removed_at = ifnull(removed_at, ?2) "
            "WHERE message_id IN (SELECT value FROM json_each(?1))",
            (ids, to_milliseconds(at)),
        )

    async def give_up(self, tx: Transaction, message: MessageId, error: str) -> None:
        """Note that Discord refused, in a sentence for a moderator: the message is still there."""
        await tx.execute(
            "UPDATE removal SET tried_at = NULL, error = ? WHERE message_id = ? AND removed_at IS NULL",
            (error, message),
        )

    async def try_refused_again(self, tx: Transaction) -> None:
        """Try again what Discord refused: the cause may have been mended."""
        await tx.execute("UPDATE removal SET error = NULL WHERE error IS NOT NULL")


def _removal(row: Row) -> Removal:
    return Removal(
        MessageId(row["message_id"]), ChannelId(row["channel_id"]), tried=row["tried_at"] is not None
    )
