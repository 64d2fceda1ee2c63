from __future__ import annotations

import pytest

from bot.model import ChannelId, GuildId
from bot.store import names
from bot.store.articles import Articles
from bot.store.database import Database, Reader
from bot.store.publications import Publications
from bot.store.scope import Scope
from tests.store.effort import effort
from tests.store.making import add_article

HERE = Scope(GuildId(10), frozenset({ChannelId(20)}))

MANY = """
WITH RECURSIVE counting (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counting WHERE n < ?)
INSERT INTO article (slug, title, source_kind, source_site, source_key)
SELECT 'article-' || n, 'Стаття номер ' || n, 'blog', 'many', n FROM counting
"""
POSTED = """
INSERT INTO publication (article_id, guild_id, channel_id, channel_kind, state, requested_at)
SELECT id, 10, 20, 'forum', 'live', 0 FROM article ORDER BY id
"""


async def fill(database: Database, articles: int) -> None:
    async with database.transaction() as tx:
        await tx.execute(MANY, (articles,))
        await tx.execute(POSTED)


async def rename(database: Database, slug: str, title: str) -> None:
    async with database.transaction() as tx:
        await tx.execute("UPDATE article SET title = ? WHERE slug = ?", (title, slug))


async def found(database: Database, typed: str) -> set[str]:
    """What is offered for that, which is the same wherever it is typed."""
    seen = {slug for slug, _ in await Articles(database).seen(HERE, typed, 25)}
    assert seen == {slug for slug, _ in await Articles(database).matching(typed, 25)}
    assert seen == {each.slug for each in await Publications(database).offered(HERE, typed, 25)}
    return seen


@pytest.fixture
async def posted(database: Database) -> Database:
    for slug, title in (("rivers", "Über die Flüsse"), ("trees", 'Про "Дерева" і ліс'), ("hh", "黄河流域")):
        await add_article(database, slug)
        await rename(database, slug, title)
    async with database.transaction() as tx:
        await tx.execute(POSTED)
    return database


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("", {"rivers", "trees", "hh"}),
        ("ver", {"rivers"}),
        ("ÜBER D", {"rivers"}),
        ("дерева", {"trees"}),
        ("ЛІС", {"trees"}),
        ('"де', {"trees"}),
        ("流域", {"hh"}),
        ("黄河流", {"hh"}),
        ("ü", {"rivers"}),
        ("title of", set()),
        ("rivers trees", set()),
        ("x" * 2_000, set()),
        ('"', {"trees"}),
        ("***", set()),
        ("riv\0ers", {"rivers"}),
        ("riv\ud800ers", {"rivers"}),
        ("AND OR NOT NEAR(", set()),
        ("%", set()),
        ("%_%", set()),
    ],
)
async def test_any_part_of_a_name_leads_to_it(posted: Database, typed: str, slugs: set[str]) -> None:
    assert await found(posted, typed) == slugs


async def test_a_new_name_is_found_and_the_old_one_is_not(posted: Database) -> None:
    await rename(posted, "trees", "Oak and elm")
    assert await found(posted, "elm") == {"trees"}
    assert await found(posted, "дерева") == set()
    async with posted.transaction() as tx:
        await tx.execute(
            "DELETE FROM publication WHERE article_id = (SELECT id FROM article WHERE slug = 'trees')"
        )
        await tx.execute("DELETE FROM article WHERE slug = 'trees'")
    assert await found(posted, "elm") == set()
    async with posted.transaction() as tx:
        await tx.execute("INSERT INTO article_name (article_name, rank) VALUES ('integrity-check', 1)")


async def test_what_is_offered_is_the_newest(database: Database) -> None:
    await fill(database, 60)
    offered = [each.slug for each in await Publications(database).offered(HERE, "номер", 25)]
    assert offered == [f"article-{number}" for number in range(60, 35, -1)]
    assert offered == [slug for slug, _ in await Articles(database).seen(HERE, "номер", 25)]


async def test_one_letter_is_looked_for_among_the_newest_only(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "LOOKED_THROUGH", 10)
    monkeypatch.setattr("bot.store.publications.LOOKED_THROUGH", 10)
    await fill(database, 60)
    assert await found(database, "1") == {"article-51"}
    assert "article-1" in await found(database, "e-1")


@pytest.mark.parametrize("typed", ["", "n", "cle-3", "номер", "nothing like that"])
async def test_typing_is_no_more_work_among_thousands_of_articles(
    database: Database, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.setattr(names, "LOOKED_THROUGH", 30)
    monkeypatch.setattr("bot.store.publications.LOOKED_THROUGH", 30)

    async def ask(reader: Reader) -> None:
        await Publications(reader).offered(HERE, typed, 25)
        await Articles(reader).seen(HERE, typed, 25)
        await Articles(reader).matching(typed, 25)

    await fill(database, 400)
    few = await effort(database, ask)
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM publication")
        await tx.execute("DELETE FROM article")
    await fill(database, 4_000)
    assert await effort(database, ask) <= few * 1.5 + 20
