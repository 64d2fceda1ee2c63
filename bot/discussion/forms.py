"""The form *Enter comments here:*: what it answers, what it stores, and what its author may change later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.discussion import gate, showing
from bot.discussion.access import Viewer, may_know_of, moderates
from bot.discussion.privacy import check_stored
from bot.discussion.rulings import Entry, Ruling
from bot.discussion.sanctions import check_may_comment
from bot.errors import NotFoundError, RefusedError
from bot.language import gettext as _
from bot.model import (
    Actor,
    ChannelId,
    Comment,
    CommentId,
    MessageId,
    Mode,
    Origin,
    Publication,
    PublicationId,
    SectionId,
    Status,
    UserId,
)
from bot.store.articles import Articles
from bot.store.comments import Comments
from bot.store.database import Database, Transaction
from bot.store.discussions import Discussions
from bot.store.held_comments import HeldComments
from bot.store.member_comments import FormComment, MemberComments
from bot.store.placements import Placements
from bot.store.publications import Publications
from bot.store.warned import Warned

CHANGEABLE = frozenset({Status.VISIBLE, Status.PENDING})
"""In which states authors may change what they wrote; in others they can withdraw it."""


@dataclass(frozen=True, slots=True)
class FormTarget:
    """What a form's comment answers and where it will be posted; `heading` tells it to the member.

    With `read_only` the thread is locked so that members write by form alone, which is no reason to refuse it.
    """

    publication_id: PublicationId
    thread_id: ChannelId
    parent_id: CommentId | None
    section_id: SectionId | None
    heading: str
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a comment that was entered by form; `warning` is what a filter found in one that is shown."""

    comment_id: CommentId
    status: Status
    warning: str | None = None


class Forms:
    """The use cases around the form. `wake` tells the poster that there is something to post."""

    def __init__(self, database: Database, wake: Callable[[], None]) -> None:
        self._database = database
        self._wake = wake

    async def target(
        self,
        viewer: Viewer,
        *,
        publication_id: PublicationId | None = None,
        message_id: MessageId | None = None,
    ) -> FormTarget:
        """What a comment would answer: a message of the discussion, or with none the article as a whole.

        Raises `NotFoundError` for a message that is no part of a discussion the viewer may see, `RefusedError`
        where the discussion is closed or not open yet, or the viewer opted out.
        """
        await check_stored(self._database, viewer.user_id)
        await check_may_comment(self._database, viewer.guild_id, viewer.user_id, datetime.now(UTC))
        if message_id is None:
            publication = await self._open(viewer, publication_id)
            article = await Articles(self._database).by_id(publication.article_id)
            heading = _("A comment on “{title}”").format(title=article.title if article else "")
            return await self._target(publication, None, None, heading)
        placement = await Placements(self._database).by_message(message_id)
        comment = await Comments(self._database).by_message(message_id)
        if comment is not None and not may_know_of(viewer, comment):
            comment = placement = None
        if placement is None and comment is None:
            raise NotFoundError(
                _("This message is no part of an article's discussion."),
                remedy=_("Choose “Reply” in the menu of a comment."),
            )
        found = placement.publication_id if placement else comment.publication_id if comment else None
        publication = await self._open(viewer, found)
        if comment is not None:
            return await self._target(
                publication, comment.id, None, _("In answer to {author}").format(author=comment.author)
            )
        section = placement.section_id if placement else None
        return await self._target(
            publication, None, section, _("A comment on this section") if section else _("A comment")
        )

    async def enter(
        self, viewer: Viewer, target: FormTarget, *, text: str, author: str, submission_id: int
    ) -> Entered | None:
        """Store a comment and have it posted under the member's name, if it passes the gate; what became of it.

        The same submission twice is one comment: None the second time. Raises `RefusedError` where the gate does
        not let the member take part.
        """
        _check_not_empty(text)
        now = datetime.now(UTC)
        async with self._database.transaction() as tx:
            entered = FormComment(
                submission_id=submission_id,
                publication_id=target.publication_id,
                user_id=viewer.user_id,
                author=author,
                text=text,
                created_at=now,
                parent_id=target.parent_id,
                section_id=target.section_id,
            )
            identifier = await MemberComments(tx).add_form(entered)
            if identifier is None:
                return None
            became = await _pass_gate(tx, viewer, target.publication_id, identifier, text, is_new=True)
        self._wake()
        return became

    async def last_written(self, user_id: UserId, thread_id: ChannelId) -> datetime | None:
        """When a member last wrote in a thread, by message or by form: what slow mode counts from."""
        return await Comments(self._database).last_written(user_id, thread_id)

    async def own(
        self, viewer: Viewer, *, message_id: MessageId | None = None, comment_id: CommentId | None = None
    ) -> Comment:
        """A comment of the viewer's that is changed by form: one that the bot posted, or that has no message to change.

        The latter waits, was rejected or is hidden. Raises `RefusedError` where it is not theirs to change.
        """
        comments = Comments(self._database)
        if message_id is not None:
            comment = await comments.by_message(message_id)
        else:
            comment = await comments.by_id(comment_id) if comment_id is not None else None
        if comment is None or comment.origin is not Origin.DISCORD or comment.user_id != viewer.user_id:
            raise RefusedError(_("This is not a comment of yours."))
        if comment.status is Status.VISIBLE and not comment.by_form and not await self._is_ours(comment):
            raise RefusedError(
                _("You wrote this message yourself."), remedy=_("Edit or delete it in Discord as usual.")
            )
        if comment.status is Status.DELETED:
            raise RefusedError(_("This comment was withdrawn."))
        await self._seen(viewer, comment.publication_id)
        return comment

    async def own_to_edit(self, viewer: Viewer, comment_id: CommentId) -> Comment:
        """The same, if its text may be changed.

        What was rejected or hidden can only be withdrawn, and so can anything in a discussion that is closed.
        """
        comment = await self.own(viewer, comment_id=comment_id)
        _check_may_change(comment)
        await self._open(viewer, comment.publication_id)
        return comment

    async def edit(self, viewer: Viewer, comment_id: CommentId, *, text: str) -> Entered:
        """Change the text of a comment by form; the old one is kept as its history. What became of it at the gate.

        One that waits goes on waiting, and is back in the queue if its author was asked to change it.
        """
        _check_not_empty(text)
        await check_stored(self._database, viewer.user_id)
        await check_may_comment(self._database, viewer.guild_id, viewer.user_id, datetime.now(UTC))
        comment = await self.own_to_edit(viewer, comment_id)
        now = datetime.now(UTC)
        async with self._database.transaction() as tx:
            # Asked inside: a moderator may have decided in the meantime.
            comment = await Comments(tx).by_id(comment_id) or comment
            _check_may_change(comment)
            if comment.publication_id is None:
                raise LookupError(f"comment {comment_id} was entered nowhere")
            changed = await MemberComments(tx).edit(comment_id, text, now)
            if await HeldComments(tx).get(comment_id) is not None:
                await HeldComments(tx).put_back(tx, comment_id)
                became = Entered(comment_id, Status.PENDING)
            elif changed:
                became = await _pass_gate(tx, viewer, comment.publication_id, comment_id, text, is_new=False)
            else:
                became = Entered(comment_id, comment.status)
        self._wake()
        return became

    async def withdraw(self, viewer: Viewer, comment_id: CommentId) -> None:
        """Erase a comment, and have its messages deleted; replies to it stay. Raises what `own` does."""
        comment = await self.own(viewer, comment_id=comment_id)
        async with self._database.transaction() as tx:
            await showing.change_status(tx, comment.id, Status.DELETED, Actor.AUTHOR, datetime.now(UTC))
        self._wake()

    async def _target(
        self, publication: Publication, parent: CommentId | None, section: SectionId | None, heading: str
    ) -> FormTarget:
        if publication.thread_id is None:
            raise LookupError(f"publication {publication.id} has no thread")
        discussion = await Discussions(self._database).get(publication.id)
        read_only = discussion.effective_mode is Mode.ALL_HELD and not discussion.locked
        return FormTarget(publication.id, publication.thread_id, parent, section, heading, read_only)

    async def _is_ours(self, comment: Comment) -> bool:
        return bool(await Placements(self._database).of_comment(comment.id))

    async def _seen(self, viewer: Viewer, publication_id: PublicationId | None) -> Publication:
        publication = None
        if publication_id is not None:
            publication = await Publications(self._database).by_id(publication_id)
        if publication is None or not viewer.sees(publication):
            raise NotFoundError(_("There is no such discussion here."))
        return publication

    async def _open(self, viewer: Viewer, publication_id: PublicationId | None) -> Publication:
        publication = await self._seen(viewer, publication_id)
        if publication.is_over:
            raise RefusedError(_("This discussion is closed."))
        if publication.thread_id is None:
            raise RefusedError(_("This article is still being posted."), remedy=_("Try again in a moment."))
        return publication


