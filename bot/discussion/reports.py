"""Reports: members point moderators to a comment, and moderators close the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.discussion.access import Viewer, check_moderator, where_seen
from bot.discussion.lookup import CommentView, Lookup
from bot.discussion.privacy import check_stored
from bot.discussion.sanctions import check_may_take_part
from bot.errors import NotFoundError, RefusedError
from bot.language import gettext as _
from bot.model import Action, CaseId, Comment, CommentId, MessageId, NewEntry, Status
from bot.store.database import Database
from bot.store.reports import Case, Reports
from bot.store.trail import Trail

__all__ = ["Case", "CaseView", "Reporting"]

REASON_LIMIT = 500


@dataclass(frozen=True, slots=True)
class CaseView:
    """An open case with its comment."""

    case: Case
    comment: CommentView


class Reporting:
    """What members report, and what becomes of it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lookup = Lookup(database)

    async def reportable(
        self, viewer: Viewer, *, message_id: MessageId | None = None, comment_id: CommentId | None = None
    ) -> Comment:
        """A comment that the viewer may report.

        Raises `NotFoundError` for what is no comment that they see, `RefusedError` where nothing is to be reported
        and for who is banned from the discussions or has opted out of them.
        """
        comment = await self._lookup.find(viewer, message_id=message_id, comment_id=comment_id)
        if comment.status is not Status.VISIBLE:
            raise RefusedError(_("This comment is not visible any more."))
        if comment.user_id == viewer.user_id:
            raise RefusedError(_("This is your own comment."))
        await check_stored(self._database, viewer.user_id)
        await check_may_take_part(self._database, viewer.guild_id, viewer.user_id, datetime.now(UTC))
        return comment

    async def report(self, viewer: Viewer, comment_id: CommentId, *, reason: str) -> None:
        """Report a comment; a second report by the same person takes the place of the first.

        Raises what `reportable` raises, and `RefusedError` without a reason.
        """
        if not reason.strip():
            raise RefusedError(_("The reason is empty."), remedy=_("Say in a few words what is wrong."))
        comment = await self.reportable(viewer, comment_id=comment_id)
        now = datetime.now(UTC)
        async with self._database.transaction() as tx:
            opened = await Reports(tx).add(
                tx, viewer.guild_id, comment.id, viewer.user_id, reason.strip()[:REASON_LIMIT], now
            )
            if opened:  # once a case: a flood of reports must not become a flood in the log
                entry = NewEntry(
                    viewer.guild_id,
                    now,
                    Action.COMMENT_REPORTED,
                    comment_id=comment.id,
                    user_id=comment.user_id,
                    publication_id=await where_seen(tx, viewer, comment),
                )
                await Trail(tx).record(entry)

    async def next_case(self, viewer: Viewer, *, after: CaseId | None = None) -> CaseView | None:
        """The oldest open case behind `after` that the viewer may see, None behind the last.

        Raises `RefusedError` for who is no moderator of the server.
        """
        await check_moderator(self._database, viewer)
        reports, place = Reports(self._database), after or CaseId(0)
        while (case := await reports.next_open(viewer.guild_id, place)) is not None:
            place = case.id
            try:
                comment = await self._lookup.comment(viewer, comment_id=case.comment_id)
            except NotFoundError:
                continue  # it stands in a channel that this moderator cannot read
            return CaseView(case, comment)
        return None

    async def close(self, viewer: Viewer, case_id: CaseId) -> None:
        """Close a case without doing anything about its comment.

        Raises `RefusedError` for who is no moderator, and where another one was faster, `NotFoundError` where the
        viewer may not see the comment.
        """
        await check_moderator(self._database, viewer)
        case = await Reports(self._database).open_case(case_id, viewer.guild_id)
        if case is None:
            raise _closed()
        comment = await self._lookup.find(viewer, comment_id=case.comment_id)
        now = datetime.now(UTC)
        async with self._database.transaction() as tx:
            if not await Reports(tx).close(tx, case_id, now):
                raise _closed()
            await Trail(tx).record(
                NewEntry(
                    viewer.guild_id,
                    now,
                    Action.REPORTS_CLOSED,
                    actor_id=viewer.user_id,
                    comment_id=case.comment_id,
                    user_id=comment.user_id,
                    publication_id=await where_seen(tx, viewer, comment),
                )
            )


def _closed() -> RefusedError:
    return RefusedError(_("Somebody has closed this case already."))
