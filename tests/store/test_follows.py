from __future__ import annotations

import pytest

from bot.model import (
    Actor,
    ArticleId,
    ChannelId,
    CommentId,
    Followed,
    GuildId,
    PublicationId,
    Status,
    Target,
    UserId,
)
from bot.store.database import Database
from bot.store.follows import Follows
from bot.store.member_comments import MemberComments
from bot.store.scope import Scope
from bot.store.tombstones import Tombstones
from tests.store.making import add_article, add_imported, add_publication, capture, message, place

ANN, GUILD = UserId(1), GuildId(10)
"""`message` is by user 7."""


@pytest.fixture
async def article(database: Database) -> ArticleId:
    return await add_article(database)


@pytest.fixture
async def publication(database: Database, article: ArticleId) -> PublicationId:
    return await add_publication(database, article)


async def follow(database: Database, article: ArticleId, kind: Followed, identifier: int) -> Target:
    target = Target(kind, identifier)
    async with database.transaction() as tx:
        assert await Follows(tx).add(tx, ANN, GUILD, article, target)
    return target


async def news(database: Database, channel: int = 20, user: UserId = ANN) -> list[int]:
    return list(await Follows(database).news(user, Scope(GUILD, frozenset({ChannelId(channel)}))))


async def test_what_is_new_of_an_article_is_told_once(
    database: Database, article: ArticleId, publication: PublicationId
) -> None:
    await capture(database, message(100))
    await follow(database, article, Followed.ARTICLE, article)
    assert await news(database) == [], "what was there before is no news"
    first, _ = await capture(database, message(101))
    second, _ = await capture(database, message(102))
    assert await news(database) == [first, second]
    until = await Follows(database).newest()
    third, _ = await capture(database, message(103))
    async with database.transaction() as tx:
        await Follows(tx).tell(tx, ANN, GUILD, until)
        await Follows(tx).tell(tx, ANN, GUILD, until - 1)
    assert await news(database) == [third]


async def test_of_a_comment_only_what_stands_below_it_is_news(
    database: Database, article: ArticleId, publication: PublicationId
) -> None:
    top = await add_imported(database, article, "1")
    below = await add_imported(database, article, "2", parent=top)
    other = await add_imported(database, article, "3")
    for number, comment in enumerate((top, below, other), 50):
        await place(database, publication, number, comment=comment)
    await follow(database, article, Followed.COMMENT, top)
    direct, _ = await capture(database, message(100, reply_to=50))
    deeper, _ = await capture(database, message(101, reply_to=51))
    deepest, _ = await capture(database, message(102, reply_to=101))
    await capture(database, message(103, reply_to=52), message(104))
    assert await news(database) == [direct, deeper, deepest]


async def test_of_a_section_what_is_about_it_is_news_also_with_the_article_followed(
    database: Database, article: ArticleId, publication: PublicationId
) -> None:
    section = await database.fetch_value("SELECT id FROM section WHERE number = 2")
    await place(database, publication, 60, section=section)
    await follow(database, article, Followed.SECTION, section)
    about, _ = await capture(database, message(100, reply_to=60))
    await capture(database, message(101))
    assert await news(database) == [about]
    await follow(database, article, Followed.ARTICLE, article)
    later, _ = await capture(database, message(102, reply_to=60))
    assert await news(database) == [about, later], "each once"


async def test_one_s_own_what_is_elsewhere_and_what_is_not_visible_is_no_news(
    database: Database, article: ArticleId, publication: PublicationId
) -> None:
    await add_publication(database, article, channel=40)
    await follow(database, article, Followed.ARTICLE, article)
    hidden, _ = await capture(database, message(100))
    await capture(database, message(101))
    async with database.transaction() as tx:
        await MemberComments(tx).set_status(hidden, Status.HIDDEN, Actor.MODERATOR)
        await Tombstones(tx).put([message(101).message_id])
        await Follows(tx).add(tx, UserId(7), GUILD, article, Target(Followed.ARTICLE, article))
    await capture(database, message(102))
    assert await news(database, channel=40) == []
    assert await news(database, user=UserId(7)) == []
    assert len(await news(database)) == 1


async def test_a_held_comment_is_news_when_it_is_approved_and_a_restored_one_is_not_news_again(
    database: Database, article: ArticleId, publication: PublicationId
) -> None:
    await follow(database, article, Followed.ARTICLE, article)
    held, _ = await capture(database, message(100))
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM news")
        await tx.execute("UPDATE comment SET status = 'pending' WHERE id = ?", (held,))
    later, _ = await capture(database, message(101))
    until = await Follows(database).newest()
    async with database.transaction() as tx:
        await Follows(tx).tell(tx, ANN, GUILD, until)
    assert await news(database) == []
    await set_status(database, held, Status.VISIBLE)
    assert await news(database) == [held]
    await set_status(database, later, Status.HIDDEN)
    await set_status(database, later, Status.VISIBLE)
    assert await news(database) == [held]


async def set_status(database: Database, comment: CommentId, status: Status) -> None:
    async with database.transaction() as tx:
        await MemberComments(tx).set_status(comment, status, Actor.MODERATOR)


async def test_following_twice_is_once_and_ends_alone_or_with_all(
    database: Database, article: ArticleId
) -> None:
    target = await follow(database, article, Followed.ARTICLE, article)
    section = Target(Followed.SECTION, 1)
    async with database.transaction() as tx:
        follows = Follows(tx)
        assert not await follows.add(tx, ANN, GUILD, article, target)
        assert await follows.add(tx, ANN, GuildId(11), article, target)
        assert await follows.add(tx, ANN, GUILD, article, section)
        assert [each.target for each in await follows.of(ANN, GUILD)] == [target, section]
        assert await follows.remove(tx, ANN, GUILD, section)
        assert not await follows.remove(tx, ANN, GUILD, section)
        assert await follows.has(ANN, GUILD, target)
        assert await follows.remove_all(tx, ANN, GUILD) == 1
        assert not await follows.has(ANN, GUILD, target)
        assert await follows.has(ANN, GuildId(11), target), "another server is another matter"
