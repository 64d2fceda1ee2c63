"""Rows made by hand, for tests of what reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.model import (
    ArticleId,
    Attachment,
    ChannelId,
    CommentId,
    ContentState,
    MessageId,
    PublicationId,
    UserId,
)
from bot.store.database import Database, Reader
from bot.store.incoming import Incoming, MessageWritten, Outcome
from bot.store.tombstones import Tombstones

DAWN = datetime(2024, 1, 1, tzinfo=UTC)
THREAD = ChannelId(30)


async def add_article(database: Database, slug: str = "bench") -> ArticleId:
    """An article with an introduction and a section “Birds”."""
    async with database.transaction() as tx:
        article = await tx.fetch_value(
            "INSERT INTO article (slug, title, source_kind, source_site, source_key) "
            "VALUES (?1, 'Title of ' || ?1, 'blog', '', 'slug:' || ?1) RETURNING id",
            (slug,),
        )
        await tx.executemany(
            "INSERT INTO section (article_id, number, heading, text) VALUES (?, ?, ?, ?)",
            [(article, 1, None, "Once upon a time"), (article, 2, "Birds", "They sing")],
        )
    return ArticleId(article)


async def add_publication(
    database: Database, article: ArticleId, *, channel: int = 20, state: str = "live"
) -> PublicationId:
    """A publication whose thread's id is ten more than its channel's."""
    async with database.transaction() as tx:
        publication = await tx.fetch_value(
            "INSERT INTO publication (article_id, guild_id, channel_id, channel_kind, thread_id, state, "
            "requested_at) VALUES (?, 10, ?, 'text', ?, ?, 0) RETURNING id",
            (article, channel, channel + 10, state),
        )
    return PublicationId(publication)


async def add_imported(
    database: Database,
    article: ArticleId,
    source_id: str,
    *,
    parent: CommentId | None = None,
    minute: int | None = None,
    rank: int = 0,
) -> CommentId:
    """A comment from the source, by Ann."""
    async with database.transaction() as tx:
        commenter = await tx.fetch_value(
            "INSERT INTO commenter (name, identity) VALUES ('Ann', x'01') "
            "ON CONFLICT (identity) DO UPDATE SET name = name RETURNING id"
        )
        comment = await tx.fetch_value(
            "INSERT INTO comment (article_id, parent_id, commenter_id, origin, status, text, created_at, "
            "source, source_id, source_rank) VALUES (?, ?, ?, 'imported', 'visible', ?, ?, 'blog', ?, ?) "
            "RETURNING id",
            (
                *(article, parent, commenter, f"text of {source_id}"),
                *(None if minute is None else minute * 60_000, source_id, rank),
            ),
        )
    return CommentId(comment)


async def place(
    database: Database,
    publication: PublicationId,
    message: int,
    *,
    comment: CommentId | None = None,
    section: int | None = None,
    part: int = 0,
) -> None:
    """Enter a message of ours that shows a part of a comment or section."""
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO placement (publication_id, kind, section_id, comment_id, part, ordinal, channel_id, "
            "message_id) VALUES (?, ?, ?, ?, ?, 0, ?, ?)",
            (publication, "comment" if comment else "section", section, comment, part, THREAD, message),
        )


def message(
    number: int,
    text: str = "a member's words",
    *,
    channel: ChannelId = THREAD,
    reply_to: int | None = None,
    edited: int | None = None,
    author: str = "Mel",
    attachments: tuple[Attachment, ...] = (),
    content_state: ContentState = ContentState.SHOWN,
) -> MessageWritten:
    """A member's message; `edited` is so many minutes after it was written."""
    return MessageWritten(
        message_id=MessageId(number),
        channel_id=channel,
        user_id=UserId(7),
        author=author,
        text=text,
        created_at=DAWN,
        edited_at=None if edited is None else DAWN + timedelta(minutes=edited),
        reply_to=None if reply_to is None else MessageId(reply_to),
        content_state=content_state,
        attachments=attachments,
    )


async def capture(database: Database, *written: MessageWritten) -> tuple[CommentId, Outcome]:
    """Store messages in one transaction; the last one's comment and what it came to."""
    async with database.transaction() as tx:
        outcomes = await Incoming(tx).store(written)
    last = written[-1].message_id
    comment = await database.fetch_value("SELECT id FROM comment WHERE message_id = ?", (last,))
    return CommentId(comment), outcomes[last]


async def claim(database: Database, comment: CommentId, user: UserId) -> None:
    """Link an imported comment to a member."""
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO claim (comment_id, user_id, guild_id, asked_at, state) VALUES (?, ?, 10, 0, 'confirmed')",
            (comment, user),
        )


async def content(reader: Reader) -> dict[str, list[tuple[object, ...]]]:
    """All rows that are ours; when something was removed from the index, and its tickets, are not.

    Nor is the moment at which a removal was asked for: a trigger notes it, by SQLite's clock.
    """
    tables = await reader.fetch_all(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'search%' AND name NOT LIKE 'sqlite%'"
    )
    return {
        row["name"]: sorted(
            (
                tuple(
                    value
                    for column, value in dict(each).items()
                    if (row["name"], column) != ("removal", "requested_at")
                )
                for each in await reader.fetch_all(f"SELECT * FROM {row['name']}")  # noqa: S608 - the schema's own names
            ),
            key=str,
        )
        for row in tables
    }


async def texts_of(database: Database, comment: CommentId) -> tuple[str, list[str]]:
    """A comment's text and the ones it had before."""
    rows = await database.fetch_all("SELECT text FROM revision WHERE comment_id = ? ORDER BY id", (comment,))
    return (
        await database.fetch_value("SELECT text FROM comment WHERE id = ?", (comment,)),
        [row["text"] for row in rows],
    )


async def delete(database: Database, *messages: int, channel: ChannelId = THREAD) -> int:
    """What happens when members' messages are deleted in Discord; how many tombstones that makes."""
    async with database.transaction() as tx:
        ids = [MessageId(each) for each in messages]
        await Tombstones(tx).expect(channel, ids, DAWN)
        return await Tombstones(tx).put(ids)
