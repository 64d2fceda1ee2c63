from __future__ import annotations

from bot.model import ArticleId, ChannelId, GuildId, PublicationState
from bot.store.articles import Articles, Posted
from bot.store.database import Database
from bot.store.member_comments import MemberComments
from tests.store.making import add_article, add_imported, add_publication, capture, message


async def test_an_article_is_found_by_its_slug_and_its_id(database: Database) -> None:
    article = await add_article(database)
    by_slug = await Articles(database).by_slug("bench")
    assert by_slug is not None
    assert by_slug == await Articles(database).by_id(article)
    assert [(each.number, each.heading) for each in by_slug.sections] == [(1, None), (2, "Birds")]
    assert await Articles(database).by_slug("other") is None
    assert await Articles(database).by_id(ArticleId(99)) is None


async def test_withdrawn_sections_are_not_shown(database: Database) -> None:
    article = await add_article(database)
    async with database.transaction() as tx:
        await tx.execute("UPDATE section SET withdrawn = 1 WHERE number = 2")
    assert [each.number for each in await Articles(database).sections(article)] == [1]


async def test_a_list_counts_what_can_be_seen_and_says_where_it_was_posted(database: Database) -> None:
    article = await add_article(database)
    await add_article(database, "another")
    await add_publication(database, article, channel=20, state="retired")
    await add_publication(database, article, channel=50)
    await add_imported(database, article, "1")
    await capture(database, message(100, channel=ChannelId(60)))
    gone, _ = await capture(database, message(101, channel=ChannelId(60)))
    async with database.transaction() as tx:
        await MemberComments(tx).tombstone([gone], None)
    another, bench = await Articles(database).summaries()
    assert (another.slug, another.sections, another.comments, another.publications) == ("another", 2, 0, ())
    assert (bench.slug, bench.sections, bench.comments) == ("bench", 2, 2)
    assert bench.publications == (
        Posted(GuildId(10), ChannelId(20), PublicationState.RETIRED),
        Posted(GuildId(10), ChannelId(50), PublicationState.LIVE),
    )


async def test_articles_are_offered_by_any_part_of_slug_or_title(database: Database) -> None:
    for slug in ("bench", "tree", "bench-two"):
        await add_article(database, slug)
    articles = Articles(database)
    assert [slug for slug, _ in await articles.matching("BENCH", 25)] == ["bench-two", "bench"]
    assert [slug for slug, _ in await articles.matching("title of t", 25)] == ["tree"]
    assert len(await articles.matching("", 2)) == 2
