"""Following: members ask to hear of what is new in an article, a section or below a comment.

They hear of it when they ask, and otherwise only in the way that they have chosen. What they may not see at that
moment is no news to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.discussion.access import Viewer, message_link, scope_of
from bot.discussion.digest import Digest
from bot.discussion.privacy import check_stored
from bot.discussion.subjects import Subject, Subjects
from bot.errors import NotFoundError, RefusedError
from bot.language import Language
from bot.language import gettext as _
from bot.model import GuildId, Status, Target, UserId
from bot.store.articles import Articles
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.digests import Digests
from bot.store.follows import Follows
from bot.store.jumps import Jumps

MOST = 100
"""How much one member may follow in a server."""

_NEVER_SEEN = {Status.PENDING, Status.REJECTED}


@dataclass(frozen=True, slots=True)
class Followings:
    """What a member follows: what they can still see of it, and how much they cannot."""

    subjects: tuple[Subject, ...]
    unseen: int


class Following:
    """The use cases around following."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._subjects = Subjects(database)

    async def follow(self, viewer: Viewer, target: Target) -> Subject:
        """Follow something from now on; done twice it is once. What it is.

        Raises `NotFoundError` for what the viewer may not see, `RefusedError` for more than `MOST`.
        """
        subject = await self._subjects.of(viewer, target)
        if subject.comment is not None and subject.comment.status in _NEVER_SEEN:
            raise NotFoundError(_("There is no such comment here."))
        async with self._database.transaction() as tx:
            await check_stored(tx, viewer.user_id)
            follows = Follows(tx)
            if len(await follows.of(viewer.user_id, viewer.guild_id)) >= MOST:
                raise RefusedError(
                    _("You follow as much as one can here."), remedy=_("Stop something with /follow stop.")
                )
            await follows.add(tx, viewer.user_id, viewer.guild_id, subject.article.id, target)
        return subject

    async def stop(self, viewer: Viewer, target: Target | None) -> int:
        """Follow something no longer, or with None nothing in this server; how much that was.

        It need not be there any more, nor be seen.
        """
        async with self._database.transaction() as tx:
            if target is None:
                return await Follows(tx).remove_all(tx, viewer.user_id, viewer.guild_id)
            return int(await Follows(tx).remove(tx, viewer.user_id, viewer.guild_id, target))

    async def is_following(self, viewer: Viewer, target: Target) -> bool:
        """Whether the viewer follows this."""
        return await Follows(self._database).has(viewer.user_id, viewer.guild_id, target)

    async def followings(self, viewer: Viewer) -> Followings:
        """What the viewer follows in this server."""
        subjects, unseen = [], 0
        for each in await Follows(self._database).of(viewer.user_id, viewer.guild_id):
            try:
                subjects.append(await self._subjects.of(viewer, each.target))
            except NotFoundError:
                unseen += 1
        return Followings(tuple(subjects), unseen)

    async def news(self, viewer: Viewer) -> Digest:
        """What is new to the viewer of what they follow; they count as told of it."""
        digest = await self.unread(viewer)
        await self.tell(viewer, digest)
        return digest

    async def tell(self, viewer: Viewer, digest: Digest) -> None:
        """Note that the viewer was told."""
        async with self._database.transaction() as tx:
            await Follows(tx).tell(tx, viewer.user_id, viewer.guild_id, digest.until)

    async def unread(self, viewer: Viewer) -> Digest:
        """What is new to the viewer of what they follow."""
        follows = Follows(self._database)
        until = await follows.newest()
        scope = await scope_of(self._database, viewer)
        found = await follows.news(viewer.user_id, scope)
        place = {identifier: number for number, identifier in enumerate(found)}
        comments = await Comments(self._database).by_ids(found)
        comments.sort(key=lambda comment: place[comment.id])
        titles = await Articles(self._database).titles({each.article_id for each in comments})
        messages = await Jumps(self._database, scope).to_comments(found)
        links = {each: message_link(scope.guild_id, *message) for each, message in messages.items()}
        return Digest(comments, titles, links, until)

    async def order_digest(self, viewer: Viewer, hours: int | None, language: Language) -> None:
        """Send the viewer what is new by direct message every so many hours, or with None no more."""
        async with self._database.transaction() as tx:
            if hours is None:
                await Digests(tx).cancel(tx, viewer.user_id, viewer.guild_id)
                return
            await check_stored(tx, viewer.user_id)
            await Digests(tx).order(
                tx, viewer.user_id, viewer.guild_id, hours=hours, language=language, now=datetime.now(UTC)
            )

    async def cancel_digest(self, user: UserId, guild: GuildId) -> None:
        """Send somebody no more digests of a server, whether or not they are still there."""
        async with self._database.transaction() as tx:
            await Digests(tx).cancel(tx, user, guild)
