"""Changing what is stored, beside a running bot or killed on the way: in short steps, and always to the end."""

from __future__ import annotations

import asyncio
import shutil
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.discussion import merging
from bot.discussion.finishing import Finishing
from bot.discussion.importing import ArticleReport
from bot.formats.base import INCOMPLETE
from bot.model import CommentId, Notice, Status, UserId
from bot.store import arrival
from bot.store.check import check
from bot.store.database import Database, Transaction
from bot.store.erasing import erase_some
from tests.discussion.changer import COMMENTS, TURNING, state
from tests.discussion.sources import DAWN, article, comment, imported, listed, outline, publish

KILLED_AFTER = (3, 2 * TURNING - 2, 12, 2 * TURNING + 1, TURNING)
"""Transactions until a process is killed: while it notes, while it changes, and between two imports."""


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrival, "BATCH", 2)


def between_batches(monkeypatch: pytest.MonkeyPatch, look: Callable[[], Awaitable[None]]) -> None:
    """Call `look` whenever an import takes a breath."""
    breath = asyncio.sleep

    async def looked(seconds: float) -> None:
        await look()
        await breath(seconds)

    monkeypatch.setattr("bot.discussion.merging.asyncio.sleep", looked)


async def finish(database: Database) -> bool:
    """Have the bot look; whether it found something."""
    woken: list[bool] = []
    await Finishing(database, lambda: woken.append(True)).round()
    return bool(woken)


async def import_state(database: Database, number: int) -> ArticleReport:
    return await imported(database, *state(number))


async def shape(database: Database) -> list[tuple[str, ...]]:
    """All that can be seen of the comments, without ids."""
    by_id = {each.comment.id: each.comment for each in await listed(database)}
    return sorted(
        (str(each.source_id), each.text, each.author, str(each.parent_id and by_id[each.parent_id].source_id))
        for each in by_id.values()
    )


async def undisturbed(folder: Path, number: int) -> list[tuple[str, ...]]:
    async with Database.open(folder / f"undisturbed-{number}.db") as database:
        await import_state(database, number)
        return await shape(database)


async def test_members_are_captured_between_two_batches_of_changes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await import_state(database, 1)
    discussion = await publish(database)
    changed: list[int] = []

    async def look() -> None:
        await discussion.answer(5_000 + len(changed), CommentId(1), "meanwhile")
        texts = [each.comment for each in await listed(database) if each.comment.text != "meanwhile"]
        assert {(each.text, each.author) for each in texts} <= {("state 1", "Bea"), ("state 2", "Ann")}
        assert await check(database) == [], "nowhere do comments reply to each other in a circle"
        changed.append(sum(each.text == "state 2" for each in texts))

    between_batches(monkeypatch, look)
    assert (await import_state(database, 2)).comments.updated == COMMENTS
    assert set(changed) >= {0, 2, 4, COMMENTS - 2}, "some at a time"
    assert changed == sorted(changed)
    words = [each.comment.text for each in await listed(database)]
    assert words.count("meanwhile") == len(changed)
    assert words.count("state 2") == COMMENTS
    assert (await import_state(database, 2)).result == "unchanged"


