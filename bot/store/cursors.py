"""Up to which message everything in a channel is stored, and where a message belongs."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model import ChannelId, CommentId, MessageId, PublicationId, SectionId
from bot.store.database import Reader, Transaction

_CAPTURING = "q.state IN ('posting', 'live', 'failed')"

# A reply belongs where the message it answers does; any other message of a publication's thread, or of a thread
# on one of its sections, is a comment of its own. In a text channel itself only replies count.
_LOCATE = f"""
SELECT q.id AS publication, NULL AS section, c.id AS parent
FROM comment AS c JOIN publication AS q ON q.id = c.publication_id
WHERE c.message_id = :reply_to AND c.channel_id = :channel AND {_CAPTURING}
UNION ALL
SELECT q.id, m.section_id, m.comment_id
FROM placement AS m JOIN publication AS q ON q.id = m.publication_id
WHERE m.message_id = :reply_to AND m.channel_id = :channel AND {_CAPTURING}
UNION ALL
SELECT q.id, NULL, NULL FROM publication AS q WHERE q.thread_id = :channel AND {_CAPTURING}
UNION ALL
SELECT q.id, m.section_id, NULL
FROM placement AS m JOIN publication AS q ON q.id = m.publication_id
WHERE m.message_id = :channel AND m.kind = 'section' AND {_CAPTURING}
LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a message belongs: a publication, and what of it the message answers."""

    publication: PublicationId
    section: SectionId | None
    parent: CommentId | None


class Cursors:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def locate(self, channel: ChannelId, reply_to: MessageId | None) -> Location | None:
        """Where a message in a channel belongs, None if it is no comment of ours."""
        row = await self._reader.fetch_one(_LOCATE, {"channel": channel, "reply_to": reply_to})
        if row is None:
            return None
        return Location(
            publication=PublicationId(row["publication"]),
            section=None if row["section"] is None else SectionId(row["section"]),
            parent=None if row["parent"] is None else CommentId(row["parent"]),
        )

    async def of(self, channel: ChannelId) -> MessageId | None:
        """The message up to which everything in a channel is stored; None before its first catch-up."""
        value = await self._reader.fetch_value(
            "SELECT message_id FROM channel_cursor WHERE channel_id = ?", (channel,)
        )
        return None if value is None else MessageId(value)

    async def advance(self, tx: Transaction, channel: ChannelId, message: MessageId) -> None:
        """Move a channel's cursor forward; it never moves back."""
        await tx.execute(
            "INSERT INTO channel_cursor (channel_id, message_id) VALUES (?, ?) "
            "ON CONFLICT (channel_id) DO UPDATE SET message_id = max(message_id, excluded.message_id)",
            (channel, message),
        )

    async def forget(self, tx: Transaction, channel: ChannelId) -> None:
        """Drop the cursor of a channel that no longer exists."""
        await tx.execute("DELETE FROM channel_cursor WHERE channel_id = ?", (channel,))

    async def members_after(self, channel: ChannelId, floor: int) -> list[MessageId]:
        """Members' messages in a channel newer than `floor` that are not deleted as far as we know."""
        rows = await self._reader.fetch_all(
            "SELECT message_id FROM comment WHERE channel_id = ? AND message_id > ? "
            "AND by_form = 0 AND status <> 'deleted'",
            (channel, floor),
        )
        return [MessageId(row["message_id"]) for row in rows]

    async def ours_after(self, channel: ChannelId, floor: int) -> list[MessageId]:
        """Messages of ours in a channel newer than `floor` that should be there."""
        rows = await self._reader.fetch_all(
            "SELECT message_id FROM placement WHERE channel_id = ? AND message_id > ? AND gone = 0 "
            "AND wanted IS NOT NULL",
            (channel, floor),
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
