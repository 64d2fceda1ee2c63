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
from bot.store.moments import from_milliseconds

_COLUMNS = (
    "id, publication_id, kind, section_id, comment_id, part, ordinal, channel_id, wanted, shown, nonce, "
    "message_id, gone"
)
_MISSING = "gone = 1 AND wanted IS NOT NULL AND kind <> 'comment'"
_TO_DO = "(wanted IS NOT shown OR message_id IS NULL) AND gone = 0"


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """A create that was begun and whose outcome is not known yet."""

    placement: Placement
    tried_at: datetime


class Placements:
    """Reads with any reader; the methods that write take the transaction. `Sending` notes what was sent."""

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

    async def of_article(self, publication: PublicationId) -> list[Placement]:
        """A publication's messages of the article itself, without the comments, in reading order."""
        return await self._all(
            "WHERE publication_id = ? AND kind <> 'comment' ORDER BY ordinal, part", (publication,)
        )

    async def first_of(self, publication: PublicationId, kind: PlacementKind) -> Placement | None:
        """The first message of one kind, None if there is none."""
        return await self._one(
            "WHERE publication_id = ? AND kind = ? ORDER BY ordinal, part LIMIT 1", (publication, kind)
        )

    async def of_comments(
        self, publication: PublicationId, comments: Sequence[CommentId]
    ) -> dict[CommentId, list[Placement]]:
        """The messages that show each of some comments in a publication, parts in order."""
        found = await self._all(
            "WHERE publication_id = ? AND comment_id IN (SELECT value FROM json_each(?)) ORDER BY part",
            (publication, json.dumps(comments)),
        )
        by_comment: dict[CommentId, list[Placement]] = {comment: [] for comment in comments}
        for each in found:
            if each.comment_id is not None:
                by_comment[each.comment_id].append(each)
        return by_comment

    async def by_message(self, message: MessageId) -> Placement | None:
        """What a message of ours shows, None if it is not one of ours."""
        return await self._one("WHERE message_id = ?", (message,))

    async def of_comment(self, comment: CommentId) -> list[Placement]:
        """The messages that show a comment, newest publication first, parts in order."""
        return await self._all("WHERE comment_id = ? ORDER BY publication_id DESC, part", (comment,))

    async def rooms_among(self, threads: Iterable[ChannelId]) -> set[ChannelId]:
        """Those threads that stand on a section or closing message of what is not retired: they bear its id."""
        rows = await self._reader.fetch_all(
            "SELECT message_id FROM placement AS m JOIN publication AS q ON q.id = m.publication_id "
            "WHERE m.kind IN ('section', 'closing') AND q.state <> 'retired' "
            "AND m.message_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(threads)),),
        )
        return {ChannelId(row["message_id"]) for row in rows}

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
            " AND NOT EXISTS (SELECT 1 FROM removal AS r WHERE r.message_id = c.message_id)"
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
        return await self._all(
            f"WHERE publication_id = ? AND {_MISSING} ORDER BY ordinal, part", (publication,)
        )

    async def counts(self, publication: PublicationId) -> tuple[int, int]:
        """How many messages show what they should (or were deleted by people), and how many there are."""
        row = await self._reader.fetch_one(
            f"SELECT count(*) FILTER (WHERE NOT ({_TO_DO})) AS done, count(*) AS total FROM placement "
            "WHERE publication_id = ?",
            (publication,),
        )
        return (row["done"], row["total"]) if row else (0, 0)

    async def want(self, tx: Transaction, publication: PublicationId, parts: Iterable[Part]) -> None:
        """State what messages should show. What has been sent keeps its place in the order."""
        await tx.executemany(
            "INSERT INTO placement (publication_id, kind, section_id, comment_id, part, ordinal, wanted) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (publication_id, kind, ifnull(section_id, 0), ifnull(comment_id, 0), part) "
            "DO UPDATE SET wanted = excluded.wanted, ordinal = iif(nonce IS NULL, excluded.ordinal, ordinal)",
            [
                (
                    publication,
                    each.kind,
                    each.section_id,
                    each.comment_id,
                    each.part,
                    each.ordinal,
                    encoded(each.payload),
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

    async def unwant_unsent(self, tx: Transaction, publication: PublicationId) -> None:
        """Forget what was never begun."""
        await tx.execute(
            "DELETE FROM placement WHERE publication_id = ? AND nonce IS NULL AND message_id IS NULL",
            (publication,),
        )

    async def lose(self, tx: Transaction, messages: Sequence[MessageId]) -> int:
        """Note that people deleted messages of ours; the comments they show become hidden, and how many did.

        Deletions that we wanted ourselves do not count.
        """
        ids = (json.dumps(messages),)
        hidden = await tx.execute(
            "UPDATE comment SET status = 'hidden', status_by = 'moderator' "
            "WHERE id IN (SELECT m.comment_id FROM json_each(?) JOIN placement AS m ON m.message_id = value "
            "WHERE m.wanted IS NOT NULL AND m.gone = 0) AND status NOT IN ('hidden', 'deleted')",
            ids,
        )
        await tx.execute(
            "UPDATE placement SET gone = 1 WHERE message_id IN (SELECT value FROM json_each(?)) "
            "AND wanted IS NOT NULL",
            ids,
        )
        return hidden

    async def lose_all_in(self, tx: Transaction, channel: ChannelId) -> None:
        """Note that a channel is gone with all our messages in it. Nobody hid a comment by that."""
        await tx.execute(
            "UPDATE placement SET gone = 1 WHERE channel_id = ? AND message_id IS NOT NULL AND wanted IS NOT NULL",
            (channel,),
        )

    async def revive(self, tx: Transaction, publication: PublicationId, comment: CommentId) -> None:
        """Have a comment's messages that people deleted made anew, because a moderator shows it again."""
        gone = "publication_id = ? AND comment_id = ? AND gone = 1"
        await tx.execute(
            "UPDATE comment SET message_id = NULL WHERE by_form = 1 AND message_id IN "
            f"(SELECT message_id FROM placement WHERE {gone})",
            (publication, comment),
        )
        await tx.execute(
            "UPDATE placement SET gone = 0, message_id = NULL, nonce = NULL, tried_at = NULL, shown = NULL "
            f"WHERE {gone}",
            (publication, comment),
        )

    async def restore(self, tx: Transaction, publication: PublicationId) -> int:
        """Have the article's own messages that people deleted made anew; how many."""
        return await tx.execute(
            "UPDATE placement SET gone = 0, message_id = NULL, nonce = NULL, tried_at = NULL, shown = NULL "
            f"WHERE publication_id = ? AND {_MISSING}",
            (publication,),
        )

    async def _one(self, condition: str, parameters: Sequence[object]) -> Placement | None:
        row = await self._reader.fetch_one(f"SELECT {_COLUMNS} FROM placement {condition}", parameters)
        return _placement(row) if row else None

    async def _all(self, condition: str, parameters: Sequence[object]) -> list[Placement]:
        rows = await self._reader.fetch_all(f"SELECT {_COLUMNS} FROM placement {condition}", parameters)
        return [_placement(row) for row in rows]


def encoded(payload: Payload) -> str:
    """A payload as the database keeps it."""
    fields = {"content": payload.content, "buttons": payload.buttons}
    jumps = {"previous": payload.previous, "following": payload.following}
    fields |= {name: address for name, address in jumps.items() if address is not None}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def _decoded(value: str | None) -> Payload | None:
    if value is None:
        return None
    fields = json.loads(value)
    return Payload(fields["content"], fields["buttons"], fields.get("previous"), fields.get("following"))


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
