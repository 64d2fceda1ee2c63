from __future__ import annotations

from bot.model import Actor, Attachment, ChannelId, CommentId, GuildId, MessageId, Origin, Status
from bot.store.comments import Comments
from bot.store.database import Database, Reader
from bot.store.member_comments import MemberComments
from bot.store.scope import Scope
from tests.store.making import add_article, add_imported, add_publication, capture, message, place


async def walk(reader: Reader, article: int = 1) -> list[tuple[int, str, int | None]]:
    comments = Comments(reader).depth_first(article)  # type: ignore[arg-type]  # an id is a number here
    return [
        (each.depth, each.comment.source_id or each.comment.text, each.message_id) async for each in comments
    ]


async def test_siblings_stand_by_time_then_source_order_then_members_by_message(database: Database) -> None:
    article = await add_article(database)
    publication = await add_publication(database, article)
    await add_imported(database, article, "late", minute=9)
    await add_imported(database, article, "second", minute=3, rank=2)
    first = await add_imported(database, article, "first", minute=3, rank=1)
    await capture(database, message(300, "newer"))
    await capture(database, message(200, "older"))
    await place(database, publication, 100, comment=first)
    await capture(database, message(400, "answer", reply_to=100))
    await add_imported(database, article, "reply", parent=first, minute=20)
    expected = [
        (0, "first", 100),
        (1, "reply", None),
        (1, "answer", 400),
        (0, "second", None),
        (0, "late", None),
        (0, "older", 200),
        (0, "newer", 300),
    ]
    assert await walk(database) == expected
    async with database.transaction() as tx:
        assert await walk(tx) == expected
    replies = await Comments(database).replies(first)
    assert [each.origin for each in replies] == [Origin.IMPORTED, Origin.DISCORD]


async def test_the_newest_live_publication_tells_where_an_imported_comment_is(database: Database) -> None:
    article = await add_article(database)
    comment = await add_imported(database, article, "1")
    for number, state in enumerate(("live", "live", "retired", "posting")):
        publication = await add_publication(database, article, channel=100 * (number + 1), state=state)
        await place(database, publication, 1000 + number, comment=comment)
        await place(database, publication, 2000 + number, comment=comment, part=1)
    assert await walk(database) == [(0, "1", 1001)]


async def test_other_articles_comments_are_not_among_them(database: Database) -> None:
    await add_imported(database, await add_article(database), "1")
    await add_imported(database, await add_article(database, "other"), "2")
    assert await walk(database, 2) == [(0, "2", None)]


async def test_ten_thousand_levels_are_walked(database: Database) -> None:
    article = await add_article(database)
    await add_imported(database, article, "1")
    async with database.transaction() as tx:
        await tx.execute(
            "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
            "INSERT INTO comment (id, article_id, parent_id, commenter_id, origin, status, text, source, source_id) "
            "SELECT i, 1, i - 1, 1, 'imported', 'visible', '', 'blog', i FROM n"
        )
    assert [depth for depth, _, _ in await walk(database)] == list(range(10_000))
    assert len(await Comments(database).ancestors(CommentId(10_000))) == 9_999


async def test_a_comment_is_found_by_its_message_or_by_any_part_that_shows_it(database: Database) -> None:
    article = await add_article(database)
    publication = await add_publication(database, article)
    imported = await add_imported(database, article, "1")
    await place(database, publication, 100, comment=imported)
    await place(database, publication, 101, comment=imported, part=1)
    written, _ = await capture(database, message(102))
    comments = Comments(database)
    found = [await comments.by_message(MessageId(number)) for number in (100, 101, 102, 103)]
    assert [each.id if each else None for each in found] == [imported, imported, written, None]
    assert await comments.by_id(CommentId(99)) is None


async def test_ancestors_come_nearest_first(database: Database) -> None:
    article = await add_article(database)
    top = await add_imported(database, article, "1")
    middle = await add_imported(database, article, "2", parent=top)
    leaf = await add_imported(database, article, "3", parent=middle)
    assert [each.id for each in await Comments(database).ancestors(leaf)] == [middle, top]
    assert await Comments(database).ancestors(top) == []


async def test_counts_are_by_status(database: Database) -> None:
    article = await add_article(database)
    await add_publication(database, article)
    for source_id in "123":
        comment = await add_imported(database, article, source_id)
    async with database.transaction() as tx:
        await MemberComments(tx).set_status(comment, Status.HIDDEN, Actor.MODERATOR)
    counts = await Comments(database).counts(article, Scope(GuildId(10), frozenset({ChannelId(20)})))
    assert (counts[Status.VISIBLE], counts[Status.HIDDEN], counts[Status.DELETED]) == (2, 1, 0)
    assert not await Comments(database).counts(article, Scope(GuildId(11), frozenset({ChannelId(20)})))


async def test_attachments_come_in_order(database: Database) -> None:
    await add_publication(database, await add_article(database))
    hung = (Attachment("file", 'z"quoted".png'), Attachment("sticker", "a"))
    comment, _ = await capture(database, message(100, attachments=hung))
    stored = await Comments(database).by_id(comment)
    assert stored is not None
    assert stored.attachments == hung


async def test_a_withdrawn_section_is_no_longer_named(database: Database) -> None:
    article = await add_article(database)
    publication = await add_publication(database, article)
    await place(database, publication, 100, section=2)
    comment, _ = await capture(database, message(200, reply_to=100))
    stored = await Comments(database).by_id(comment)
    assert stored is not None
    assert (stored.section, stored.parent_id) == (2, None)
    async with database.transaction() as tx:
        await tx.execute("UPDATE section SET withdrawn = 1 WHERE id = 2")
    stored = await Comments(database).by_id(comment)
    assert stored is not None
    assert stored.section is None