async def _pass_gate(
    tx: Transaction,
    viewer: Viewer,
    publication: PublicationId,
    comment: CommentId,
    text: str,
    *,
    is_new: bool,
) -> Entered:
    """Let a stored comment through the gate: shown, or what the gate decides."""
    entry = Entry(
        user_id=viewer.user_id,
        publication_id=publication,
        text=text,
        written_at=datetime.now(UTC),
        joined_at=viewer.joined_at,
        moderates=await moderates(tx, viewer),
        is_new=is_new,
        comment_id=comment,
    )
    verdict = (await gate.judge(tx, viewer.guild_id, [entry])).get(entry)
    if verdict is not None and verdict.ruling is Ruling.REFUSE:
        raise RefusedError(_("You may not take part in the discussions of this server at the moment."))
    if verdict is None:
        await Warned(tx).clear(tx, comment)
    else:
        await gate.carry_out(tx, viewer.guild_id, comment, viewer.user_id, verdict)
    if verdict is None or verdict.ruling is Ruling.WARN:
        await showing.restate(tx, comment, datetime.now(UTC))
        return Entered(comment, Status.VISIBLE, verdict.reason if verdict else None)
    return Entered(comment, Status.PENDING if verdict.ruling is Ruling.HOLD else Status.HIDDEN)


def _check_may_change(comment: Comment) -> None:
    if comment.status in CHANGEABLE:
        return
    raise RefusedError(
        _("This comment was not accepted and cannot be changed.")
        if comment.status is Status.REJECTED
        else _("This comment was hidden by a moderator and cannot be changed."),
        remedy=_("You can withdraw it with /comment mine."),
    )


def _check_not_empty(text: str) -> None:
    if not text.strip():
        raise RefusedError(_("The comment is empty."), remedy=_("Write something and send it again."))
