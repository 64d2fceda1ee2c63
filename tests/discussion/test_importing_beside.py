"""Importing while a bot is at work, or is killed: nobody sees half an import, and nobody waits for one."""

from __future__ import annotations

import asyncio
import random
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.model import ArticleId, ChannelId, CommentId, GuildId, PublicationId, SourceRecord, SourceSection
from bot.store import arrival
from bot.store.arrival import Arrival
from bot.store.articles import Articles
from bot.store.branches import Branches
from bot.store.check import check
from bot.store.comments import Comments
from bot.store.database import Database, Transaction
from bot.store.known_comments import KnownComments
from bot.store.scope import Scope
from tests.discussion.importer import MORE
from tests.discussion.sources import SECTIONS, article, comment, imported, outline, publish

KILLS = 6
FIRST = (article(), comment("1", minute=1), comment("2", parent="1"))
NEW_SECTION = SourceSection("Bees", "They hum")
SECOND: tuple[SourceRecord, ...] = (
    article("Two Benches", sections=(*SECTIONS, NEW_SECTION)),
    comment("9", parent="8", section=3),  # before what it answers
    comment("1", "the first, edited"),
    *(comment(str(each), parent="1", section=3, minute=each) for each in range(3, 9)),
)
SEEN_FIRST = ["Ann: text of 1", "  Ann: text of 2"]


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrival, "BATCH", 2)


def before_each_step(
    monkeypatch: pytest.MonkeyPatch, look: Callable[[int], Awaitable[None]]
) -> Callable[[], int]:
    """Call `look` with the step's number whenever an import has stored a batch; how often it was."""
    store, conclude, steps = Arrival.store_batch, Arrival.conclude, 0

    async def batch(self: Arrival, tx: Transaction, known: ArticleId) -> None:
        await look(steps)
        await store(self, tx, known)

    async def conclusion(self: Arrival, tx: Transaction, known: ArticleId) -> None:
        await look(steps)
        await conclude(self, tx, known)

    async def counted(number: int) -> None:
        nonlocal steps
        steps += 1
        await real(number)

    real, look = look, counted
    monkeypatch.setattr(Arrival, "store_batch", batch)
    monkeypatch.setattr(Arrival, "conclude", conclusion)
    return lambda: steps


async def everything(database: Database) -> list[object]:
    """All that is read of articles and comments without knowing their ids."""
    one, publication = ArticleId(1), PublicationId(1)
    scope = Scope(GuildId(10), frozenset({ChannelId(20)}))
    stored = await Articles(database).by_id(one)
    branches = Branches(database, one)
    return [
        await outline(database),
        stored,
        await Articles(database).summaries(),
        await Articles(database).matching("bench", 9),
        await Comments(database).counts(one, scope),
        await Comments(database).replies(CommentId(1)),
        await Comments(database).recent(scope, "text", among=99, limit=99),
        await branches.visible(),
        await branches.choose(publication, least=500),
        await KnownComments(database, "blog").newest("blog.example", ["6"]),
    ]


async def test_readers_see_the_old_state_until_the_new_one_is_whole(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await imported(database, *FIRST)
    await publish(database)
    before = await everything(database)
    seen: list[list[object]] = []

    async def look(_step: int) -> None:
        seen.append(await everything(database))

    steps = before_each_step(monkeypatch, look)
    report = await imported(database, *SECOND)
    assert steps() > 3
    assert all(each == before for each in seen)
    assert (report.comments.created, report.comments.updated, report.comments.withdrawn) == (7, 1, 1)
    assert await outline(database) == [
        "Ann: the first, edited",
        "  [Ann]",
        *(f"  Ann: text of {each}" for each in range(3, 9)),
        "    Ann: text of 9",
    ]
    assert all(after != old for after, old in zip(await everything(database), before, strict=True))
    assert await check(database) == []


async def test_a_new_article_is_seen_with_all_its_comments_or_not_at_all(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    async def look(_step: int) -> None:
        seen.extend([await Articles(database).by_slug("two-benches"), *await Articles(database).summaries()])

    before_each_step(monkeypatch, look)
    await imported(database, *SECOND)
    assert set(seen) == {None}
    (summary,) = await Articles(database).summaries()
    assert (summary.slug, summary.sections, summary.comments) == ("two-benches", 3, 8)


async def test_members_are_captured_meanwhile(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await imported(database, *FIRST)
    discussion = await publish(database)
    answers: list[CommentId] = []
    breath = asyncio.sleep

    async def answer(seconds: float) -> None:
        answers.append(await discussion.answer(5_000 + len(answers), CommentId(1), "meanwhile"))
        await breath(seconds)

    monkeypatch.setattr("bot.discussion.merging.asyncio.sleep", answer)
    await imported(database, *SECOND)
    assert len(answers) >= 3
    assert (await outline(database))[-len(answers) :] == ["  Mel: meanwhile"] * len(answers)
    assert await check(database) == []
    assert (await imported(database, *SECOND)).result == "unchanged"


async def test_one_that_fails_on_the_way_leaves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await imported(database, *FIRST)
    await publish(database)
    before = await everything(database)
    with monkeypatch.context() as patch:

        async def fail(step: int) -> None:
            if step == 3:
                raise asyncio.CancelledError

        before_each_step(patch, fail)
        with pytest.raises(asyncio.CancelledError):
            await imported(database, *SECOND, comment("99", name="Zoe"))
    assert await everything(database) == before
    assert await database.fetch_value("SELECT count(*) FROM comment") == 2
    assert await database.fetch_value("SELECT count(*) FROM commenter WHERE name = 'Zoe'") == 0
    assert (await imported(database, *SECOND)).comments.created == 7


async def test_imports_side_by_side_wait_for_each_other(database: Database) -> None:
    async with Database.open(database.path) as other, asyncio.TaskGroup() as tasks:
        reports = [tasks.create_task(imported(each, *SECOND)) for each in (database, other)]
    assert sorted(each.result().result for each in reports) == ["created", "unchanged"]


async def test_one_that_is_killed_is_cleared_by_the_next(tmp_path: Path) -> None:
    chance, path, whole = random.Random(7), tmp_path / "oped.db", 0  # noqa: S311 - a schedule, not a secret
    async with Database.open(path):
        pass
    unfinished = 0
    for _ in range(KILLS):
        await _import_until_killed(path, whole + MORE, chance)
        async with Database.open(path) as database:
            unfinished += await database.fetch_value("SELECT count(*) FROM arrival")
            summaries = await Articles(database).summaries()
            comments = summaries[0].comments if summaries else 0
            titles = [each.title for each in summaries]
            assert titles == ([f"State {comments}"] if comments else []), (
                "the article and its comments go together"
            )
            assert comments % MORE == 0
            assert comments >= whole
            assert await check(database) == []
            whole = comments
    assert unfinished, "none was killed on the way"
    async with Database.open(path) as database:
        await imported(database, *FIRST)
        assert await database.fetch_value("SELECT count(*) FROM arrival") == 0
        assert await database.fetch_value("SELECT count(*) FROM comment") == whole


async def _import_until_killed(path: Path, first: int, chance: random.Random) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.discussion.importer", str(path), str(first), stdout=PIPE
    )
    assert process.stdout is not None
    for _ in range(chance.randint(1, 20)):
        assert await process.stdout.readline(), "the import ended by itself"
    process.kill()
    await process.wait()
