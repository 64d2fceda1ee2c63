"""How much work a query is, told by SQLite itself and the same on any machine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.store.database import Database, Reader

_STEPS = 10


async def effort(database: Database, ask: Callable[[Reader], Awaitable[object]]) -> int:
    """How many tens of steps SQLite's virtual machine takes for what is asked."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    async with database.snapshot() as snapshot:
        connection = snapshot._connection  # noqa: SLF001 - counting is nothing that the bot does
        await connection.set_progress_handler(count, _STEPS)
        await ask(snapshot)
        await connection.set_progress_handler(None, 0)  # type: ignore[arg-type]  # None is how sqlite3 takes it off
    return taken
