"""What members report about comments, gathered to one case each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model import CaseId, CommentId, GuildId, UserId
from bot.store.database import Reader, Row, Transaction
from bot.store.moments import from_milliseconds, to_milliseconds


@dataclass(frozen=True, slots=True)
class Case:
    """An open case; `reasons` in the order in which they came, the `reporters` alike."""

    id: CaseId
    comment_id: CommentId
    opened_at: datetime
    reporters: tuple[UserId, ...]
    reasons: tuple[str, ...]


class Reports:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def add(
        self, tx: Transaction, guild: GuildId, comment: CommentId, user: UserId, reason: str, at: datetime
    ) -> bool:
        """Add a report to the open case of its comment, or open one; whether it opened one.

        A person's second report takes the place of the first.
        """
        case = await self._open_case(guild, comment)
        opened = case is None
        if case is None:
            case = await tx.fetch_value(
                "INSERT INTO report_case (guild_id, comment_id, opened_at) VALUES (?, ?, ?) RETURNING id",
                (guild, comment, to_milliseconds(at)),
            )
        await tx.execute(
            "INSERT INTO report (case_id, user_id, reason, at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET reason = excluded.reason",
            (case, user, reason, to_milliseconds(at)),
        )
        return opened

    async def open_case(self, case: CaseId, guild: GuildId) -> Case | None:
        """A server's case, None once it is closed."""
        return await self._case("k.id = ? AND k.guild_id = ?", case, guild)

    async def next_open(self, guild: GuildId, after: CaseId) -> Case | None:
        """The oldest open case behind another one, None where there is none.

        Left out is what is gone already: once a hidden comment is restored, its case waits again.
        """
        standing = "EXISTS (SELECT 1 FROM comment WHERE id = k.comment_id AND status = 'visible')"
        return await self._case(f"k.id > ? AND k.guild_id = ? AND {standing}", after, guild)

    async def close(self, tx: Transaction, case: CaseId, at: datetime) -> bool:
        """Close a case; False where somebody has closed it already."""
        closed = await tx.execute(
            "UPDATE report_case SET closed_at = ? WHERE id = ? AND closed_at IS NULL",
            (to_milliseconds(at), case),
        )
        return closed == 1

    async def _open_case(self, guild: GuildId, comment: CommentId) -> int | None:
        return await self._reader.fetch_value(  # type: ignore[no-any-return]  # an integer column
            "SELECT id FROM report_case WHERE guild_id = ? AND comment_id = ? AND closed_at IS NULL",
            (guild, comment),
        )

    async def _case(self, condition: str, *values: int) -> Case | None:
        row = await self._reader.fetch_one(
            "SELECT k.id, k.comment_id, k.opened_at FROM report_case AS k "
            f"WHERE {condition} AND k.closed_at IS NULL ORDER BY k.id LIMIT 1",
            values,
        )
        if row is None:
            return None
        reports = await self._reader.fetch_all(
            "SELECT user_id, reason FROM report WHERE case_id = ? ORDER BY at, user_id", (row["id"],)
        )
        return _case(row, reports)


def _case(row: Row, reports: list[Row]) -> Case:
    return Case(
        CaseId(row["id"]),
        CommentId(row["comment_id"]),
        from_milliseconds(row["opened_at"]),
        tuple(UserId(each["user_id"]) for each in reports),
        tuple(each["reason"] for each in reports),
    )
