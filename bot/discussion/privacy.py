"""Privacy: what members may know, take along, have erased, and keep from being stored at all.

What is a member's own is theirs in every server of this installation: it is told and erased everywhere at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from bot.errors import RefusedError
from bot.language import gettext as _
from bot.model import UserId
from bot.store.database import Database, Reader
from bot.store.personal import Erased, Personal
from bot.store.search_index import SearchIndex

__all__ = ["Erased", "Privacy", "check_stored"]


class Privacy:
    """What members decide about their own data. `wake` tells the poster that messages are to be deleted."""

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        self._database = database
        self._wake = wake

    async def export(self, user: UserId, made_at: datetime) -> bytes:
        """All that is stored of a member, as JSON in UTF-8."""
        async with self._database.snapshot() as snapshot:
            found = await Personal(snapshot).all_of(user)
        told = {"user_id": str(user), "made_at": made_at.isoformat(), **found}
        return json.dumps(told, ensure_ascii=False, indent=2).encode()

    async def standing(self, user: UserId) -> Erased:
        """How much `erase` would erase."""
        return await Personal(self._database).standing(user)

    async def erase(self, user: UserId, at: datetime) -> Erased:
        """Erase all that a member has written until `at`, by Discord's clock, and what names them; how much that was.

        What of it is still on its way, or is read again by a catch-up, is not stored. Our messages that show it are
        deleted by and by, and no file holds it once the index is compacted and the log emptied.
        """
        async with self._database.transaction() as tx:
            personal = Personal(tx)
            erased = await personal.erase(tx, user, at=at)
            await personal.remember_erasure(tx, user, at)
            await SearchIndex(tx).hurry(tx)
        self._wake()
        await self._database.checkpoint()
        return erased

    async def opt_out(self, user: UserId) -> bool:
        """Store nothing more of a member; whether that is new. What is stored already stays until it is erased."""
        async with self._database.transaction() as tx:
            return await Personal(tx).opt_out(tx, user)

    async def opt_in(self, user: UserId) -> bool:
        """Store again what a member writes from now on; whether that is new."""
        async with self._database.transaction() as tx:
            return await Personal(tx).opt_in(tx, user)


async def check_stored(reader: Reader, user: UserId) -> None:
    """Raise `RefusedError` for a member who opted out: whatever would store something of them asks this first."""
    if await Personal(reader).opted_out([user]):
        raise RefusedError(
            _("You have opted out, so nothing of yours is stored."),
            remedy=_("To take part again, use /privacy opt-in."),
        )
