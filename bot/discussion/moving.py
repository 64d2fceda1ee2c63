"""Moving a comment with its replies elsewhere in the same discussion.

Messages in Discord cannot change what they refer to: it is the stored tree that moves, and what is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import NotFoundError, RefusedError
from bot.language import gettext as _
from bot.model import Comment, CommentId, MessageId, Origin, SectionId, Status
from bot.store.articles import Articles
from bot.store.comments import Comments
from bot.store.database import Transaction
from bot.store.member_comments import MemberComments


@dataclass(frozen=True, slots=True)
class Target:
    """Where a moderator wants a comment: below another, on a section (by number), or with neither at the top."""

    parent_id: CommentId | None = None
    parent_message: MessageId | None = None
    section: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a comment stands: below a parent or at the top, and which section it is about."""

    parent: CommentId | None
    section: SectionId | None


async def find(tx: Transaction, comment: Comment, target: Target) -> Place:
    """The place that is meant. Raises `NotFoundError` where this discussion has none such."""
    if target.section is not None:
        article = await Articles(tx).by_id(comment.article_id)
        for section in article.sections if article else ():
            if section.number == target.section:
                return Place(None, section.id)
        raise NotFoundError(_("This article has no such section."))
    comments = Comments(tx)
    if target.parent_message is not None:
        parent = await comments.by_message(target.parent_message)
    elif target.parent_id is not None:
        parent = await comments.by_id(target.parent_id)
    else:
        return Place(None, None)
    known = {None, comment.publication_id}
    if parent is None or parent.article_id != comment.article_id or parent.publication_id not in known:
        raise NotFoundError(_("There is no such comment in this discussion."))
    if parent.status is not Status.VISIBLE:
        raise RefusedError(_("The comment to move it under is not visible."))
    return Place(parent.id, await comments.section_of(parent.id))


async def move(tx: Transaction, identifier: CommentId, to: Place) -> dict[str, int | None]:
    """Move a comment; from where to where, for the trail.

    Raises `RefusedError` for an imported one, one that is deleted or there already, and for a circle.
    """
    comments = Comments(tx)
    comment = await comments.by_id(identifier)
    if comment is None or comment.status is Status.DELETED:
        raise RefusedError(_("This comment has been deleted."))
    if comment.origin is Origin.IMPORTED:
        raise RefusedError(
            _("An imported comment stands where its source has it: another import would move it back.")
        )
    before = await _place(tx, comment)
    if before == to:
        raise RefusedError(_("This comment stands there already."))
    if to.parent is not None:
        above = {to.parent, *(each.id for each in await comments.ancestors(to.parent))}
        if identifier in above:
            raise RefusedError(_("A comment cannot be moved under itself or under one of its own replies."))
    await MemberComments(tx).move(identifier, to.parent, to.section)
    return _noted("from", before) | _noted("to", to)


async def move_back(
    tx: Transaction, identifier: CommentId, moved: Mapping[str, str | int | None]
) -> dict[str, int | None]:
    """Undo a move as the trail tells of it. Raises `RefusedError` where the comment has been moved since."""
    comment = await Comments(tx).by_id(identifier)
    if comment is not None and await _place(tx, comment) != _read("to", moved):
        raise RefusedError(_("This comment has been moved since."))
    return await move(tx, identifier, _read("from", moved))


async def _place(tx: Transaction, comment: Comment) -> Place:
    return Place(comment.parent_id, await Comments(tx).section_of(comment.id))


def _noted(end: str, place: Place) -> dict[str, int | None]:
    return {f"{end}_parent": place.parent, f"{end}_section": place.section}


def _read(end: str, details: Mapping[str, str | int | None]) -> Place:
    parent, section = details[f"{end}_parent"], details[f"{end}_section"]
    return Place(
        None if parent is None else CommentId(int(parent)),
        None if section is None else SectionId(int(section)),
    )
