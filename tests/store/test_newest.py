from __future__ import annotations

import pytest

from bot.model import ArticleId, ChannelId, GuildId, Status
from bot.store import newest
from bot.store.database import Database, Reader
from bot.store.newest import newest_comments
from bot.store.scope import Scope
from tests.store.effort import effort
from tests.store.making import add_article

HERE, ELSEWHERE = (Scope(GuildId(guild), frozenset({ChannelId(20 + guild)})) for guild in (10, 11))
ANY = frozenset(Status) - {Status.DELETED}
SHOWN, HIDDEN = frozenset({Status.VISIBLE}), frozenset({Status.HIDDEN})

POSTED = """
INSERT INTO publication (id, article_id, guild_id, channel_id, channel_kind, state, requested_at)
VALUES (:id, :article, :guild, :guild + 20, 'forum', 'live', 0)
"""
COMMENTS = """
WITH RECURSIVE counting (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counting WHERE n < :number)
INSERT INTO comment (article_id, commenter_id, origin, status, text, publication_id)
SELECT :article, 1, 'discord', :status, '', :article FROM counting
"""


@pytest.fixture(autouse=True)
def _short_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest, "WALKED", 50)


@pytest.fixture
async def posted(database: Database) -> Database:
    """Articles 1 and 2 posted here, 3 elsewhere; a publication has its article's id."""
    for number, guild in enumerate((10, 10, 11), start=1):
        article = await add_article(database, f"article-{number}")
        async with database.transaction() as tx:
            await tx.execute(POSTED, {"article": article, "id": number, "guild": guild})
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO commenter (name, user_id) VALUES ('Ann', 1)")
    return database


async def write(database: Database, article: int, number: int, status: Status = Status.VISIBLE) -> list[int]:
    """So many comments on an article; their ids, newest first."""
    async with database.transaction() as tx:
        await tx.execute(COMMENTS, {"article": ArticleId(article), "number": number, "status": status})
        last = int(await tx.fetch_value("SELECT max(id) FROM comment"))
    return list(range(last, last - number, -1))


async def test_the_newest_are_found_in_each_state(posted: Database) -> None:
    first = await write(posted, 1, 3)
    hidden = await write(posted, 2, 2, Status.HIDDEN)
    await write(posted, 1, 1, Status.DELETED)
    waiting = await write(posted, 1, 2, Status.PENDING)
    assert await newest_comments(posted, HERE, SHOWN, limit=9, least=9) == first
    assert await newest_comments(posted, HERE, HIDDEN, limit=9, least=9) == hidden
    assert await newest_comments(posted, HERE, HIDDEN, limit=1, least=1) == hidden[:1]
    assert await newest_comments(posted, HERE, ANY, limit=9, least=9) == [*waiting, *hidden, *first]
    assert await newest_comments(posted, ELSEWHERE, ANY, limit=9, least=9) == []


@pytest.mark.parametrize("status", [Status.VISIBLE, Status.HIDDEN])
async def test_a_quiet_server_finds_its_own_below_all_that_is_written_elsewhere(
    posted: Database, status: Status
) -> None:
    older, newer = await write(posted, 2, 30, status), await write(posted, 1, 3, status)
    await write(posted, 3, 200, status)
    statuses = frozenset({status})
    assert await newest_comments(posted, HERE, statuses, limit=5, least=5) == [*newer, *older[:2]]
    assert len(await newest_comments(posted, ELSEWHERE, statuses, limit=70, least=5)) == 70
    assert await newest_comments(posted, HERE, frozenset({Status.REJECTED}), limit=5, least=5) == []


@pytest.mark.parametrize("statuses", [SHOWN, HIDDEN, ANY], ids=["shown", "hidden", "any"])
@pytest.mark.parametrize("scope", [HERE, ELSEWHERE], ids=["quiet", "busy"])
async def test_it_is_no_more_work_the_more_is_stored(
    posted: Database, scope: Scope, statuses: frozenset[Status]
) -> None:
    async def ask(reader: Reader) -> None:
        await newest_comments(reader, scope, statuses, limit=40, least=25)

    for status in (Status.VISIBLE, Status.HIDDEN):
        await write(posted, 1, 60, status)
    for status in (Status.VISIBLE, Status.HIDDEN):
        await write(posted, 3, 100, status)
    few = await effort(posted, ask)
    for status in (Status.DELETED, Status.HIDDEN, Status.VISIBLE):
        await write(posted, 3, 3_000, status)
    assert await effort(posted, ask) <= few * 1.5


async def test_nothing_hidden_is_found_without_passing_all_that_is_not(posted: Database) -> None:
    async def ask(reader: Reader) -> None:
        assert await newest_comments(reader, HERE, HIDDEN, limit=40, least=25) == []

    await write(posted, 1, 5)
    few = await effort(posted, ask)
    await write(posted, 1, 3_000)
    assert await effort(posted, ask) <= few * 1.5
