from __future__ import annotations

import pytest

from bot.model import ChannelId, GuildId
from bot.store import newest
from bot.store.authors import OF_EACH, PEOPLE, authors_named
from bot.store.database import Database, Reader
from bot.store.scope import Scope
from tests.store.effort import effort
from tests.store.making import add_article

HERE, ELSEWHERE = (Scope(GuildId(guild), frozenset({ChannelId(guild)})) for guild in (10, 11))

PEOPLE_WRITE = """
WITH RECURSIVE counting (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counting WHERE n < :comments - 1)
INSERT INTO comment (article_id, commenter_id, origin, status, text, publication_id)
SELECT :article, (SELECT id FROM commenter WHERE name = printf(:name, n % :people)), 'discord', 'visible', '', :article
FROM counting
"""


@pytest.fixture
async def posted(database: Database) -> Database:
    """Article 1 posted here and article 2 elsewhere."""
    for article, guild in enumerate((10, 11), start=1):
        assert await add_article(database, f"article-{article}") == article
        async with database.transaction() as tx:
            await tx.execute(
                "INSERT INTO publication (id, article_id, guild_id, channel_id, channel_kind, state, requested_at) "
                "VALUES (?1, ?1, ?2, ?2, 'forum', 'live', 0)",
                (article, guild),
            )
    return database


async def write(database: Database, article: int, names: str, people: int, comments: int) -> None:
    async with database.transaction() as tx:
        for number in range(people):
            name = names % number
            await tx.execute(
                "INSERT INTO commenter (name, user_id) VALUES (?, (SELECT 1 + count(*) FROM commenter))",
                (name,),
            )
        values = {"article": article, "comments": comments, "name": names, "people": people}
        await tx.execute(PEOPLE_WRITE, values)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ["Ann 0", "Ann 1", "Єва 0"]),
        ("ann", ["Ann 0", "Ann 1"]),
        ("ANN 1", ["Ann 1"]),
        ("єва", ["Єва 0"]),
        ("nn", []),
        ("%", []),
    ],
)
async def test_names_are_offered_by_their_beginning(posted: Database, typed: str, names: list[str]) -> None:
    await write(posted, 1, "Ann %d", 2, 4)
    await write(posted, 1, "Єва %d", 1, 1)
    await write(posted, 2, "Annika %d", 2, 4)
    assert await authors_named(posted, HERE, typed, 9) == names
    assert await authors_named(posted, Scope(GuildId(12), HERE.channels), typed, 9) == []


async def test_who_wrote_here_is_offered_behind_very_many_others(posted: Database) -> None:
    await write(posted, 2, "Ann %04d", PEOPLE + 10, PEOPLE + 10)
    await write(posted, 1, "Ann Z%d", 3, 3)
    assert await authors_named(posted, HERE, "ann", 9) == ["Ann Z0", "Ann Z1", "Ann Z2"]


@pytest.mark.parametrize("scope", [HERE, ELSEWHERE], ids=["quiet", "busy"])
async def test_it_is_no_more_work_the_more_people_write(
    posted: Database, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newest, "WALKED", 50)

    async def ask(reader: Reader) -> None:
        await authors_named(reader, scope, "", 25)

    await write(posted, 1, "Zoë %d", 30, 60)
    await write(posted, 2, "Ann %d", PEOPLE, PEOPLE * OF_EACH)
    few = await effort(posted, ask)
    await write(posted, 2, "Ben %d", PEOPLE * 2, PEOPLE * OF_EACH)
    await write(posted, 2, "An %d", 1, 1_000)
    assert await effort(posted, ask) <= few * 1.5
