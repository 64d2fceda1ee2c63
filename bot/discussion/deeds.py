"""What a moderator does to one comment, as the trail tells it: a status changed, and what that can be undone to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.discussion import showing
from bot.discussion.access import Viewer
from bot.discussion.rulings import PUT_BACK
from bot.errors import RefusedError
from bot.language import gettext as _
from bot.model import (
    Action,
    Actor,
    ChannelId,
    Comment,
    Entry,
    EntryId,
    MessageId,
    NewEntry,
    Origin,
    Publication,
    Status,
)
from bot.store.comments import Comments
from bot.store.database import Transaction
from bot.store.held_comments import HeldComments
from bot.store.trail import Trail

_BECAME = {
    Action.COMMENT_HIDDEN: Status.HIDDEN,
    Action.COMMENT_RESTORED: Status.VISIBLE,
    Action.COMMENT_APPROVED: Status.VISIBLE,
    Action.COMMENT_REJECTED: Status.REJECTED,
    Action.COMMENT_PUT_BACK: Status.PENDING,
}
"""The status into which a deed brings a comment."""

WAS = {
    Action.COMMENT_HIDDEN: Status.VISIBLE,
    Action.COMMENT_RESTORED: Status.HIDDEN,
    Action.COMMENT_APPROVED: Status.PENDING,
    Action.COMMENT_REJECTED: Status.PENDING,
}
"""The status out of which such a deed brings a comment, where its entry does not tell another one."""

CAN_BE_UNDONE = frozenset(_BECAME) | {
    Action.COMMENT_MOVED,
    Action.COMMENT_PINNED,
    Action.COMMENT_UNPINNED,
}
"""Deeds with an undo. A deletion is not among them: nothing is left to bring back."""


@dataclass(frozen=True, slots=True)
class Case:
    """A comment before a moderator: with the publication in which they see it, and where it can be read there."""

    comment: Comment
    publication: Publication
    article_title: str
    channel_id: ChannelId | None
    message_id: MessageId | None


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done and its entry in the trail; `comment` is as it is now.

    In a discussion that is `over` nothing is posted any more, so that what was removed from it does not come back.
    """

    entry_id: EntryId
    action: Action
    comment: Comment
    over: bool = False


async def changed(
    tx: Transaction,
    viewer: Viewer,
    case: Case,
    status: Status,
    reason: str | None,
    *,
    undoing: Entry | None = None,
) -> Deed:
    """Change a comment's status and record it; wake the poster and the remover afterwards.

    Raises `RefusedError` where somebody was faster, or it is nothing that can be changed so.
    """
    now = await Comments(tx).by_id(case.comment.id)
    before = now.status if now else Status.DELETED
    _check_still(before, status, undoing)
    members = case.comment.origin is Origin.DISCORD
    by: Actor | None = Actor.MODERATOR
    if status is Status.PENDING:
        by = None if members else Actor.SOURCE  # as the gate leaves one, and as the source does
    elif status is Status.VISIBLE and members:
        by = None
    await showing.change_status(tx, case.comment.id, status, by, datetime.now(UTC))
    if status is Status.PENDING:
        await HeldComments(tx).add(tx, case.comment.id, case.publication.guild_id, PUT_BACK)
    details: dict[str, str | int | None] = {"was": before}
    if undoing is not None:
        details["undoes"] = undoing.id
    return await recorded(tx, viewer, case, _action(before, status), reason, details)


def _check_still(before: Status, status: Status, undoing: Entry | None) -> None:
    """Raise `RefusedError` where a comment cannot be brought from one status into the other."""
    if before is Status.DELETED:
        raise RefusedError(_("This comment has been deleted."))
    if before is status:
        raise RefusedError(
            {
                Status.VISIBLE: _("This comment is visible already."),
                Status.HIDDEN: _("This comment is hidden already."),
                Status.PENDING: _("This comment waits for a moderator already."),
                Status.REJECTED: _("This comment is rejected already."),
            }[before]
        )
    if undoing is not None:
        if before is not _BECAME[undoing.action]:
            raise RefusedError(_("Something else was decided about this comment since."))
    elif status is Status.HIDDEN and before is not Status.VISIBLE:
        unseen = _("Members do not see this comment: it waits for a moderator.")
        if before is Status.REJECTED:
            unseen = _("Members do not see this comment: it was rejected.")
        raise RefusedError(unseen)


def _action(before: Status, status: Status) -> Action:
    """What it is called to bring a comment from one status into another."""
    if status is Status.VISIBLE:
        return Action.COMMENT_RESTORED if before is Status.HIDDEN else Action.COMMENT_APPROVED
    return {
        Status.HIDDEN: Action.COMMENT_HIDDEN,
        Status.PENDING: Action.COMMENT_PUT_BACK,
        Status.REJECTED: Action.COMMENT_REJECTED,
        Status.DELETED: Action.COMMENT_DELETED,
    }[status]


async def recorded(
    tx: Transaction,
    viewer: Viewer,
    case: Case,
    action: Action,
    reason: str | None,
    details: Mapping[str, str | int | None] | None = None,
) -> Deed:
    """Note a deed in the trail."""
    entry = await Trail(tx).record(
        NewEntry(
            case.publication.guild_id,
            datetime.now(UTC),
            action,
            actor_id=viewer.user_id,
            comment_id=case.comment.id,
            user_id=case.comment.user_id,
            publication_id=case.publication.id,
            reason=reason,
            details=details or {},
        )
    )
    comment = await Comments(tx).by_id(case.comment.id)
    return Deed(entry, action, comment or case.comment, case.publication.is_over)
