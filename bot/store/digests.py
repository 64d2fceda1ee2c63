"""Who asked for what is new by direct message, and when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.language import Language
from bot.model import GuildId, UserId
from bot.store.database import Reader, Transaction
from bot.store.moments import to_milliseconds


@dataclass(frozen=True, slots=True)
class Due:
    """A digest that is due: for whom, of which server, in which language; the next one comes `hours` later."""

    user_id: UserId
    guild_id: GuildId
    hours: int
    language: Language


class Digests:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def due(self, now: datetime, *, limit: int) -> list[Due]:
        """What is due, longest first."""
        rows = await self._reader.fetch_all(
            "SELECT user_id, guild_id, hours, language FROM digest WHERE next_at <= ? ORDER BY next_at LIMIT ?",
            (to_milliseconds(now), limit),
        )
        return [
            Due(UserId(row["user_id"]), GuildId(row["guild_id"]), row["hours"], Language(row["language"]))
            for row in rows
        ]

    async def order(
        self, tx: Transaction, user: UserId, guild: GuildId, *, hours: int, language: Language, now: datetime
    ) -> None:
        """Send a member what is new in a server every so many hours from now on."""
        await tx.execute(
            "INSERT INTO digest (user_id, guild_id, hours, next_at, language) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (user_id, guild_id) DO UPDATE SET hours = excluded.hours, next_at = excluded.next_at, "
            "language = excluded.language",
            (user, guild, hours, to_milliseconds(now + timedelta(hours=hours)), language),
        )

    async def cancel(self, tx: Transaction, user: UserId, guild: GuildId) -> bool:
        """Send a member no more digests of a server; whether that is new."""
        return (await tx.execute("DELETE FROM digest WHERE user_id = ? AND guild_id = ?", (user, guild))) > 0

    async def put_off(self, tx: Transaction, due: Due, now: datetime) -> None:
        """Have the next one due when its time has come again."""
        await tx.execute(
            "UPDATE digest SET next_at = ? WHERE user_id = ? AND guild_id = ?",
            (to_milliseconds(now + timedelta(hours=due.hours)), due.user_id, due.guild_id),
        )
