"""The poster: carries out what remains of each publication, in order, whatever interrupts it.

The plan lies in the database (`bot.discussion.publish`): a message needs work where what it should show and
what it shows differ. Publications are worked on side by side, each by one worker, one thing at a time.
"""

from __future__ import annotations

from collections.abc import Callable

import discord
import structlog

from bot.delivery.creation import Creation
from bot.delivery.failures import TEXT_REFUSED, Kind, PublicationStopped, sort_failure
from bot.delivery.wire import Wire
from bot.delivery.workers import Workers
from bot.discussion import plan
from bot.discussion.events import Posted
from bot.discussion.servers import in_language_of
from bot.language import speak
from bot.model import (
    Actor,
    ChannelId,
    MessageId,
    Origin,
    Payload,
    Placement,
    PlacementKind,
    Publication,
    PublicationId,
    PublicationState,
    Status,
)
from bot.store.comments import Comments
from bot.store.cursors import Cursors
from bot.store.database import Database
from bot.store.member_comments import MemberComments
from bot.store.placements import Placements
from bot.store.publications import Publications
from bot.store.sending import Sending
from bot.store.servers import Servers

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.5
"""How often to look whether another program, such as `oped post`, asked for something."""


class Poster:
    """Brings publications from what they show to what they should show.

    `posted` is told of each message that was created, `opened` of each thread in which comments are written from
    now on, and perhaps were before.
    """

    def __init__(
        self,
        database: Database,
        wire: Wire,
        *,
        posted: Callable[[Posted], None],
        opened: Callable[[ChannelId], None],
    ) -> None:
        self._database = database
        self._wire = wire
        self._creation = Creation(database, wire, posted, opened)
        self._workers = Workers("posting", "publication", look=self._look, step=self._step)
        self._asked = 0
        self._looked_at: tuple[int, int] | None = None

    def wake(self) -> None:
        """Say that there may be something to do."""
        self._asked += 1
        self._workers.wake()

    async def run(self) -> None:
        """Work until cancelled."""
        await self._workers.run(POLL_SECONDS)

    async def _look(self) -> list[PublicationId]:
        """What there is to do, if woken or if another program has changed the database."""
        state = self._asked, await self._database.data_version()
        if state == self._looked_at:
            return []
        found = await Publications(self._database).with_work()
        self._looked_at = state
        return found

    async def _step(self, identifier: PublicationId) -> bool:
        """Do the next thing for a publication, or leave it to a moderator; False when nothing is left."""
        try:
            going = await self._go_on(identifier)
        except Exception as error:  # what cannot be sorted is raised again
            failure = sort_failure(error, Kind.PERMANENT)
            if failure is None:
                raise
            await self._stop(identifier, failure.sentence)
            going = False
        if not going:
            self.wake()  # whoever asked for something meanwhile may have entered it just before
        return going

    async def _stop(self, identifier: PublicationId, obstacle: str) -> None:
        """Leave a publication to a moderator; one that is being retired ends as it is."""
        going = (PublicationState.POSTING, PublicationState.LIVE)
        async with self._database.transaction() as tx:
            publications = Publications(tx)
            await publications.set_state(tx, identifier, PublicationState.FAILED, among=going, error=obstacle)
            await publications.set_state(
                tx, identifier, PublicationState.RETIRED, among=(PublicationState.RETIRING,)
            )
        log.warning("publication_stopped", publication=identifier, reason=obstacle)

    async def _go_on(self, identifier: PublicationId) -> bool:
        publication = await Publications(self._database).by_id(identifier)
        if publication is None or publication.state in {PublicationState.FAILED, PublicationState.RETIRED}:
            return False
        # For the rest of this worker's task: also its sentences for a moderator stand in the server.
        speak(await Servers(self._database).language(publication.guild_id))
        placement = await Placements(self._database).next_to_do(identifier)
        try:
            if placement is None:
                return await self._settle(publication)
            async with in_language_of(self._database, publication.guild_id):
                await self._carry_out(publication, placement)
        except discord.HTTPException as error:
            if crowded := sort_failure(error, Kind.CROWDED):
                if not await self._wire.archive_idlest(publication.guild_id):
                    raise PublicationStopped(crowded.sentence) from error
            elif placement is None or not await self._reject(placement, error):
                raise
        return True

    async def _carry_out(self, publication: Publication, placement: Placement) -> None:
        if placement.message_id is None:
            if not await self._links_changed(publication, placement):
                await self._creation.create(publication, placement)
        elif placement.wanted is None:
            await self._delete(placement, placement.message_id)
        else:
            await self._edit(placement, placement.message_id, placement.wanted)

    async def _links_changed(self, publication: Publication, placement: Placement) -> bool:
        """Before a section or the closing is sent: see that what stands by now can be jumped to."""
        if placement.kind not in {PlacementKind.SECTION, PlacementKind.CLOSING}:
            return False
        async with self._database.transaction() as tx:
            return await plan.link(tx, publication, contents=placement.kind is PlacementKind.CLOSING)

    async def _reject(self, placement: Placement, error: discord.HTTPException) -> bool:
        """Take out what a member wrote, we show and Discord refuses for its words; False for anything else.

        Nobody may stop a publication by what they write.
        """
        if error.code not in TEXT_REFUSED or placement.comment_id is None:
            return False
        async with self._database.transaction() as tx:
            comment = await Comments(tx).by_id(placement.comment_id)
            if comment is None or comment.origin is not Origin.DISCORD:
                return False
            await MemberComments(tx).set_status(comment.id, Status.REJECTED, Actor.MODERATOR)
            await Placements(tx).unwant(tx, [each.id for each in await Placements(tx).of_comment(comment.id)])
        log.info("comment_rejected", comment=placement.comment_id, code=error.code)
        return True

    async def _edit(self, placement: Placement, message: MessageId, wanted: Payload) -> None:
        channel = _channel(placement)
        try:
            await self._wire.edit(channel, message, wanted, publication=placement.publication_id)
        except discord.HTTPException as error:
            if sort_failure(error, Kind.ARCHIVED):
                await self._wire.unarchive(channel)
                return
            if sort_failure(error, Kind.MISSING):
                async with self._database.transaction() as tx:
                    await Placements(tx).lose(tx, [message])
                return
            raise
        async with self._database.transaction() as tx:
            await Sending(tx).show(placement.id, wanted)

    async def _delete(self, placement: Placement, message: MessageId) -> None:
        await self._wire.delete(_channel(placement), message)
        async with self._database.transaction() as tx:
            await Sending(tx).forget(placement.id)

    async def _settle(self, publication: Publication) -> bool:
        """All messages are right: finish what is about the publication as a whole. Whether work remains."""
        if publication.state is PublicationState.RETIRING:
            await self._close(publication)
            return False
        if publication.state is not PublicationState.POSTING:
            return False
        # The sections' messages are known by now, so that the contents can jump to them.
        changes = await plan.bring_up_to_date(self._database, publication)
        if (
            changes != plan.Changes()
            or await Placements(self._database).next_to_do(publication.id) is not None
        ):
            return True  # whoever asked for something meanwhile may have entered it just before us
        if publication.thread_id is None:
            await self._creation.start_thread(publication)
            return True
        async with self._database.transaction() as tx:
            if await Placements(tx).next_to_do(publication.id) is None:
                await Publications(tx).set_state(
                    tx, publication.id, PublicationState.LIVE, among=(PublicationState.POSTING,)
                )
        return True

    async def _close(self, publication: Publication) -> None:
        rooms = await Cursors(self._database).rooms_of([publication.id])
        if publication.thread_id is not None:
            rooms.add(publication.thread_id)
        for thread in sorted(rooms):
            try:
                await self._wire.lock(thread)
            except (discord.HTTPException, PublicationStopped) as error:
                if sort_failure(error, Kind.PASSING, Kind.UNCERTAIN, Kind.CROWDED):
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
