"""Placements: one message of ours each, what it should show and what it shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model import (
    ChannelId,
    CommentId,
    MessageId,
    Part,
    Payload,
    Placement,
    PlacementId,
    PlacementKind,
    PublicationId,
    SectionId,
)
from bot.store.database import Reader, Row, Transaction
from bot.store.moments import from_milliseconds, to_milliseconds

_COLUMNS = (
    "id, publication_id, kind, section_id, comment_id, part, ordinal, channel_id, wanted, shown, nonce, "
    "message_id, gone"
)
_TO_DO = "(wanted IS NOT shown OR message_id IS NULL) AND gone = 0"


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A create that was begun and whose outcome is not known yet."""

    placement: Placement
    tried_at: datetime


class Placements:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def by_id(self, placement: PlacementId) -> Placement | None:
        """One placement, None if there is none."""
        return await self._one("WHERE id = ?", (placement,))

    async def next_to_do(self, publication: PublicationId) -> Placement | None:
        """The first message, in reading order, that does not show what it should."""
        return await self._one(
            f"WHERE publication_id = ? AND {_TO_DO} ORDER BY ordinal, part LIMIT 1", (publication,)
        )

    async def of_publication(
        self, publication: PublicationId, kind: PlacementKind | None = None
    ) -> list[Placement]:
        """A publication's placements in reading order, of one kind or of all."""
        rows = await self._reader.fetch_all(
            f"SELECT {_COLUMNS} FROM placement WHERE publication_id = ? AND (? IS NULL OR kind = ?) "
            "ORDER BY ordinal, part",
            (publication, kind, kind),
        )
        return [_placement(row) for row in rows]

    async def by_message(self, message: MessageId) -> Placement | None:
        """What a message of ours shows, None if it is not one of ours."""
        return await self._one("WHERE message_id = ?", (message,))

    async def of_comment(self, comment: CommentId) -> list[Placement]:
        """The messages that show a comment, newest publication first, parts in order."""
        rows = await self._reader.fetch_all(
            f"SELECT {_COLUMNS} FROM placement WHERE comment_id = ? ORDER BY publication_id DESC, part",
            (comment,),
        )
        return [_placement(row) for row in rows]

    async def sections_among(self, threads: Iterable[ChannelId]) -> set[ChannelId]:
        """Those threads that stand on a message of a section: they bear its id."""
        rows = await self._reader.fetch_all(
            "SELECT message_id FROM placement WHERE kind = 'section' "
            "AND message_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(threads)),),
        )
        return {ChannelId(row["message_id"]) for row in rows}

    async def parts_of(self, publication: PublicationId, comment: CommentId) -> list[Placement]:
        """The messages that show a comment in one publication, in order."""
        return [each for each in await self.of_comment(comment) if each.publication_id == publication]

    async def unconfirmed_in(self, channel: ChannelId) -> Unconfirmed | None:
        """The create in a channel whose outcome is not known; a constraint allows one at most."""
        row = await self._reader.fetch_one(
            f"SELECT {_COLUMNS}, tried_at FROM placement WHERE channel_id = ? AND nonce IS NOT NULL "
            "AND message_id IS NULL AND gone = 0",
            (channel,),
        )
        return Unconfirmed(_placement(row), from_milliseconds(row["tried_at"])) if row else None

    async def last_confirmed_in(self, channel: ChannelId) -> MessageId | None:
        """The newest message of ours in a channel that we know of."""
        value = await self._reader.fetch_value(
            "SELECT max(message_id) FROM placement WHERE channel_id = ?", (channel,)
        )
        return None if value is None else MessageId(value)

    async def first_in(self, channel: ChannelId) -> MessageId | None:
        """The oldest message of ours in a channel that we know of."""
        value = await self._reader.fetch_value(
            "SELECT min(message_id) FROM placement WHERE channel_id = ?", (channel,)
        )
        return None if value is None else MessageId(value)

    async def reply_target(
        self, comment: CommentId, publication: PublicationId, thread: ChannelId
    ) -> MessageId | None:
        """The message that a comment's first part answers: that of its nearest ancestor still alive there.

        A top-level comment on a section answers the section's message where that stands in the same thread.
        """
        value = await self._reader.fetch_value(
            "WITH RECURSIVE ancestor (id, parent_id, section_id, depth) AS ("
            " SELECT id, parent_id, section_id, 0 FROM comment WHERE id = :comment"
            " UNION ALL SELECT c.id, c.parent_id, c.section_id, a.depth + 1"
            " FROM comment AS c JOIN ancestor AS a ON c.id = a.parent_id) "
            "SELECT message_id FROM ("
            " SELECT m.message_id, a.depth FROM ancestor AS a JOIN placement AS m ON m.comment_id = a.id"
            " WHERE a.depth > 0 AND m.publication_id = :publication AND m.part = 0 AND m.gone = 0"
            " AND m.wanted IS NOT NULL AND m.channel_id = :thread AND m.message_id IS NOT NULL"
            " UNION ALL"
            " SELECT c.message_id, a.depth FROM ancestor AS a JOIN comment AS c ON c.id = a.id"
            " WHERE a.depth > 0 AND c.channel_id = :thread AND c.status = 'visible' AND c.by_form = 0"
            " AND c.message_id IS NOT NULL"
            " UNION ALL"
            " SELECT m.message_id, 1000000 FROM comment AS c JOIN placement AS m ON m.section_id = c.section_id"
            " WHERE c.id = :comment AND m.publication_id = :publication AND m.part = 0"
            " AND m.gone = 0 AND m.channel_id = :thread AND m.message_id IS NOT NULL"
            ") ORDER BY depth LIMIT 1",
            {"comment": comment, "publication": publication, "thread": thread},
        )
        return None if value is None else MessageId(value)

    async def missing(self, publication: PublicationId) -> list[Placement]:
        """Messages of the article itself that people deleted in Discord."""
        rows = await self._reader.fetch_all(
            f"SELECT {_COLUMNS} FROM placement WHERE publication_id = ? AND gone = 1 AND kind <> 'comment' "
            "ORDER BY ordinal, part",
            (publication,),
        )
        return [_placement(row) for row in rows]

    async def imported_comments(self, publication: PublicationId) -> int:
        """How many comments of the source a publication mirrors."""
        value = await self._reader.fetch_value(
            "SELECT count(DISTINCT m.comment_id) FROM placement AS m JOIN comment AS c ON c.id = m.comment_id "
            "WHERE m.publication_id = ? AND c.origin = 'imported'",
            (publication,),
        )
        return int(value)

    async def counts(self, publication: PublicationId) -> tuple[int, int]:
        """How many messages show what they should (or were deleted by people), and how many there are."""
        row = await self._reader.fetch_one(
            f"SELECT count(*) FILTER (WHERE NOT ({_TO_DO})) AS done, count(*) AS total FROM placement "
            "WHERE publication_id = ?",
            (publication,),
        )
        return (row["done"], row["total"]) if row else (0, 0)

    async def want(
        self,
        tx: Transaction,
        publication: PublicationId,
        parts: Iterable[Part],
    ) -> None:
        """State what messages should show. Where one is known already its place in the order stays."""
        await tx.executemany(
            "INSERT INTO placement (publication_id, kind, section_id, comment_id, part, ordinal, wanted) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (publication_id, kind, ifnull(section_id, 0), ifnull(comment_id, 0), part) "
            "DO UPDATE SET wanted = excluded.wanted",
            [
                (
                    publication,
                    each.kind,
                    each.section_id,
                    each.comment_id,
                    each.part,
                    each.ordinal,
                    _encoded(each.payload),
                )
                for each in parts
            ],
        )

    async def unwant(self, tx: Transaction, placements: Sequence[PlacementId]) -> None:
        """State that messages should not be there; what was never begun is forgotten at once."""
        await tx.executemany(
            "DELETE FROM placement WHERE id = ? AND nonce IS NULL AND message_id IS NULL",
            [(each,) for each in placements],
        )
        await tx.executemany(
            "UPDATE placement SET wanted = NULL WHERE id = ?", [(each,) for each in placements]
        )

    async def begin(
        self, tx: Transaction, placement: PlacementId, channel: ChannelId, nonce: str, now: datetime
    ) -> None:
        """Write down that a create is about to be sent, and what it shows."""
        await tx.execute(
            "UPDATE placement SET channel_id = ?, nonce = ?, tried_at = ?, shown = wanted WHERE id = ?",
            (channel, nonce, to_milliseconds(now), placement),
        )

    async def abandon(self, tx: Transaction, placement: PlacementId) -> None:
        """Take back a create that certainly had no effect."""
        await tx.execute(
            "UPDATE placement SET nonce = NULL, tried_at = NULL, shown = NULL "
            "WHERE id = ? AND message_id IS NULL",
            (placement,),
        )

    async def confirm(
        self, tx: Transaction, nonce: str, message: MessageId, channel: ChannelId | None = None
    ) -> None:
        """Note which message a create made, and where if it is elsewhere than in the channel asked.

        Said twice, the first word stands.
        """
        await tx.execute(
            "UPDATE placement SET message_id = ?, channel_id = ifnull(?, channel_id) "
            "WHERE nonce = ? AND message_id IS NULL",
            (message, channel, nonce),
        )
        await tx.execute(
            "UPDATE comment SET message_id = ?, channel_id = (SELECT channel_id FROM placement WHERE nonce = ?) "
            "WHERE by_form = 1 AND message_id IS NULL "
            "AND id = (SELECT comment_id FROM placement WHERE nonce = ? AND part = 0)",
            (message, nonce, nonce),
        )

    async def show(self, tx: Transaction, placement: PlacementId, payload: Payload) -> None:
        """Note what a message shows after an edit."""
        await tx.execute("UPDATE placement SET shown = ? WHERE id = ?", (_encoded(payload), placement))

    async def forget(self, tx: Transaction, placement: PlacementId) -> None:
        """Drop a placement whose message we deleted, as was wanted."""
        await tx.execute("DELETE FROM placement WHERE id = ? AND wanted IS NULL", (placement,))

    async def lose(self, tx: Transaction, messages: Sequence[MessageId]) -> None:
        """Note that people deleted messages of ours. Deletions that we wanted ourselves do not count."""
        await tx.executemany(
            "UPDATE placement SET gone = 1 WHERE message_id = ? AND wanted IS NOT NULL",
            [(each,) for each in messages],
        )

    async def restore(self, tx: Transaction, publication: PublicationId) -> int:
        """Have the article's own messages that people deleted made anew; how many."""
        return await tx.execute(
            "UPDATE placement SET gone = 0, message_id = NULL, nonce = NULL, tried_at = NULL, shown = NULL "
            "WHERE publication_id = ? AND gone = 1 AND kind <> 'comment'",
            (publication,),
        )

    async def give_up(self, tx: Transaction, placement: PlacementId) -> None:
        """Note that a create did take effect, but people deleted its message before we learned its id."""
        await tx.execute("UPDATE placement SET gone = 1 WHERE id = ? AND message_id IS NULL", (placement,))

    async def _one(self, condition: str, parameters: Sequence[object]) -> Placement | None:
        row = await self._reader.fetch_one(f"SELECT {_COLUMNS} FROM placement {condition}", parameters)
        return _placement(row) if row else None


def _encoded(payload: Payload) -> str:
    return json.dumps(
        {"content": payload.content, "buttons": payload.buttons}, ensure_ascii=False, separators=(",", ":")
    )


def _decoded(value: str | None) -> Payload | None:
    if value is None:
        return None
    fields = json.loads(value)
    return Payload(fields["content"], fields["buttons"])


def _placement(row: Row) -> Placement:
    return Placement(
        id=PlacementId(row["id"]),
        publication_id=PublicationId(row["publication_id"]),
        kind=PlacementKind(row["kind"]),
        section_id=None if row["section_id"] is None else SectionId(row["section_id"]),
        comment_id=None if row["comment_id"] is None else CommentId(row["comment_id"]),
        part=row["part"],
        ordinal=row["ordinal"],
        channel_id=None if row["channel_id"] is None else ChannelId(row["channel_id"]),
        wanted=_decoded(row["wanted"]),
        shown=_decoded(row["shown"]),
        nonce=row["nonce"],
        message_id=None if row["message_id"] is None else MessageId(row["message_id"]),
        gone=bool(row["gone"]),
    )
