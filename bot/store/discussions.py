"""How order is kept in each publication's discussion, and what its threads were last made to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model import Discussion, Mode, PublicationId
from bot.store.database import Reader, Row, Transaction
from bot.store.moments import from_milliseconds, to_milliseconds

_ORDER = (
    "d.mode, ifnull(s.mode, 'open') AS server_mode, ifnull(d.locked, 0) AS locked, d.slowmode, d.closes_at"
)
_TABLES = """
publication AS p LEFT JOIN discussion AS d ON d.publication_id = p.id LEFT JOIN server AS s ON s.guild_id = p.guild_id
"""
_READ_ONLY = "(ifnull(d.locked, 0) OR coalesce(d.mode, s.mode, 'open') = 'all_held')"
_MADE_LOCKED = "iif(d.publication_id IS NULL, 0, d.thread_locked)"


@dataclass(frozen=True, slots=True)
class Unkept:
    """What the threads of a discussion should be and are not; `slowmode` None is to stay as it is.

    `was_open` says that Oped last left them unlocked for certain: if they are locked, somebody else has done it.
    """

    publication_id: PublicationId
    read_only: bool
    slowmode: int | None
    was_open: bool


class Discussions:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def get(self, publication: PublicationId) -> Discussion:
        """How order is kept in a publication's discussion; the defaults where nobody decided anything."""
        (found,) = await self.among([publication]) or [Discussion(publication)]
        return found

    async def among(self, publications: Sequence[PublicationId]) -> list[Discussion]:
        """The same of several, in no order."""
        marks = ", ".join("?" * len(publications))
        rows = await self._reader.fetch_all(
            f"SELECT p.id, {_ORDER} FROM {_TABLES} WHERE p.id IN ({marks})", publications
        )
        return [_discussion(row) for row in rows]

    async def save(self, tx: Transaction, discussion: Discussion) -> None:
        """Make this the order of a discussion."""
        closes_at = None if discussion.closes_at is None else to_milliseconds(discussion.closes_at)
        await tx.execute(
            "INSERT INTO discussion (publication_id, mode, locked, slowmode, closes_at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET mode = excluded.mode, locked = excluded.locked, "
            "slowmode = excluded.slowmode, closes_at = excluded.closes_at",
            (discussion.publication_id, discussion.mode, discussion.locked, discussion.slowmode, closes_at),
        )

    async def doubt(self, tx: Transaction, publication: PublicationId) -> None:
        """Note that nobody knows what a discussion's threads are, so that they are made what they should be.

        So it is before Discord is asked to change them, and where people may have changed them themselves.
        """
        await tx.execute(
            "INSERT INTO discussion (publication_id, thread_locked) VALUES (?, NULL) "
            "ON CONFLICT DO UPDATE SET thread_locked = NULL, thread_slowmode = NULL",
            (publication,),
        )

    async def unkept(self) -> list[Unkept]:
        """Live discussions whose threads are not what they should be, oldest first."""
        rows = await self._reader.fetch_all(
            f"SELECT p.id, {_READ_ONLY} AS read_only, d.slowmode, {_MADE_LOCKED} IS 0 AS was_open FROM {_TABLES} "
            f"WHERE p.state = 'live' AND p.thread_id IS NOT NULL AND ({_READ_ONLY} IS NOT {_MADE_LOCKED} "
            "OR d.slowmode IS NOT NULL AND d.slowmode IS NOT d.thread_slowmode) ORDER BY p.id"
        )
        return [
            Unkept(
                PublicationId(row["id"]),
                bool(row["read_only"]),
                row["slowmode"],
                was_open=bool(row["was_open"]),
            )
            for row in rows
        ]

    async def note(
        self, tx: Transaction, publication: PublicationId, *, locked: bool, slowmode: int | None
    ) -> None:
        """Note what a discussion's threads have been made."""
        await tx.execute(
            "UPDATE discussion SET thread_locked = ?, thread_slowmode = ? WHERE publication_id = ?",
            (locked, slowmode, publication),
        )

    async def closing_by(self, now: datetime) -> list[Discussion]:
        """Live discussions that were to be locked by now and are not."""
        rows = await self._reader.fetch_all(
            f"SELECT p.id, {_ORDER} FROM {_TABLES} WHERE d.closes_at <= ? AND p.state = 'live' ORDER BY d.closes_at",
            (to_milliseconds(now),),
        )
        return [_discussion(row) for row in rows]


def _discussion(row: Row) -> Discussion:
    return Discussion(
        PublicationId(row["id"]),
        mode=None if row["mode"] is None else Mode(row["mode"]),
        server_mode=Mode(row["server_mode"]),
        locked=bool(row["locked"]),
        slowmode=row["slowmode"],
        closes_at=None if row["closes_at"] is None else from_milliseconds(row["closes_at"]),
    )
