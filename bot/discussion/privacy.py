"""Privacy: what members may know, take along, have erased, and keep from being stored at all.

What is a member's own is theirs in every server of this installation: it is told and erased everywhere at once.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import datetime

from bot.discussion.batches import BATCH, in_batches
from bot.discussion.own_data import Part, in_parts
from bot.errors import RefusedError
from bot.language import gettext as _
from bot.model import UserId
from bot.store.database import Database, Reader, Transaction
from bot.store.erasing import erase_some
from bot.store.personal import Erased, Personal
from bot.store.search_index import SearchIndex

__all__ = ["Erased", "Part", "Privacy", "check_stored", "finish_erasures"]


class Privacy:
    """What members decide about their own data. `wake` tells the poster that messages are to be deleted."""

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        self._database = database
        self._wake = wake

    async def export(self, user: UserId, made_at: datetime, *, limit: int) -> AsyncGenerator[Part, None]:
        """All that is stored of a member, as JSON documents of at most `limit` bytes each. To be closed."""
        head = {"user_id": str(user), "made_at": made_at.isoformat()}
        async with (
            self._database.snapshot() as snapshot,
            aclosing(Personal(snapshot).all_of(user)) as rows,
            aclosing(in_parts(rows, head, limit=limit)) as parts,
        ):
            async for part in parts:
                yield part

    async def standing(self, user: UserId) -> Erased:
        """How much `erase` would erase."""
        return await Personal(self._database).standing(user)

    async def erase(self, user: UserId, at: datetime) -> Erased:
        """Erase all that a member has written until `at`, by Discord's clock, and what names them; how much that was.

        What of it is still on its way, or is read again by a catch-up, is not stored. It is done some at a time, and
        finished by `finish_erasures` should it be broken off. Our messages that show it are deleted by and by, and no
        file holds it once the index is compacted and the log emptied.
        """
        erased = await Personal(self._database).standing(user, at)
        async with self._database.transaction() as tx:
            await Personal(tx).begin_erasure(tx, user, at)
        await _erase(self._database, user, at)
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


async def finish_erasures(database: Database) -> int:
    """Go on with erasures that were broken off; how many there were."""
    unfinished = await Personal(database).unfinished_erasures()
    for user, at in unfinished:
        await _erase(database, user, at)
    return len(unfinished)


async def _erase(database: Database, user: UserId, at: datetime) -> None:
    async def some(tx: Transaction) -> bool:
        more = await erase_some(tx, user, at=at, limit=BATCH)
        if not more:
            await SearchIndex(tx).hurry(tx)
        return more

    await in_batches(database, some)


async def check_stored(reader: Reader, user: UserId) -> None:
    """Raise `RefusedError` for a member who opted out: whatever would store something of them asks this first."""
    if await Personal(reader).opted_out([user]):
        raise RefusedError(
            _("You have opted out, so nothing of yours is stored."),
            remedy=_("To take part again, use /privacy opt-in."),
        )
