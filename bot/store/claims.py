"""Claims: members who say that an imported comment is theirs, and what moderators decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model import ClaimId, ClaimState, CommentId, GuildId, UserId
from bot.store.database import Reader, Row, Transaction
from bot.store.moments import to_milliseconds

_SELECT = "SELECT k.id, k.comment_id, k.user_id, k.guild_id, k.state FROM claim AS k"
# What was withdrawn or hidden since is nobody's to decide on.
_IN_SERVER = """
    JOIN comment AS c ON c.id = k.comment_id
    WHERE k.guild_id = :guild AND c.status = 'visible' AND (k.state = 'waiting') = :waiting
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A member's word that a comment is theirs, given in a server and decided on by its moderators."""

    id: ClaimId
    comment_id: CommentId
    user_id: UserId
    guild_id: GuildId
    state: ClaimState


class Claims:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def by_id(self, claim: ClaimId) -> Claim | None:
        """One claim, None if there is none."""
        return await self._one("WHERE k.id = ?", claim)

    async def of_member(self, comment: CommentId, user: UserId) -> Claim | None:
        """A member's claim on a comment, None if there is none."""
        return await self._one("WHERE k.comment_id = ? AND k.user_id = ?", comment, user)

    async def standing(self, comment: CommentId) -> Claim | None:
        """The one claim on a comment that was confirmed, None if there is none."""
        return await self._one("WHERE k.comment_id = ? AND k.state = 'confirmed'", comment)

    async def rivals(self, claim: Claim) -> list[UserId]:
        """Who else waits for a decision on the same comment in the same server, first come first."""
        rows = await self._reader.fetch_all(
            "SELECT user_id FROM claim WHERE comment_id = ? AND guild_id = ? AND state = 'waiting' AND id <> ? "
            "ORDER BY id",
            (claim.comment_id, claim.guild_id, claim.id),
        )
        return [UserId(row["user_id"]) for row in rows]

    async def next_waiting(self, guild: GuildId, after: ClaimId) -> Claim | None:
        """The oldest claim in a server that waits for a decision, behind another one."""
        values = {"guild": guild, "waiting": True, "after": after}
        rows = await self._reader.fetch_all(
            f"{_SELECT} {_IN_SERVER} AND k.id > :after ORDER BY k.id LIMIT 1", values
        )
        return _claim(rows[0]) if rows else None

    async def next_decided(self, guild: GuildId, before: ClaimId) -> Claim | None:
        """The newest claim in a server that was decided on, before another one."""
        values = {"guild": guild, "waiting": False, "before": before}
        rows = await self._reader.fetch_all(
            f"{_SELECT} {_IN_SERVER} AND k.id < :before ORDER BY k.id DESC LIMIT 1", values
        )
        return _claim(rows[0]) if rows else None

    async def number_waiting(self, user: UserId) -> int:
        """How many claims of a member wait for a decision."""
        return int(
            await self._reader.fetch_value(
                "SELECT count(*) FROM claim WHERE user_id = ? AND state = 'waiting'", (user,)
            )
        )

    async def add(
        self, tx: Transaction, comment: CommentId, user: UserId, guild: GuildId, at: datetime
    ) -> ClaimId:
        """Enter a claim; a constraint refuses a member's second one on a comment."""
        identifier = await tx.fetch_value(
            "INSERT INTO claim (comment_id, user_id, guild_id, asked_at) VALUES (?, ?, ?, ?) RETURNING id",
            (comment, user, guild, to_milliseconds(at)),
        )
        return ClaimId(int(str(identifier)))

    async def decide(self, tx: Transaction, claim: ClaimId, state: ClaimState) -> None:
        """Bring a claim into a state; a constraint refuses to confirm a second one on a comment."""
        await tx.execute("UPDATE claim SET state = ? WHERE id = ?", (state, claim))

    async def refuse_rivals(self, tx: Transaction, claim: Claim) -> None:
        """Refuse the other claims on the same comment that wait in the same server."""
        await tx.execute(
            "UPDATE claim SET state = 'refused' "
            "WHERE comment_id = ? AND guild_id = ? AND state = 'waiting' AND id <> ?",
            (claim.comment_id, claim.guild_id, claim.id),
        )

    async def _one(self, condition: str, *values: int) -> Claim | None:
        row = await self._reader.fetch_one(f"{_SELECT} {condition}", values)
        return _claim(row) if row else None


def _claim(row: Row) -> Claim:
    return Claim(
        ClaimId(row["id"]),
        CommentId(row["comment_id"]),
        UserId(row["user_id"]),
        GuildId(row["guild_id"]),
        ClaimState(row["state"]),
    )
