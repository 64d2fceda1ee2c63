"""Moderation: what moderators do to single comments, each deed with its entry in the trail and most with an undo.

Every rule is checked here, whoever calls: whose comment may be acted on, and whether it is still as it was.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.discussion import moving
from bot.discussion.access import Viewer, check_moderator, check_rank, moderates, scope_of
from bot.discussion.deeds import CAN_BE_UNDONE, WAS, Case, Deed, changed, recorded
from bot.discussion.moving import Target
from bot.discussion.ports import Pins
from bot.errors import NotFoundError, RefusedError
from bot.language import gettext as _
from bot.model import (
    Action,
    ChannelId,
    Comment,
    CommentId,
    Entry,
    EntryId,
    MessageId,
    Revision,
    Status,
)
from bot.store.articles import Articles
from bot.store.comments import Comments
from bot.store.database import Database, Reader, Transaction
from bot.store.placements import Placements
from bot.store.publications import Publications
from bot.store.servers import Servers
from bot.store.trail import Entries, Trail

OFFERED = 25
LOOKED_THROUGH = 500
"""Among how many of the newest comments autocomplete looks for what a moderator types."""


class Moderation:
    """The use cases of those who keep order. `wake` tells the poster and the remover that there is something to do."""

    def __init__(self, database: Database, pins: Pins, wake: Callable[[], None]) -> None:
        self._database = database
        self._pins = pins
        self._wake = wake

    async def case(
        self, viewer: Viewer, *, comment_id: CommentId | None = None, message_id: MessageId | None = None
    ) -> Case:
        """A comment by its id or by a message that shows or was it, hidden ones too.

        Raises `NotFoundError` for what the viewer may not see, `RefusedError` where they may not moderate it.
        """
        comments = Comments(self._database)
        if message_id is not None:
            comment = await comments.by_message(message_id)
        else:
            comment = None if comment_id is None else await comments.by_id(comment_id)
        if comment is None:
            raise NotFoundError(_("There is no such comment here."))
        return await _case(self._database, viewer, comment)

    async def offered(self, viewer: Viewer, words: str, statuses: frozenset[Status]) -> list[Comment]:
        """Recent comments in some statuses that the viewer may moderate, for autocomplete; nothing for others."""
        seen = await scope_of(self._database, viewer)
        chosen = (await Servers(self._database).get(viewer.guild_id)).moderator_roles
        by_role = not viewer.roles.isdisjoint(chosen)
        allowed = [each for each in seen.channels if by_role or viewer.can_moderate(each)]
        return await Comments(self._database).recent(
            replace(seen, channels=frozenset(allowed)),
            words,
            among=LOOKED_THROUGH,
            limit=OFFERED,
            statuses=statuses,
        )

    async def hide(self, viewer: Viewer, comment_id: CommentId, reason: str | None) -> Deed:
        """Keep a comment from everybody but moderators; its replies stay where they are."""
        return await self._change(viewer, comment_id, Status.HIDDEN, reason)

    async def restore(self, viewer: Viewer, comment_id: CommentId, reason: str | None) -> Deed:
        """Show a comment that is hidden, waits or was rejected, a removed message as one of the bot's own.

        It then stands under the member's name.
        """
        return await self._change(viewer, comment_id, Status.VISIBLE, reason)

    async def delete(self, viewer: Viewer, comment_id: CommentId, reason: str | None) -> Deed:
        """Erase a comment's text, history and attachments for good; its replies stay where they are."""
        return await self._change(viewer, comment_id, Status.DELETED, reason)

    async def history(self, viewer: Viewer, comment_id: CommentId) -> tuple[Case, list[Revision]]:
        """What a comment said before it was edited, oldest first."""
        case = await self.case(viewer, comment_id=comment_id)
        return case, await Comments(self._database).revisions(comment_id)

    async def move(self, viewer: Viewer, comment_id: CommentId, place: Target, reason: str | None) -> Deed:
        """Put a member's comment with its replies elsewhere in the same discussion.

        Messages in Discord keep what they refer to; it is the stored discussion that changes, and what is made of it.
        """
        case = await self._to_act_on(viewer, comment_id)
        async with self._database.transaction() as tx:
            moved = await moving.move(tx, case.comment.id, await moving.find(tx, case.comment, place))
            return await recorded(tx, viewer, case, Action.COMMENT_MOVED, reason, moved)

    async def pin(
        self, viewer: Viewer, comment_id: CommentId, reason: str | None, *, pinned: bool = True
    ) -> Deed:
        """Pin a comment's message in its thread, or unpin it. Raises `DeliveryError` where Discord refuses."""
        case = await self._to_act_on(viewer, comment_id)
        await self._set_pinned(case, pinned=pinned)
        action = Action.COMMENT_PINNED if pinned else Action.COMMENT_UNPINNED
        async with self._database.transaction() as tx:
            return await recorded(tx, viewer, case, action, reason)

    async def undo(self, viewer: Viewer, entry_id: EntryId) -> Deed:
        """Undo what an entry of the trail says, if that is still how things are.

        Raises `RefusedError` where it was undone or changed since, or cannot be undone.
        """
        entry = await Entries(self._database).by_id(entry_id)
        if entry is None or entry.guild_id != viewer.guild_id or entry.comment_id is None:
            raise NotFoundError(_("There is no such entry here."))
        if entry.action not in CAN_BE_UNDONE:
            raise RefusedError(_("This cannot be undone."))
        case = await self._to_act_on(viewer, entry.comment_id)
        if entry.action in {Action.COMMENT_PINNED, Action.COMMENT_UNPINNED} and entry.undone_by is None:
            await self._set_pinned(case, pinned=entry.action is Action.COMMENT_UNPINNED)
        async with self._database.transaction() as tx:
            deed = await self._undone(tx, viewer, case, entry)
            if not await Trail(tx).undo(entry.id, deed.entry_id):
                raise RefusedError(_("This has been undone already."))
        self._wake()
        return deed

    async def _undone(self, tx: Transaction, viewer: Viewer, case: Case, entry: Entry) -> Deed:
        undoes: dict[str, str | int | None] = {"undoes": entry.id}
        match entry.action:
            case Action.COMMENT_MOVED:
                moved = await moving.move_back(tx, case.comment.id, entry.details)
                return await recorded(tx, viewer, case, Action.COMMENT_MOVED, None, moved | undoes)
            case Action.COMMENT_PINNED:
                return await recorded(tx, viewer, case, Action.COMMENT_UNPINNED, None, undoes)
            case Action.COMMENT_UNPINNED:
                return await recorded(tx, viewer, case, Action.COMMENT_PINNED, None, undoes)
            case _:
                told = entry.details.get("was")
                was = Status(str(told)) if told else WAS[entry.action]
                return await changed(tx, viewer, case, was, None, undoing=entry)

    async def _change(
        self, viewer: Viewer, comment_id: CommentId, status: Status, reason: str | None
    ) -> Deed:
        case = await self._to_act_on(viewer, comment_id)
        async with self._database.transaction() as tx:
            deed = await changed(tx, viewer, case, status, reason)
        self._wake()
        return deed

    async def _to_act_on(self, viewer: Viewer, comment_id: CommentId) -> Case:
        case = await self.case(viewer, comment_id=comment_id)
        await check_rank(viewer, case.comment.user_id)
        return case

    async def _set_pinned(self, case: Case, *, pinned: bool) -> None:
        if case.comment.status is not Status.VISIBLE or case.channel_id is None or case.message_id is None:
            raise RefusedError(_("This comment has no message in Discord that could be pinned."))
        change: Callable[[ChannelId, MessageId], Awaitable[None]] = (
            self._pins.pin if pinned else self._pins.unpin
        )
        await change(case.channel_id, case.message_id)


async def _case(reader: Reader, viewer: Viewer, comment: Comment) -> Case:
    publications = await Publications(reader).of_article_in(comment.article_id, viewer.guild_id)
    seen = [each for each in publications if viewer.sees(each) and comment.publication_id in {None, each.id}]
    if not seen:
        raise NotFoundError(_("There is no such comment here."))
    allowed = [each for each in seen if await moderates(reader, viewer, each.channel_id)]
    if not allowed:
        await check_moderator(reader, viewer, seen[0].channel_id)
    publication = allowed[0]
    article = await Articles(reader).by_id(comment.article_id)
    channel, message = comment.channel_id, comment.message_id
    if message is None:
        placed = await Placements(reader).of_comments(publication.id, [comment.id])
        for each in placed[comment.id][:1]:
            channel, message = each.channel_id, None if each.gone else each.message_id
    return Case(comment, publication, article.title if article else "", channel, message)
