"""Notices of answers, as those see them whom they are for."""

from __future__ import annotations

from collections.abc import Callable

from bot.discussion.access import Viewer
from bot.discussion.privacy import check_stored
from bot.errors import RefusedError
from bot.language import gettext as _
from bot.model import NoticeId
from bot.store.database import Database, Transaction
from bot.store.notices import Notices


class Noticing:
    """What members can do about notices. `wake` tells the remover that messages are to go."""

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        self._database = database
        self._wake = wake

    async def seen(self, viewer: Viewer, notice: NoticeId) -> None:
        """Have a notice removed. Raises `RefusedError` where it is for somebody else."""
        async with self._database.transaction() as tx:
            await _check_addressee(tx, viewer, notice)
            await Notices(tx).forget(tx, notice)
        self._wake()

    async def refuse(self, viewer: Viewer, notice: NoticeId | None = None) -> None:
        """Send the viewer no more notices in this server. Raises `RefusedError` for somebody else's notice."""
        async with self._database.transaction() as tx:
            if notice is not None:
                await _check_addressee(tx, viewer, notice)
            await check_stored(tx, viewer.user_id)
            await Notices(tx).refuse(tx, viewer.user_id, viewer.guild_id)
        self._wake()

    async def accept(self, viewer: Viewer) -> None:
        """Send the viewer notices in this server again."""
        async with self._database.transaction() as tx:
            await Notices(tx).accept(tx, viewer.user_id, viewer.guild_id)


async def _check_addressee(tx: Transaction, viewer: Viewer, notice: NoticeId) -> None:
    if await Notices(tx).addressee(notice) not in {viewer.user_id, None}:
        raise RefusedError(_("This notice is for somebody else."))
