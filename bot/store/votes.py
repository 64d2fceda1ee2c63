"""Votes for comments: who voted by which reaction, and how many voted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model import CommentId, MessageId, PublicationId, UserId
from bot.store.database import Reader, Transaction
from bot.store.moments import to_milliseconds

_CAPTURING = "q.state IN ('posting', 'live', 'failed')"

# A message is a member's comment, or one of ours that shows a part of one.
_VOTED_FOR = f"""
SELECT v.value AS voted, c.id AS comment_id, c.publication_id, q.guild_id FROM json_each(:messages) AS v
    JOIN comment AS c ON c.message_id = v.value JOIN publication AS q ON q.id = c.publication_id
    WHERE c.status <> 'deleted' AND {_CAPTURING}
UNION
SELECT v.value, m.comment_id, m.publication_id, q.guild_id FROM json_each(:messages) AS v
    JOIN placement AS m ON m.message_id = v.value JOIN publication AS q ON q.id = m.publication_id
    JOIN comment AS c ON c.id = m.comment_id
    WHERE m.gone = 0 AND c.status <> 'deleted' AND {_CAPTURING}
"""


@dataclass(frozen=True, slots=True)
class Voted:
    """A comment and how many members voted for it."""

    comment_id: CommentId
    votes: int


class Votes:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def open_among(self, messages: Iterable[MessageId]) -> set[MessageId]:
        """Those of some messages whose reactions are votes."""
        rows = await self._reader.fetch_all(
            f"SELECT voted FROM ({_VOTED_FOR})", {"messages": json.dumps(list(messages))}
        )
        return {MessageId(row["voted"]) for row in rows}

    async def counts(self, messages: Iterable[MessageId]) -> Counter[tuple[MessageId, str]]:
        """How many votes are stored by each reaction to some messages."""
        rows = await self._reader.fetch_all(
            "SELECT message_id, emoji, count(*) AS votes FROM vote "
            "WHERE message_id IN (SELECT value FROM json_each(?)) GROUP BY message_id, emoji",
            (json.dumps(list(messages)),),
        )
        return Counter({(MessageId(row["message_id"]), row["emoji"]): row["votes"] for row in rows})

    async def best(self, publications: Sequence[PublicationId], *, limit: int) -> list[Voted]:
        """The visible comments for which most members voted in some publications, best first.

        Who voted in several of them counts once.
        """
        # In each publication the index gives the best first, however many were voted for.
        leading: set[int] = set()
        for publication in publications:
            rows = await self._reader.fetch_all(
                "SELECT t.comment_id FROM tally AS t CROSS JOIN comment AS c ON c.id = t.comment_id "
                "WHERE t.publication_id = ? AND c.status = 'visible' ORDER BY t.votes DESC LIMIT ?",
                (publication, limit),
            )
            leading |= {row["comment_id"] for row in rows}
        rows = await self._reader.fetch_all(
            "SELECT comment_id, count(DISTINCT user_id) AS votes FROM vote "
            "WHERE comment_id IN (SELECT value FROM json_each(?)) "
            "AND publication_id IN (SELECT value FROM json_each(?)) "
            "GROUP BY comment_id ORDER BY votes DESC, comment_id LIMIT ?",
            (json.dumps(list(leading)), json.dumps(publications), limit),
        )
        return [Voted(CommentId(row["comment_id"]), row["votes"]) for row in rows]

    async def cast(
        self, tx: Transaction, message: MessageId, emoji: str, voters: Collection[UserId], now: datetime
    ) -> int:
        """Note votes by one reaction to a message, each once; how many are new. Other messages are passed over.

        Who is banned from the server's discussions has no vote.
        """
        return await tx.execute(
            "INSERT INTO vote (message_id, emoji, user_id, comment_id, publication_id) "
            f"SELECT f.voted, :emoji, u.value, f.comment_id, f.publication_id FROM ({_VOTED_FOR}) AS f "
            "CROSS JOIN json_each(:voters) AS u WHERE NOT EXISTS (SELECT 1 FROM sanction AS b "
            "WHERE b.guild_id = f.guild_id AND b.user_id = u.value AND b.kind = 'ban' "
            "AND (b.until IS NULL OR b.until > :now)) ON CONFLICT DO NOTHING",
            {
                "messages": json.dumps([message]),
                "emoji": emoji,
                "voters": json.dumps(list(voters)),
                "now": to_milliseconds(now),
            },
        )

    async def take_back(self, tx: Transaction, message: MessageId, emoji: str, voter: UserId) -> int:
        """Forget one vote; how many there were."""
        return await tx.execute(
            "DELETE FROM vote WHERE message_id = ? AND emoji = ? AND user_id = ?", (message, emoji, voter)
        )

    async def clear(self, tx: Transaction, message: MessageId, emoji: str | None = None) -> int:
        """Forget the votes by all reactions to a message, or by one kind; how many there were."""
        return await tx.execute(
            "DELETE FROM vote WHERE message_id = ?1 AND (?2 IS NULL OR emoji = ?2)", (message, emoji)
        )

    async def keep_only(
        self, tx: Transaction, message: MessageId, emoji: str, voters: Collection[UserId]
    ) -> None:
        """Forget the votes by one reaction of all but these."""
        await tx.execute(
            "DELETE FROM vote WHERE message_id = ? AND emoji = ? "
            "AND user_id NOT IN (SELECT value FROM json_each(?))",
            (message, emoji, json.dumps(list(voters))),
        )
