"""Claiming: members say which imported comments are theirs, and moderators decide whether that is so.

A claim is given in one server and decided there, but it links the comment wherever that is shown: servers that are
offered the same imported articles trust each other's moderators.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from bot.discussion.access import Viewer, check_moderator, where_seen
from bot.discussion.lookup import CommentView, Lookup
from bot.discussion.privacy import check_stored
from bot.discussion.sanctions import check_may_take_part
from bot.errors import NotFoundError, RefusedError
from bot.language import gettext as _
from bot.model import (
    Action,
    ClaimId,
    ClaimState,
    Comment,
    CommentId,
    MessageId,
    NewEntry,
    Origin,
    Status,
    UserId,
)
from bot.store.claims import Claim, Claims
from bot.store.database import Database, Transaction
from bot.store.trail import Trail

WAITING_LIMIT = 20
"""How many claims of one member may wait for moderators at a time."""

NEWEST = ClaimId(2**62)
"""Before this one come all claims."""

__all__ = ["NEWEST", "Claim", "ClaimShown", "Claiming", "Which"]

_DEEDS = {
    ClaimState.CONFIRMED: Action.CLAIM_CONFIRMED,
    ClaimState.REFUSED: Action.CLAIM_REFUSED,
    ClaimState.WAITING: Action.CLAIM_REOPENED,
}


class Which(NamedTuple):
    """What a member claims: a comment by its id, or by a message that shows it."""

    comment_id: CommentId | None = None
    message_id: MessageId | None = None


@dataclass(frozen=True, slots=True)
class ClaimShown:
    """A claim, the comment that it is about, and who else claims that."""

    claim: Claim
    view: CommentView
    rivals: tuple[UserId, ...]


class Claiming:
    """The use cases around claims."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lookup = Lookup(database)

    async def ask(self, viewer: Viewer, which: Which) -> None:
        """Enter a member's claim on a comment they can see, for the moderators of their server to decide.

        Raises `NotFoundError` where there is no such comment, `RefusedError` where it cannot be claimed, and for who is
        banned from the discussions or has opted out of them.
        """
        await check_stored(self._database, viewer.user_id)
        await check_may_take_part(self._database, viewer.guild_id, viewer.user_id, datetime.now(UTC))
        comment = await self._lookup.find(viewer, comment_id=which.comment_id, message_id=which.message_id)
        if comment.status is not Status.VISIBLE:
            raise NotFoundError(_("There is no such comment here."))
        if comment.origin is not Origin.IMPORTED:
            raise RefusedError(_("Only comments that came along with the article can be claimed."))
        async with self._database.transaction() as tx:
            claims = Claims(tx)
            _check_new(await claims.of_member(comment.id, viewer.user_id))
            if await claims.standing(comment.id) is not None:
                raise RefusedError(_("This comment is somebody's already: a moderator has confirmed it."))
            if await claims.number_waiting(viewer.user_id) >= WAITING_LIMIT:
                raise RefusedError(
                    _("Too many of your claims are waiting."),
                    remedy=_("Let the moderators decide on them first."),
                )
            await claims.add(tx, comment.id, viewer.user_id, viewer.guild_id, datetime.now(UTC))
            await _record(tx, viewer, Action.COMMENT_CLAIMED, comment, viewer.user_id)

    async def next_waiting(self, viewer: Viewer, after: ClaimId) -> ClaimShown | None:
        """The next claim that waits for a decision of this server's moderators. Raises `RefusedError` for others."""
        await check_moderator(self._database, viewer)
        while (claim := await Claims(self._database).next_waiting(viewer.guild_id, after)) is not None:
            if (shown := await self._shown(viewer, claim)) is not None:
                return shown
            after = claim.id
        return None

    async def next_decided(self, viewer: Viewer, before: ClaimId) -> ClaimShown | None:
        """The next older claim that this server's moderators decided on. Raises `RefusedError` for others."""
        await check_moderator(self._database, viewer)
        while (claim := await Claims(self._database).next_decided(viewer.guild_id, before)) is not None:
            if (shown := await self._shown(viewer, claim)) is not None:
                return shown
            before = claim.id
        return None

    async def decide(self, viewer: Viewer, identifier: ClaimId, state: ClaimState) -> Claim:
        """Confirm or refuse a claim that waits, or have one wait again that was decided on.

        Confirming one refuses the others that wait on the same comment. Raises `RefusedError` where somebody was
        faster, or where the comment is linked to somebody else by now.
        """
        await check_moderator(self._database, viewer)
        found = await Claims(self._database).by_id(identifier)
        shown = (
            None if found is None or found.guild_id != viewer.guild_id else await self._shown(viewer, found)
        )
        if shown is None:
            raise NotFoundError(_("There is no such claim any more."))
        async with self._database.transaction() as tx:
            claim = await Claims(tx).by_id(identifier)
            if claim is None:
                raise NotFoundError(_("There is no such claim any more."))
            if (claim.state is ClaimState.WAITING) == (state is ClaimState.WAITING):
                raise RefusedError(_("Somebody else has decided this in the meantime."))
            if state is ClaimState.CONFIRMED:
                await self._make_room(tx, claim)
            await Claims(tx).decide(tx, identifier, state)
            await _record(tx, viewer, _DEEDS[state], shown.view.comment, claim.user_id)
        return claim

    async def _make_room(self, tx: Transaction, claim: Claim) -> None:
        if await Claims(tx).standing(claim.comment_id) is not None:
            raise RefusedError(
                _("This comment is linked to somebody else."), remedy=_("Take that decision back first.")
            )
        await Claims(tx).refuse_rivals(tx, claim)

    async def _shown(self, viewer: Viewer, claim: Claim) -> ClaimShown | None:
        """A claim with its comment, None where the moderator cannot see that."""
        try:
            view = await self._lookup.comment(viewer, comment_id=claim.comment_id)
        except NotFoundError:
            return None
        return ClaimShown(claim, view, tuple(await Claims(self._database).rivals(claim)))


async def _record(tx: Transaction, viewer: Viewer, action: Action, comment: Comment, member: UserId) -> None:
    """Enter a deed where those read of it who can read the article."""
    seen = await where_seen(tx, viewer, comment)
    now = datetime.now(UTC)
    await Trail(tx).record(
        NewEntry(viewer.guild_id, now, action, viewer.user_id, comment.id, member, publication_id=seen)
    )


def _check_new(mine: Claim | None) -> None:
    """Raise `RefusedError` for a second claim on the same comment, and say what became of the first."""
    match mine and mine.state:
        case ClaimState.WAITING:
            raise RefusedError(_("You have claimed this comment already: a moderator will decide."))
        case ClaimState.CONFIRMED:
            raise RefusedError(_("This comment is linked to you already."))
        case ClaimState.REFUSED:
            raise RefusedError(_("The moderators did not confirm that this comment is yours."))
        case _:
            pass
