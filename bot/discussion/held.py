"""The queue of comments that wait for a moderator, and what moderators decide about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.discussion import showing
from bot.discussion.access import Viewer, check_moderator, moderates, scope_of
from bot.errors import NotFoundError, RefusedError
from bot.language import gettext as _
from bot.model import (
    Action,
    Actor,
    Comment,
    CommentId,
    EntryId,
    NewEntry,
    Publication,
    Status,
)
from bot.store.comments import Comments
from bot.store.database import Database, Transaction
from bot.store.held_comments import HeldComment, HeldComments
from bot.store.publications import Publications
from bot.store.scope import Scope
from bot.store.trail import Trail

COUNTED = 100
"""How far the queue is counted: nobody needs to know more exactly, and it opens as fast however long it is."""


@dataclass(frozen=True, slots=True)
class Case:
    """A waiting comment with what a moderator needs to decide; `waiting` counts the queue, up to `COUNTED`."""

    comment: Comment
    parent: Comment | None
    publication: Publication
    reason: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Approved:
    """An approval: its entry in the trail, and whether the comment is posted: not in a discussion that is over."""

    entry_id: EntryId
    posted: bool


class Queue:
    """What moderators do about waiting comments. `wake` tells those who post and remove that there is work."""

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        self._database = database
        self._wake = wake

    async def case(self, viewer: Viewer, after: CommentId) -> Case | None:
        """The oldest waiting comment behind another (0: of all), and after the last the first again; None without any.

        Only discussions count that the viewer may moderate; raises `RefusedError` where there is none such.
        """
        scope = await self._moderated(viewer)
        held = HeldComments(self._database)
        found = await held.next_after(scope, after)
        if found is None and after:
            found = await held.next_after(scope, CommentId(0))
        if found is None:
            return None
        waiting = await held.number(scope, at_most=COUNTED)
        return await self._told(found, waiting)

    async def approve(self, viewer: Viewer, comment_id: CommentId) -> Approved:
        """Show a waiting comment in its place, under its author's name.

        Raises `RefusedError` for those who may not moderate there, and where somebody else was faster.
        """
        async with self._database.transaction() as tx:
            comment = await self._waiting(tx, viewer, comment_id)
            await showing.change_status(tx, comment_id, Status.VISIBLE, Actor.MODERATOR, datetime.now(UTC))
            entry = await _record(tx, viewer, comment, Action.COMMENT_APPROVED)
            publication = await self._publication(tx, viewer, comment)
        self._wake()
        return Approved(entry, not publication.is_over)

    async def reject(self, viewer: Viewer, comment_id: CommentId, reason: str) -> EntryId:
        """Never show a waiting comment; its author learns the reason. The entry in the trail, which can be undone.

        Raises what `approve` does.
        """
        async with self._database.transaction() as tx:
            comment = await self._waiting(tx, viewer, comment_id)
            await showing.change_status(tx, comment_id, Status.REJECTED, Actor.MODERATOR, datetime.now(UTC))
            return await _record(tx, viewer, comment, Action.COMMENT_REJECTED, reason)

    async def ask(self, viewer: Viewer, comment_id: CommentId, note: str) -> None:
        """Set a waiting comment aside until its author has changed it as the note asks. Raises what `approve` does."""
        if not note.strip():
            raise RefusedError(_("Say what the author should change."))
        async with self._database.transaction() as tx:
            comment = await self._waiting(tx, viewer, comment_id)
            if not await HeldComments(tx).ask(tx, comment_id, note.strip()):
                raise _too_late()
            await _record(tx, viewer, comment, Action.CHANGE_ASKED, note.strip())

    async def check(self, viewer: Viewer, comment_id: CommentId) -> None:
        """Raise what `approve` would: before somebody is asked for words that would be in vain."""
        async with self._database.transaction() as tx:
            await self._waiting(tx, viewer, comment_id)

    async def _waiting(self, tx: Transaction, viewer: Viewer, comment_id: CommentId) -> Comment:
        comment = await Comments(tx).by_id(comment_id)
        publication = await self._publication(tx, viewer, comment)
        if comment is None:
            raise LookupError("a publication without its comment")
        await check_moderator(tx, viewer, publication.channel_id)
        if comment.status is Status.DELETED:
            raise RefusedError(_("This comment was withdrawn in the meantime."))
        held = await HeldComments(tx).get(comment_id)
        if held is None or held.note is not None:
            raise _too_late()
        return comment

    async def _publication(self, tx: Transaction, viewer: Viewer, comment: Comment | None) -> Publication:
        publication = None
        if comment is not None and comment.publication_id is not None:
            publication = await Publications(tx).by_id(comment.publication_id)
        if publication is None or not viewer.sees(publication):
            raise NotFoundError(_("There is no such comment here."))
        return publication

    async def _moderated(self, viewer: Viewer) -> Scope:
        scope = await scope_of(self._database, viewer)
        moderated = [each for each in scope.channels if await moderates(self._database, viewer, each)]
        if not moderated:
            await check_moderator(self._database, viewer)
        return replace(scope, channels=frozenset(moderated))

    async def _told(self, held: HeldComment, waiting: int) -> Case | None:
        comments = Comments(self._database)
        comment = await comments.by_id(held.comment_id)
        publication = await Publications(self._database).by_id(held.publication_id)
        if comment is None or publication is None:
            return None  # gone between two looks
        parent = await comments.by_id(comment.parent_id) if comment.parent_id is not None else None
        return Case(comment, parent, publication, held.reason, waiting)


def _too_late() -> RefusedError:
    return RefusedError(_("Somebody else has decided about this comment already."))


async def _record(
    tx: Transaction, viewer: Viewer, comment: Comment, action: Action, reason: str | None = None
) -> EntryId:
    entry = NewEntry(
        viewer.guild_id,
        datetime.now(UTC),
        action,
        actor_id=viewer.user_id,
        comment_id=comment.id,
        user_id=comment.user_id,
        publication_id=comment.publication_id,
        reason=reason or None,
    )
    return await Trail(tx).record(entry)
