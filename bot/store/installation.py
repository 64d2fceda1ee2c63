"""What an installation remembers about itself."""

from __future__ import annotations

from bot.store.database import Reader, Transaction


class Installation:
    """Reads with any reader; the methods that write take the transaction."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def synced_commands(self, application: int) -> str | None:
        """The fingerprint of the commands that Discord last took from us, None before the first time."""
        value = await self._reader.fetch_value(
            "SELECT value FROM setting WHERE name = ?", (f"commands of {application}",)
        )
        return None if value is None else str(value)

    async def remember_commands(self, tx: Transaction, application: int, fingerprint: str) -> None:
        """Note that Discord has taken the commands with this fingerprint."""
        await tx.execute(
            "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (f"commands of {application}", fingerprint),
        )
