"""What Discord shows of a comment in each status, stated in the same transaction as the status itself.

An imported comment that is not visible leaves a line where it stood; what a member wrote leaves nothing but, for what
we posted and moderators only hid, such a line. A member's own message that was removed comes back as one of ours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from bot.discussion import layout
from bot.discussion.servers import in_language_of
from bot.model import (
    Actor,
    Comment,
    CommentId,
    Origin,
    Part,
    Placement,
    PublicationId,
    Status,
)
from bot.store.comments import Comments
from bot.store.database import Transaction
from bot.store.member_comments import MemberComments
from bot.store.placements import Placements
from bot.store.publications import Publications
from bot.store.removals import Removals

_LEAVING_NOTHING = {Status.DELETED, Status.PENDING, Status.REJECTED}


async def change_status(
    tx: Transaction, identifier: CommentId, status: Status, by: Actor | None, now: datetime
) -> bool:
    """Bring a comment into a status, and Discord to what that shows; wake the poster and the remover afterwards.

    Deleting erases text, history and attachments for good. False if it is in that status already, or deleted.
    """
    if status is Status.DELETED:
        changed = await MemberComments(tx).tombstone([identifier], by) > 0
    else:
        changed = await MemberComments(tx).set_status(identifier, status, by)
    if changed:
        await restate(tx, identifier, now)
    return changed


async def restate(tx: Transaction, identifier: CommentId, now: datetime) -> None:
    """State what the messages of a comment should show now, everywhere it stands."""
    comment = await Comments(tx).by_id(identifier)
    if comment is None:
        raise LookupError(f"there is no comment {identifier}")
    if comment.origin is Origin.DISCORD and not comment.by_form:
        if comment.status is not Status.VISIBLE:
            await Removals(tx).request(tx, [identifier], now)
        elif await Removals(tx).take_back(tx, identifier):
            return  # it stands where its author wrote it
    standing: defaultdict[PublicationId, list[Placement]] = defaultdict(list)
    for each in await Placements(tx).of_comment(identifier):
        standing[each.publication_id].append(each)
    if comment.publication_id is not None:
        standing[comment.publication_id] += []
    for publication, placements in standing.items():
        await _restate_in(tx, publication, comment, placements, now)


async def _restate_in(
    tx: Transaction,
    identifier: PublicationId,
    comment: Comment,
    standing: Sequence[Placement],
    now: datetime,
) -> None:
    placements = Placements(tx)
    publication = await Publications(tx).by_id(identifier)
    if publication is None or publication.is_over:
        await _take_down(tx, comment, standing, now)
        return
    if comment.status is Status.VISIBLE:
        await placements.revive(tx, identifier, comment.id)
    async with in_language_of(tx, publication.guild_id):
        parts = _parts(comment, standing)
    await placements.unwant(tx, [each.id for each in standing if each.part >= len(parts)])
    await placements.want(tx, identifier, parts)


def _parts(comment: Comment, standing: Sequence[Placement]) -> list[Part]:
    there = any(each.nonce is not None for each in standing)
    if comment.status in _LEAVING_NOTHING and comment.origin is Origin.DISCORD:
        return []
    if comment.status is not Status.VISIBLE and not there:
        return []
    ordinal = standing[0].ordinal if standing else layout.FIRST_ENTERED_ORDINAL + comment.id
    return layout.comment(comment, ordinal)


async def _take_down(tx: Transaction, comment: Comment, standing: Sequence[Placement], now: datetime) -> None:
    """An ended publication is edited no more: what may not be seen is removed from it, and nothing comes back."""
    if comment.status is Status.VISIBLE:
        return
    for each in standing:
        if each.message_id is not None and each.channel_id is not None and not each.gone:
            await Removals(tx).request_message(tx, each.channel_id, each.message_id, now)
    await Placements(tx).unwant(tx, [each.id for each in standing])
