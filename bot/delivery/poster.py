"""The poster: carries out what remains of each publication, in order, whatever interrupts it.

The plan lies in the database (`bot.discussion.publish`): a message needs work where what it should show and
what it shows differ. Publications are worked on side by side, each by one worker, one thing at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import discord
import structlog

from bot.delivery.creation import Creation
from bot.delivery.failures import Kind, sort_failure
from bot.delivery.wire import Wire
from bot.discussion import plan
from bot.model import (
    ChannelId,
    MessageId,
    Payload,
    Placement,
    Publication,
    PublicationId,
    PublicationState,
)
from bot.store.database import Database
from bot.store.placements import Placements
from bot.store.publications import Publications

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.5
"""How often to look whether another program, such as `oped post`, asked for something."""

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds between tries after an error that passes, doubling."""


class Poster:
    """Brings publications from what they show to what they should show."""

    def __init__(self, database: Database, wire: Wire) -> None:
        self._database = database
        self._wire = wire
        self._creation = Creation(database, wire)
        self._woken = asyncio.Event()
        self._workers: dict[PublicationId, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """Say that there may be something to do."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            async with contextlib.aclosing(self._occasions()) as occasions:
                async for _ in occasions:
                    for publication in await Publications(self._database).with_work():
                        if publication not in self._workers:
                            self._workers[publication] = asyncio.create_task(self._work(publication))
        finally:
            workers = list(self._workers.values())
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _occasions(self) -> AsyncGenerator[None, None]:
        """Yields at the start, when woken, and when another program has changed the database."""
        seen: int | None = None
        while True:
            version = await self._database.data_version()
            if version != seen or self._woken.is_set():
                seen = version
                self._woken.clear()
                yield
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), POLL_SECONDS)

    async def _work(self, identifier: PublicationId) -> None:
        """Bring one publication to where it should be, with patience for what passes."""
        wait = FIRST_WAIT
        try:
            while True:
                try:
                    if not await self._step(identifier):
                        return
                    wait = FIRST_WAIT
                except Exception as error:  # noqa: BLE001 - sorted below; what nobody foresaw must not end it
                    pause = await self._after(error, identifier, wait)
                    if pause is None:
                        return
                    await asyncio.sleep(pause)
                    wait = min(wait * 2, LONGEST_WAIT)
        finally:
            del self._workers[identifier]
            self.wake()

    async def _after(self, error: Exception, identifier: PublicationId, wait: float) -> float | None:
        """The seconds to wait before going on after an error, None where it ends the work."""
        failure = sort_failure(error)
        if failure is None:
            log.error("publication_interrupted", publication=identifier, wait_seconds=wait, exc_info=error)
            return wait
        if failure.kind is Kind.PERMANENT:
            log.warning("publication_stopped", publication=identifier, reason=failure.sentence)
            async with self._database.transaction() as tx:
                await Publications(tx).set_state(
                    tx,
                    identifier,
                    PublicationState.FAILED,
                    among=(PublicationState.POSTING, PublicationState.LIVE),
                    error=failure.sentence,
                )
            return None
        pause = max(failure.retry_after or 0.0, wait)
        log.info("publication_waits", publication=identifier, reason=failure.sentence, wait_seconds=pause)
        return pause

    async def _step(self, identifier: PublicationId) -> bool:
        """Do the next thing for a publication; False when nothing is left."""
        publication = await Publications(self._database).by_id(identifier)
        if publication is None or publication.state in {PublicationState.FAILED, PublicationState.RETIRED}:
            return False
        placement = await Placements(self._database).next_to_do(identifier)
        if placement is None:
            return await self._settle(publication)
        if placement.message_id is None:
            await self._creation.create(publication, placement)
        elif placement.wanted is None:
            await self._delete(placement, placement.message_id)
        else:
            await self._edit(placement, placement.message_id, placement.wanted)
        return True

    async def _edit(self, placement: Placement, message: MessageId, wanted: Payload) -> None:
        channel = _channel(placement)
        try:
            await self._wire.edit(channel, message, wanted, publication=placement.publication_id)
        except discord.HTTPException as error:
            failure = sort_failure(error)
            if failure is not None and failure.kind is Kind.ARCHIVED:
                await self._wire.unarchive(channel)
                return
            if failure is not None and failure.kind is Kind.MISSING:
                async with self._database.transaction() as tx:
                    await Placements(tx).lose(tx, [message])
                return
            raise
        async with self._database.transaction() as tx:
            await Placements(tx).show(tx, placement.id, wanted)

    async def _delete(self, placement: Placement, message: MessageId) -> None:
        await self._wire.delete(_channel(placement), message)
        async with self._database.transaction() as tx:
            await Placements(tx).forget(tx, placement.id)

    async def _settle(self, publication: Publication) -> bool:
        """All messages are right: finish what is about the publication as a whole. Whether work remains."""
        if publication.state is PublicationState.RETIRING:
            await self._close(publication)
            return False
        if publication.state is not PublicationState.POSTING:
            return False
        if publication.thread_id is None:
            await self._creation.start_thread(publication)
            return True
        async with self._database.transaction() as tx:
            # Now that the sections' messages are known, the contents can jump to them.
            await plan.state(tx, publication, await plan.work_out(tx, publication))
            if await Placements(tx).next_to_do(publication.id) is None:
                await Publications(tx).set_state(
                    tx, publication.id, PublicationState.LIVE, among=(PublicationState.POSTING,)
                )
                log.info("publication_live", publication=publication.id)
        return True

    async def _close(self, publication: Publication) -> None:
        if publication.thread_id is not None:
            try:
                await self._wire.lock(publication.thread_id)
            except (discord.HTTPException, discord.InvalidData) as error:
                failure = sort_failure(error)
                if failure is not None and failure.kind in {Kind.PASSING, Kind.UNCERTAIN}:
                    raise
                # The discussion ends all the same: nothing is captured any more.
                log.warning("thread_not_locked", publication=publication.id, reason=str(error))
        async with self._database.transaction() as tx:
            await Publications(tx).set_state(
                tx, publication.id, PublicationState.RETIRED, among=(PublicationState.RETIRING,)
            )


def _channel(placement: Placement) -> ChannelId:
    if placement.channel_id is None:
        raise LookupError(f"placement {placement.id} has a message but no channel")
    return placement.channel_id