async def test_few_changes_are_seen_at_one_moment(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await imported(database, article(), comment("1"), comment("2", parent="1"))

    async def look() -> None:
        raise AssertionError("it was done in several transactions")

    between_batches(monkeypatch, look)
    await imported(database, article(), comment("1", "edited"))
    assert await outline(database) == ["Ann: edited", "  [Ann]"]


async def test_an_import_broken_off_anywhere_is_completed_or_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if killed: after each of its transactions in turn, without a chance to tidy up; and once with it."""
    expected = [await undisturbed(tmp_path, 0), await undisturbed(tmp_path, 1)]
    outcomes = []
    for kill_after in range(1, 99):
        path = tmp_path / f"{kill_after}.db"
        shutil.copyfile(tmp_path / "undisturbed-0.db", path)
        async with Database.open(path) as database:
            with monkeypatch.context() as patch:
                _break_off(patch, kill_after)
                if kill_after % 5:
                    patch.setattr(merging, "settle", _nothing)
                try:
                    await import_state(database, 1)
                except asyncio.CancelledError:
                    pass
                else:
                    break
            assert await check(database) == []
            if kill_after % 2:
                await finish(database)
                found = await shape(database)
                assert found in expected, "completed or undone"
                outcomes.append(expected.index(found))
                assert not await finish(database)
            assert (await import_state(database, 1)).result in {"updated", "unchanged"}
            assert await shape(database) == expected[1]
            assert await check(database) == []
            assert not await database.fetch_value("SELECT count(*) FROM comment_change")
    assert outcomes == sorted(outcomes), "once seen in part it is completed"
    assert {*outcomes} == {0, 1}


async def _nothing(_database: Database) -> None:
    pass


async def test_others_get_their_turn_while_what_a_killed_import_left_is_removed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        _break_off(patch, 4)
        patch.setattr(merging, "settle", _nothing)
        with pytest.raises(asyncio.CancelledError):
            await imported(database, article(), *(comment(str(each)) for each in range(9)))
    left: list[int] = []

    async def look() -> None:
        left.append(await database.fetch_value("SELECT count(*) FROM comment"))

    between_batches(monkeypatch, look)
    assert await finish(database)
    assert left == [4, 2, 0, 0]
    assert not await database.fetch_value("SELECT count(*) FROM article")


async def test_a_source_takes_over_another_ones_comments_some_at_a_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    comments = [comment(str(each)) for each in range(7)]
    await imported(database, article(), *comments)
    sources = "SELECT source, count(*) FROM comment GROUP BY source"
    seen: list[dict[str, int]] = []

    async def look() -> None:
        seen.append({row[0]: row[1] for row in await database.fetch_all(sources)})
        if len(seen) == 3:
            raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(merging, "settle", _nothing)
        between_batches(patch, look)
        with pytest.raises(asyncio.CancelledError):
            await imported(database, article(kind="other"), *comments, slug="a-bench")
    old, new = "blog blog.example", "other blog.example"
    assert seen == [{old: 5, new: 2}, {old: 3, new: 4}, {old: 1, new: 6}]
    assert await finish(database)
    assert not await finish(database)
    assert [tuple(row) for row in await database.fetch_all(sources)] == [(new, 7)]
    assert (await imported(database, article(kind="other"), *comments)).result == "unchanged"


def _break_off(patch: pytest.MonkeyPatch, after: int) -> None:
    """Have the importing task cancelled once that many transactions have ended."""
    ended, write = 0, Database._write  # noqa: SLF001 - where each transaction passes

    async def counted(self: Database, sql: str, parameters: object = ()) -> None:
        nonlocal ended
        if sql == "BEGIN IMMEDIATE" and ended >= after:
            raise asyncio.CancelledError
        await write(self, sql)
        ended += sql == "COMMIT"

    async def attach(self: Database, sql: str, parameters: object = ()) -> None:
        if parameters:
            await write(self, sql, parameters)  # type: ignore[arg-type]  # as it came
        else:
            await counted(self, sql)

    patch.setattr(Database, "_write", attach)


async def test_one_that_is_killed_is_completed_by_the_bot(tmp_path: Path) -> None:
    path = tmp_path / "oped.db"
    async with Database.open(path) as database:
        await import_state(database, 0)
    promised = 0
    for transactions in KILLED_AFTER:
        await _import_until_killed(path, transactions)
        async with Database.open(path) as database:
            assert await check(database) == []
            promised += await database.fetch_value(
                "SELECT EXISTS (SELECT 1 FROM comment_change) AND NOT EXISTS (SELECT 1 FROM arrival)"
            )
            await finish(database)
            (number,) = {int(each.comment.text.split()[1]) for each in await listed(database)}
            assert await shape(database) == await undisturbed(tmp_path, number)
    assert promised, "none was killed while it was changing"


async def _import_until_killed(path: Path, transactions: int) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.discussion.changer", str(path), stdin=PIPE, stdout=PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    for _ in range(transactions):
        assert await process.stdout.readline(), "the import ended by itself"
        process.stdin.write(b"\n")
    assert await process.stdout.readline()
    process.kill()
    await process.wait()


async def test_what_people_decide_between_two_batches_stands(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await imported(database, article(), *(comment(str(each)) for each in range(1, 9)))
    done = False

    async def decide() -> None:
        nonlocal done
        if done or not await database.fetch_value("SELECT NOT EXISTS (SELECT 1 FROM arrival)"):
            return
        done = True
        assert (await outline(database))[-1] == "Ann: text of 8", "not yet changed"
        async with database.transaction() as tx:
            await tx.execute("UPDATE comment SET status = 'hidden', status_by = 'moderator' WHERE id = 7")
            await _erase_claimed(tx, CommentId(8))
        words = await database.fetch_all("SELECT text FROM comment_change")
        assert "secret 7" in {row["text"] for row in words}
        assert "secret 8" not in {row["text"] for row in words}, "nor is it kept until its turn comes"

    between_batches(monkeypatch, decide)
    await imported(
        database, article(), *(comment(str(each), f"secret {each}", name="Bea") for each in range(1, 9))
    )
    assert done
    comments = {each.comment.source_id: each.comment for each in await listed(database)}
    assert (comments["6"].text, comments["6"].status) == ("secret 6", Status.VISIBLE)
    assert (comments["7"].text, comments["7"].status) == ("secret 7", Status.HIDDEN)
    assert (comments["8"].text, comments["8"].status) == ("", Status.DELETED)
    assert comments["8"].author == "Former member"


async def _erase_claimed(tx: Transaction, identifier: CommentId) -> None:
    mel = UserId(7)
    await tx.execute(
        "INSERT INTO claim (comment_id, user_id, guild_id, asked_at, state) VALUES (?, ?, 10, 0, 'confirmed')",
        (identifier, mel),
    )
    while await erase_some(tx, mel, at=DAWN, limit=1):
        pass


async def test_a_part_of_a_source_changes_words_and_leaves_places(database: Database) -> None:
    """It need not know what a comment replies to, and may name a section that the article does not have."""
    first = [comment("1", section=2), comment("2", parent="1")]
    await imported(database, article(), *first)
    part = Notice(INCOMPLETE, "comments", "There are more.", "a")
    report = await imported(
        database, article(sections=()), part, comment("1", section=9), comment("2", "edited")
    )
    assert (report.comments.updated, report.comments.unchanged) == (1, 1)
    assert await outline(database) == ["Ann: text of 1", "  Ann: edited"]
    assert [each.comment.section for each in await listed(database)] == [2, None]
