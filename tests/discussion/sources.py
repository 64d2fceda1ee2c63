"""Sources made by hand, and what is to be seen of them once imported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.discussion.identity import Identities
from bot.discussion.importing import ArticleReport, import_records
from bot.model import (
    ArticleId,
    ChannelId,
    CommentId,
    MessageId,
    SourceArticle,
    SourceAuthor,
    SourceComment,
    SourceRecord,
    SourceSection,
    Status,
    UserId,
)
from bot.store.comments import Comments, Nested
from bot.store.database import Database
from bot.store.incoming import Incoming, MessageWritten

IDENTITIES = Identities(b"k" * 32)
DAWN = datetime(2024, 1, 1, tzinfo=UTC)
SECTIONS = (SourceSection(None, "Once upon a time"), SourceSection("Birds", "They sing"))


def article(
    title: str = "A Bench",
    *,
    post_id: str | None = "6",
    sections: tuple[SourceSection, ...] = SECTIONS,
    url: str | None = None,
    kind: str = "blog",
) -> SourceArticle:
    return SourceArticle("a", title, sections, kind, "blog.example", post_id, url=url)


def comment(
    ref: str,
    text: str = "",
    *,
    parent: str | None = None,
    name: str | None = "Ann",
    known: bool = True,
    minute: int | None = None,
    section: int | None = None,
    status: Status = Status.VISIBLE,
) -> SourceComment:
    """A comment that the source gives an id, unless `known` is False."""
    return SourceComment(
        article_ref="a",
        ref=ref,
        author=SourceAuthor(name),
        text=text or f"text of {ref}",
        source_id=ref if known else None,
        parent_ref=parent,
        created_at=None if minute is None else DAWN + timedelta(minutes=minute),
        section=section,
        status=status,
    )


async def imported(
    database: Database,
    *records: SourceRecord,
    slug: str | None = None,
    dry_run: bool = False,
    published_only: bool = False,
) -> ArticleReport:
    """Import a source of one article; its report."""
    (report,) = await reports(database, records, slug=slug, dry_run=dry_run, published_only=published_only)
    return report


async def reports(
    database: Database,
    records: Iterable[SourceRecord],
    *,
    slug: str | None = None,
    dry_run: bool = False,
    published_only: bool = False,
) -> tuple[ArticleReport, ...]:
    report = await import_records(
        database,
        records,
        format_name="test",
        identities=IDENTITIES,
        slug=slug,
        dry_run=dry_run,
        published_only=published_only,
    )
    return report.articles


async def listed(database: Database, article: int = 1) -> list[Nested]:
    return [each async for each in Comments(database).depth_first(ArticleId(article))]


async def outline(database: Database, article: int = 1) -> list[str]:
    """What is there, one line a comment, replies indented; what is deleted stands in brackets."""
    return [
        "  " * each.depth
        + (
            f"[{each.comment.author}]"
            if each.comment.status is Status.DELETED
            else f"{each.comment.author}: "
        )
        + each.comment.text
        for each in await listed(database, article)
    ]


@dataclass(frozen=True)
class Discussion:
    """An article's live publication, in which members can answer."""

    database: Database

    async def answer(
        self, message: int, parent: CommentId | None, text: str = "a member's words"
    ) -> CommentId:
        async with self.database.transaction() as tx:
            await Incoming(tx).store(
                [
                    MessageWritten(
                        message_id=MessageId(message),
                        channel_id=ChannelId(30),
                        user_id=UserId(7),
                        author="Mel",
                        text=text,
                        created_at=DAWN,
                    )
                ]
            )
            stored = await tx.fetch_value("SELECT id FROM comment WHERE message_id = ?", (message,))
            await tx.execute("UPDATE comment SET parent_id = ? WHERE id = ?", (parent, stored))
        return CommentId(stored)


async def publish(database: Database, article: int = 1) -> Discussion:
    """Enter a live publication with a message for every comment there is now: 1000 and the comment's id."""
    async with database.transaction() as tx:
        publication = await tx.fetch_value(
            "INSERT INTO publication (article_id, guild_id, channel_id, channel_kind, thread_id, state, "
            "requested_at) VALUES (?, 10, 20 + (SELECT count(*) FROM publication), 'text', "
            "30 + (SELECT count(*) FROM publication), 'live', 0) RETURNING id",
            (article,),
        )
        await tx.execute(
            "INSERT INTO placement (publication_id, kind, comment_id, part, ordinal, channel_id, message_id) "
            "SELECT ?1, 'comment', id, 0, id, 30, 1000 * ?1 + id FROM comment WHERE article_id = ?2",
            (publication, article),
        )
    return Discussion(database)
