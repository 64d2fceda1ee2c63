"""The keeper: makes the threads of discussions what moderators and modes want, and locks those whose time has come.

What they should be and what they were last made lies in the database (`bot.store.discussions`). A lock that somebody
has set in Discord stays a lock: a mode that needed the same one leaves it standing when it ends.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import structlog

from bot.delivery.failures import Kind, sort_failure
from bot.delivery.wire import Wire
from bot.delivery.workers import Workers
from bot.model import Action, ChannelId, ChannelKind, NewEntry, PlacementKind, Publication, PublicationId
from bot.store.database import Database, Transaction
from bot.store.discussions import Discussions, Unkept
from bot.store.placements import Placements
from bot.store.publications import Publications
from bot.store.trail import Trail

log = structlog.get_logger(__name__)

LOOK_SECONDS = 2.0
"""How often to look whether a discussion's time has come, or settings have changed."""


class Keeper:
    """Carries out what the order of discussions demands of their threads."""

    def __init__(self, database: Database, wire: Wire) -> None:
        self._database = database
        self._wire = wire
        self._workers = Workers("keeping", "publication", look=self._look, step=self._step)
        self._refused: set[Unkept] = set()

    def wake(self) -> None:
        """Say that there may be something to do, and to try again what Discord refused."""
        self._refused.clear()
        self._workers.wake()

    async def run(self) -> None:
        """Work until cancelled."""
        await self._workers.run(LOOK_SECONDS)

    async def _look(self) -> list[PublicationId]:
        await self._close_those_due()
        return [each.publication_id for each in await self._unkept()]

    async def _unkept(self) -> list[Unkept]:
        found = await Discussions(self._database).unkept()
        return [each for each in found if replace(each, was_open=False) not in self._refused]

    async def _step(self, identifier: PublicationId) -> bool:
        """Keep order in one discussion; False where it is kept."""
        for each in await self._unkept():
            if each.publication_id == identifier:
                await self._keep(each)
                return True
        return False

    async def _close_those_due(self) -> None:
        if not await Discussions(self._database).closing_by(datetime.now(UTC)):
            return
        async with self._database.transaction() as tx:
            for each in await Discussions(tx).closing_by(datetime.now(UTC)):
                await Discussions(tx).save(tx, replace(each, locked=True, closes_at=None))
                await _record_lock(tx, await Publications(tx).by_id(each.publication_id), "closing_time")

    async def _keep(self, unkept: Unkept) -> None:
        """Bring one discussion's threads to what they should be. Raises what is worth waiting for."""
        publication = await Publications(self._database).by_id(unkept.publication_id)
        if publication is None or publication.thread_id is None:
            return
        try:
            if unkept.read_only and unkept.was_open and await self._wire.is_locked(publication.thread_id):
                await self._take_over(publication)
            async with self._database.transaction() as tx:
                await Discussions(tx).doubt(tx, publication.id)
            for room in await self._rooms(publication, publication.thread_id):
                await self._wire.keep(room, locked=unkept.read_only, slowmode=unkept.slowmode)
        except Exception as error:  # what cannot be sorted is raised again
            failure = sort_failure(error, Kind.CROWDED, Kind.PERMANENT, Kind.MISSING)
            if failure is None:
                raise
            if failure.kind is Kind.CROWDED and await self._wire.archive_idlest(publication.guild_id):
                return  # there is room now, for the next try
            self._refused.add(replace(unkept, was_open=False))
            log.warning("thread_not_kept", publication=publication.id, reason=failure.sentence)
            return
        async with self._database.transaction() as tx:
            await Discussions(tx).note(tx, publication.id, locked=unkept.read_only, slowmode=unkept.slowmode)

    async def _take_over(self, publication: Publication) -> None:
        """Note a lock that somebody has set in Discord."""
        async with self._database.transaction() as tx:
            discussion = await Discussions(tx).get(publication.id)
            if not discussion.locked:
                await Discussions(tx).save(tx, replace(discussion, locked=True))
                await _record_lock(tx, publication, "locked_in_discord")

    async def _rooms(self, publication: Publication, thread: ChannelId) -> list[ChannelId]:
        """The thread of the comments, and those that stand on sections."""
        if publication.channel_kind is ChannelKind.FORUM:
            return [thread]
        parts = await Placements(self._database).of_article(publication.id)
        sections: set[int | None] = {each.message_id for each in parts if each.kind is PlacementKind.SECTION}
        found = [
            *await self._wire.active_threads(publication.guild_id),
            *await self._wire.archived_threads(publication.channel_id, None),
        ]
        return [thread, *sorted({each.id for each in found if each.id in sections})]


async def _record_lock(tx: Transaction, publication: Publication | None, why: str) -> None:
    if publication is not None:
        entry = NewEntry(
            publication.guild_id,
            datetime.now(UTC),
            Action.THREAD_LOCKED,
            publication_id=publication.id,
            details={"because": why},
        )
        await Trail(tx).record(entry)
