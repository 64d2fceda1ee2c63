"""Who may not take part in a server's discussions, and until when."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from bot.model import GuildId, Sanction, SanctionKind, UserId
from bot.store.database import Reader, Row, Transaction
from bot.store.moments import from_milliseconds, to_milliseconds

# A ban says more than a mute.
_STANDING = "(until IS NULL OR until > :now)"
_GRAVEST_LAST = "ORDER BY kind = 'ban'"


class Sanctions:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def on(self, guild: GuildId, user: UserId, now: datetime) -> Sanction | None:
        """The gravest sanction that a person is under, None if there is none."""
        return (await self.among(guild, [user], now)).get(user)

    async def among(self, guild: GuildId, users: Iterable[UserId], now: datetime) -> dict[UserId, Sanction]:
        """Those of some people who are under a sanction, each with the gravest."""
        rows = await self._reader.fetch_all(
            "SELECT user_id, kind, until, reason FROM sanction WHERE guild_id = :guild "
            f"AND user_id IN (SELECT value FROM json_each(:users)) AND {_STANDING} {_GRAVEST_LAST}",
            {"guild": guild, "users": json.dumps(list(users)), "now": to_milliseconds(now)},
        )
        return {UserId(row["user_id"]): _sanction(row) for row in rows}

    async def impose(self, tx: Transaction, guild: GuildId, user: UserId, sanction: Sanction) -> None:
        """Put a person under a sanction, in place of one of the same kind."""
        until = None if sanction.until is None else to_milliseconds(sanction.until)
        await tx.execute(
            "INSERT INTO sanction (guild_id, user_id, kind, until, reason) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET until = excluded.until, reason = excluded.reason",
            (guild, user, sanction.kind, until, sanction.reason),
        )

    async def lift(
        self, tx: Transaction, guild: GuildId, user: UserId, kind: SanctionKind, now: datetime
    ) -> bool:
        """End a sanction; whether there was one still in force."""
        standing = await self._reader.fetch_value(
            "SELECT 1 FROM sanction WHERE guild_id = :guild AND user_id = :user AND kind = :kind "
            f"AND {_STANDING}",
            {"guild": guild, "user": user, "kind": kind, "now": to_milliseconds(now)},
        )
        await tx.execute(
            "DELETE FROM sanction WHERE guild_id = ? AND user_id = ? AND kind = ?", (guild, user, kind)
        )
        return standing is not None


def _sanction(row: Row) -> Sanction:
    until = None if row["until"] is None else from_milliseconds(row["until"])
    return Sanction(SanctionKind(row["kind"]), until, row["reason"])
