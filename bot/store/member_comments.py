"""What members write: storing it, and erasing it when they take it back.

Events come in any order and more than once. Whatever the order, the same comments result: a message is known
by its id, a reply by the message it answers, and a deletion counts also when it comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model import (
    Actor,
    Attachment,
    ChannelId,
    CommentId,
    ContentState,
    MessageId,
    PublicationId,
    SectionId,
    Status,
    UserId,
)
from bot.store.database import Row, Transaction
from bot.store.moments import to_milliseconds

# What a message answers: a member's comment, or a comment or section that one of our messages shows.
_ANSWERED = """
    parent_id = coalesce(
        parent_id,
        (SELECT c.id FROM comment AS c
            WHERE c.message_id = comment.reply_to AND c.article_id = comment.article_id),
        (SELECT p.comment_id FROM placement AS p JOIN publication AS q ON q.id = p.publication_id
            WHERE p.message_id = comment.reply_to AND q.article_id = comment.article_id)),
    section_id = coalesce(
        section_id,
        (SELECT p.section_id FROM placement AS p JOIN publication AS q ON q.id = p.publication_id
            WHERE p.message_id = comment.reply_to AND q.article_id = comment.article_id))
"""
# A message answers older ones only, which also keeps replies from running in a circle.
_WAITING = "parent_id IS NULL AND reply_to < message_id"


class Change(StrEnum):
    """What storing a message did."""

    CREATED = "created"
    EDITED = "edited"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class MemberMessage:
    """A member's message as Discord has it now.

    `reply_to` is the message it answers, `section_id` the section whose thread it stands in. With
    `content_state` hidden, `text` is empty because Discord withholds it.
    """

    message_id: MessageId
    channel_id: ChannelId
    publication_id: PublicationId
    user_id: UserId
    author: str
    text: str
    created_at: datetime
    edited_at: datetime | None = None
    reply_to: MessageId | None = None
    section_id: SectionId | None = None
    content_state: ContentState = ContentState.SHOWN
    attachments: tuple[Attachment, ...] = ()
    status: Status = Status.VISIBLE
    knows_nick: bool = True


@dataclass(frozen=True, slots=True)
class FormComment:
    """What a member entered by form; the bot posts it, so that it has no message yet.

    `submission_id` is the interaction that brought it: the same one twice is one comment.
    """

    submission_id: int
    publication_id: PublicationId
    user_id: UserId
    author: str
    text: str
    created_at: datetime
    parent_id: CommentId | None = None
    section_id: SectionId | None = None
    status: Status = Status.VISIBLE


class MemberComments:
    """The comments that members write, inside one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def upsert(self, message: MemberMessage) -> tuple[CommentId, Change]:
        """Store a message, or what has changed about it since; a tombstone stays one.

        Replies that came before it are attached to it. What it answers may come later.
        """
        commenter = await self._commenter(message.user_id, message.author, follow=message.knows_nick)
        row = await self._tx.fetch_one(
            "SELECT id, status, text, edited_at, content_state FROM comment WHERE message_id = ?",
            (message.message_id,),
        )
        if row is not None:
            return CommentId(row["id"]), await self._update(row, message)
        deleted = await self._tx.execute(
            "DELETE FROM deleted_message WHERE message_id = ?", (message.message_id,)
        )
        comment = CommentId(
            await self._tx.fetch_value(
                "INSERT INTO comment (article_id, section_id, commenter_id, origin, status, status_by, text, "
                "created_at, edited_at, publication_id, channel_id, message_id, reply_to, content_state) "
                "SELECT article_id, :section, :commenter, 'discord', :status, :by, :text, :created_at, "
                ":edited_at, id, :channel, :message, :reply_to, :content_state "
                "FROM publication WHERE id = :publication RETURNING id",
                {
                    "section": message.section_id,
                    "commenter": commenter,
                    "status": Status.DELETED if deleted else message.status,
                    "by": None,
                    "text": "" if deleted else message.text,
                    "created_at": to_milliseconds(message.created_at),
                    "edited_at": _milliseconds(message.edited_at),
                    "channel": message.channel_id,
                    "message": message.message_id,
                    "reply_to": message.reply_to,
                    "content_state": message.content_state,
                    "publication": message.publication_id,
                },
            )
        )
        if not deleted:
            await self._attach(comment, message.attachments)
        await self._tx.execute(f"UPDATE comment SET {_ANSWERED} WHERE id = ? AND {_WAITING}", (comment,))
        await self.link_replies(message.message_id)
        return comment, Change.CREATED

    async def add_form(self, entered: FormComment) -> CommentId | None:
        """Store what was entered by form; None where this submission is stored already."""
        commenter = await self._commenter(entered.user_id, entered.author)
        identifier = await self._tx.fetch_value(
            "INSERT INTO comment (article_id, parent_id, section_id, commenter_id, origin, status, text, "
            "created_at, publication_id, by_form, submission_id) "
            "SELECT article_id, ?, ?, ?, 'discord', ?, ?, ?, id, 1, ? FROM publication WHERE id = ? "
            "ON CONFLICT (submission_id) DO NOTHING RETURNING id",
            (
                entered.parent_id,
                entered.section_id,
                commenter,
                entered.status,
                entered.text,
                to_milliseconds(entered.created_at),
                entered.submission_id,
                entered.publication_id,
            ),
        )
        return None if identifier is None else CommentId(identifier)

    async def link_replies(self, message: MessageId) -> None:
        """Attach the replies that were waiting for a message to what it has turned out to be or show."""
        await self._tx.execute(
            f"UPDATE comment SET {_ANSWERED} WHERE reply_to = ? AND {_WAITING}", (message,)
        )

    async def edit(self, comment: CommentId, text: str, edited_at: datetime) -> bool:
        """Replace a comment's text and keep the old one as a revision; False if nothing was to be changed."""
        await self._tx.execute(
            "INSERT INTO revision (comment_id, text, replaced_at) SELECT id, text, ? FROM comment "
            "WHERE id = ? AND text <> ? AND text <> '' AND status <> 'deleted'",
            (to_milliseconds(edited_at), comment, text),
        )
        changed = await self._tx.execute(
            "UPDATE comment SET text = ?, edited_at = ?, content_state = 'shown' "
            "WHERE id = ? AND (text <> ? OR content_state = 'hidden') AND status <> 'deleted'",
            (text, to_milliseconds(edited_at), comment, text),
        )
        return changed > 0

    async def set_status(self, comment: CommentId, status: Status, by: Actor | None) -> bool:
        """Hide, restore, approve or reject a comment, imported ones too.

        False if it is in that status, or deleted: nothing brings it back.
        """
        changed = await self._tx.execute(
            "UPDATE comment SET status = ?, status_by = ? WHERE id = ? AND status NOT IN (?, 'deleted')",
            (status, by, comment, status),
        )
        return changed > 0

    async def tombstone(self, comments: Sequence[CommentId], by: Actor | None) -> None:
        """Erase comments' texts, histories and attachments' names; the replies keep their place."""
        each_one = [(comment,) for comment in comments]
        await self._tx.executemany("DELETE FROM revision WHERE comment_id = ?", each_one)
        await self._tx.executemany("DELETE FROM attachment WHERE comment_id = ?", each_one)
        await self._tx.executemany(
            "UPDATE comment SET status = 'deleted', status_by = ?, text = '', edited_at = NULL "
            "WHERE id = ? AND status <> 'deleted'",
            [(by, comment) for comment in comments],
        )

    async def delete_messages(
        self, channel: ChannelId, messages: Sequence[MessageId], by: Actor | None, at: datetime
    ) -> list[CommentId]:
        """Make tombstones of the members' messages among these; which comments they were.

        A message not known yet will be a tombstone when it comes. Our own messages are passed over, also those
        that show what was entered by form.
        """
        found = []
        for message in messages:
            comment = await self._tx.fetch_value(
                "SELECT id FROM comment WHERE message_id = ? AND by_form = 0", (message,)
            )
            if comment is not None:
                found.append(CommentId(comment))
                continue
            await self._tx.execute(
                "INSERT INTO deleted_message (message_id, channel_id, deleted_at) "
                "SELECT :message, :channel, :at "
                "WHERE NOT EXISTS (SELECT 1 FROM placement WHERE message_id = :message) "
                "ON CONFLICT (message_id) DO NOTHING",
                {"message": message, "channel": channel, "at": to_milliseconds(at)},
            )
        await self.tombstone(found, by)
        return found

    async def _commenter(self, user: UserId, name: str, *, follow: bool = True) -> int:
        return int(
            await self._tx.fetch_value(
                "INSERT INTO commenter (user_id, name) VALUES (:user, :name) ON CONFLICT (user_id) "
                "DO UPDATE SET name = iif(:follow, excluded.name, name) RETURNING id",
                {"user": user, "name": name, "follow": follow},
            )
        )

    async def _update(self, row: Row, message: MemberMessage) -> Change:
        """Bring what is stored to a message's state, unless the message is older than that."""
        comment = CommentId(row["id"])
        edited_at = message.edited_at or message.created_at
        stale = (row["edited_at"] or 0) > to_milliseconds(edited_at)
        if row["status"] == Status.DELETED or stale or message.content_state is ContentState.HIDDEN:
            return Change.UNCHANGED
        if row["content_state"] == ContentState.HIDDEN and message.edited_at is None:
            await self._tx.execute(
                "UPDATE comment SET text = ?, content_state = 'shown' WHERE id = ?", (message.text, comment)
            )
            changed = True
        else:
            changed = await self.edit(comment, message.text, edited_at)
        changed = await self._attach(comment, message.attachments) or changed
        return Change.EDITED if changed else Change.UNCHANGED

    async def _attach(self, comment: CommentId, attachments: tuple[Attachment, ...]) -> bool:
        rows = await self._tx.fetch_all(
            "SELECT kind, name FROM attachment WHERE comment_id = ? ORDER BY position", (comment,)
        )
        if [tuple(row) for row in rows] == [(each.kind, each.name) for each in attachments]:
            return False
        await self._tx.execute("DELETE FROM attachment WHERE comment_id = ?", (comment,))
        await self._tx.executemany(
            "INSERT INTO attachment (comment_id, position, kind, name) VALUES (?, ?, ?, ?)",
            [(comment, position, each.kind, each.name) for position, each in enumerate(attachments)],
        )
        return True


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else to_milliseconds(moment)
