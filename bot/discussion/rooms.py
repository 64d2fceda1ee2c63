"""*Discuss*: the thread on a section's message, made only when somebody asks for it.

Discord limits the making of threads hard, and most sections never get one.
"""

from __future__ import annotations

from bot.discussion import layout
from bot.discussion.access import Viewer, message_link
from bot.discussion.ports import Threads
from bot.errors import NotFoundError, RefusedError
from bot.language import gettext as _
from bot.model import ChannelId, MessageId, PlacementKind, PublicationId
from bot.store.articles import Articles
from bot.store.database import Database
from bot.store.discussions import Discussions
from bot.store.placements import Placements
from bot.store.publications import Publications


class Rooms:
    """The threads in which sections are discussed; each bears the id of the message it stands on."""

    def __init__(self, database: Database, threads: Threads) -> None:
        self._database = database
        self._threads = threads

    async def discuss(
        self, viewer: Viewer, publication_id: PublicationId, message_id: MessageId, *, may_write: bool
    ) -> str:
        """The address of the thread on a section's message, which is made if there is none yet.

        `may_write` says whether the viewer could write in it: nobody else opens one. Raises `NotFoundError` for
        what the viewer may not see, `RefusedError` where no thread may be opened, `DeliveryError` where Discord
        opens none.
        """
        publication = await Publications(self._database).by_id(publication_id)
        placement = await Placements(self._database).by_message(message_id)
        if publication is None or not viewer.sees(publication):
            raise NotFoundError(_("There is no such discussion here."))
        if (
            placement is None
            or placement.publication_id != publication.id
            or placement.kind is not PlacementKind.SECTION
        ):
            raise NotFoundError(_("This section is no longer part of the article."))
        thread = ChannelId(message_id)
        if not await self._threads.is_open(publication.guild_id, thread):
            if publication.is_over:
                raise RefusedError(_("This discussion is closed."))
            discussion = await Discussions(self._database).get(publication.id)
            if discussion.read_only:
                raise RefusedError(
                    _(
                        "This discussion is read-only at the moment, and nobody has opened it for this section."
                    )
                )
            if not may_write:
                raise RefusedError(_("You may not write here, and nobody has opened this discussion yet."))
            article = await Articles(self._database).by_id(publication.article_id)
            if article is None:
                raise LookupError(f"publication {publication.id} has no article")
            name = layout.section_thread_name(article, placement.section_id)
            await self._threads.open(
                publication.guild_id,
                publication.channel_id,
                message_id,
                name,
                slowmode=discussion.slowmode or 0,
            )
        return message_link(publication.guild_id, thread)
