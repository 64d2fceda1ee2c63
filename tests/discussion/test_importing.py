from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.discussion.importing import import_records
from bot.errors import RefusedError, SourceError
from bot.formats.base import INCOMPLETE
from bot.model import (
    Actor,
    ArticleId,
    CommentId,
    Notice,
    Omission,
    Origin,
    SourceArticle,
    SourceRecord,
    SourceSection,
    Status,
)
from bot.store.articles import Articles
from bot.store.comments import Comments
from bot.store.database import Database
from bot.store.member_comments import MemberComments
from tests.discussion.sources import (
    IDENTITIES,
    article,
    comment,
    imported,
    listed,
    outline,
    publish,
    reports,
)

THREAD = (comment("1"), comment("2", parent="1"), comment("3", parent="2"), comment("4"))


def content(database: Database) -> list[str]:
    with contextlib.closing(sqlite3.connect(database.path)) as connection:
        return list(connection.iterdump())


async def test_the_report_is_the_json_that_other_programs_read(database: Database) -> None:
    records: list[SourceRecord] = [
        article(),
        *THREAD,
        Omission("a", "5", "spam"),
        Notice("encoding", "line 3", "Some letters were damaged.", "a"),
    ]
    report = await import_records(database, records, format_name="test", identities=IDENTITIES)
    assert report.as_json() == {
        "articles": [
            {
                "slug": "a-bench",
                "title": "A Bench",
                "format": "test",
                "result": "created",
                "sections": 2,
                "comments": {"read": 5, "created": 4, "updated": 0, "unchanged": 0, "skipped": 1},
                "skipped": [{"source_id": "5", "reason": "spam"}],
                "warnings": [
                    {"code": "encoding", "place": "line 3", "message": "Some letters were damaged."}
                ],
            }
        ]
    }


async def test_what_is_imported_can_be_read_again(database: Database) -> None:
    await imported(database, article(), *THREAD)
    stored = await Articles(database).by_slug("a-bench")
    assert stored is not None
    assert [(each.number, each.heading, each.text) for each in stored.sections] == [
        (1, None, "Once upon a time"),
        (2, "Birds", "They sing"),
    ]
    assert await outline(database) == [
        "Ann: text of 1",
        "  Ann: text of 2",
        "    Ann: text of 3",
        "Ann: text of 4",
    ]
    assert {each.comment.origin for each in await listed(database)} == {Origin.IMPORTED}


@pytest.mark.parametrize("known", [True, False], ids=["with ids", "without ids"])
async def test_importing_again_changes_nothing_at_all(database: Database, known: bool) -> None:
    records: list[SourceRecord] = [
        article(),
        comment("1", "same", known=known, name=None),
        comment("2", "same", known=known, name=None),
        comment("3", "same", parent="1", known=known, section=2),
        comment("4", parent="5", known=known, minute=3),
        comment("5", known=known, minute=1, status=Status.PENDING),
        comment("6", known=known, status=Status.DELETED),
    ]
    first = await imported(database, *records)
    before = content(database)
    second = await imported(database, *records)
    assert (first.result, first.comments.created) == ("created", 6)
    assert (second.result, second.comments.unchanged) == ("unchanged", 6)
    assert content(database) == before


async def test_a_dry_run_tells_the_same_and_writes_nothing(database: Database) -> None:
    before = content(database)
    assert await imported(database, article(), *THREAD, dry_run=True) == await imported(
        database, article(), *THREAD
    )
    assert content(database) != before
    before = content(database)
    newer: list[SourceRecord] = [article("Another title"), comment("1", "edited"), comment("9", parent="4")]
    tried = await imported(database, *newer, dry_run=True)
    assert content(database) == before
    assert tried == await imported(database, *newer)


async def test_a_source_that_ends_in_an_error_leaves_no_trace(database: Database) -> None:
    await imported(database, article(), *THREAD)
    before = content(database)

    def broken() -> Iterator[SourceRecord]:
        yield article("Another title")
        yield comment("1", "edited")
        raise SourceError("The file ends too early.", place="line 7")

    with pytest.raises(SourceError, match="too early"):
        await reports(database, broken())
    assert content(database) == before


async def test_the_reader_runs_beside_the_event_loop_and_ends_when_cancelled(database: Database) -> None:
    started, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    handed: list[int] = []

    def slow() -> Iterator[SourceRecord]:
        yield article()
        loop.call_soon_threadsafe(started.set)
        go_on.wait(timeout=30)
        for number in range(1_000_000):
            yield comment(str(number))
            handed.append(number)

    task = asyncio.create_task(reports(database, slow()))
    await asyncio.wait_for(started.wait(), timeout=30)
    task.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(handed) < 999_000, "the reader was told to stop"
    assert await Articles(database).summaries() == []


async def test_new_comments_come_in_between_and_edits_reach_those_stored(database: Database) -> None:
    await imported(database, article(), comment("1", minute=1), comment("2", minute=5))
    ids = [each.comment.id for each in await listed(database)]
    report = await imported(
        database,
        article(),
        comment("3", parent="1", minute=4),
        comment("2", "other words", minute=5),
        comment("1", minute=1),
        comment("4", minute=3),
    )
    assert (report.result, report.comments.created, report.comments.updated, report.comments.unchanged) == (
        *("updated", 2, 1),
        1,
    )
    assert await outline(database) == [
        "Ann: text of 1",
        "  Ann: text of 3",
        "Ann: text of 4",
        "Ann: other words",
    ]
    assert set(ids) < {each.comment.id for each in await listed(database)}


async def test_comments_at_one_time_stand_in_the_sources_order_also_when_it_changes(
    database: Database,
) -> None:
    one, two, three = (comment(ref, minute=1) for ref in "123")
    await imported(database, article(), one, two, three)
    report = await imported(database, article(), three, one, two)
    assert report.result == "unchanged", "an order among equals is nothing that a reader of the report sees"
    assert await outline(database) == ["Ann: text of 3", "Ann: text of 1", "Ann: text of 2"]


async def test_an_edited_comment_without_an_id_keeps_its_replies_and_its_members(database: Database) -> None:
    before = [
        comment("1", "first", known=False),
        comment("2", "second", known=False),
        comment("3", "reply", parent="2", known=False),
        comment("4", "third", known=False),
    ]
    await imported(database, article(), *before)
    second = (await listed(database))[1].comment
    discussion = await publish(database)
    await discussion.answer(500, second.id)
    edited = [
        before[0],
        comment("2", "second, better", known=False),
        comment("3", "reply, better", parent="2", known=False),
        before[3],
    ]
    report = await imported(database, article(), *edited)
    assert (report.comments.created, report.comments.updated, report.comments.withdrawn) == (0, 2, 0)
    assert await outline(database) == [
        "Ann: first",
        "Ann: second, better",
        "  Ann: reply, better",
        "  Mel: a member's words",
        "Ann: third",
    ]
    again = await imported(database, article(), *edited)
    assert again.result == "unchanged"


async def test_an_edit_is_known_by_the_neighbours_that_did_not_change(database: Database) -> None:
    x, m, y = (comment(ref, known=False, name=None) for ref in "xmy")
    await imported(database, article(), x, m, y)
    y_id = (await listed(database))[2].comment.id
    report = await imported(database, article(), m, comment("y", "y edited", known=False, name=None))
    assert (report.comments.updated, report.comments.withdrawn) == (1, 1)
    edited = await Comments(database).by_id(y_id)
    assert edited is not None
    assert edited.text == "y edited"


async def test_another_persons_comment_in_the_same_place_is_no_edit(database: Database) -> None:
    await imported(database, article(), comment("1", "mine", known=False, name="Ann"))
    report = await imported(database, article(), comment("1", "mine", known=False, name="Bea"))
    assert (report.comments.created, report.comments.updated, report.comments.withdrawn) == (1, 0, 1)


async def test_what_the_source_withdrew_is_erased_and_its_replies_by_members_stay(database: Database) -> None:
    await imported(database, article(), *THREAD)
    discussion = await publish(database)
    withdrawn = (await listed(database))[2].comment.id
    answer = await discussion.answer(500, withdrawn)
    report = await imported(database, article(), THREAD[0], THREAD[1], THREAD[3])
    assert (report.result, report.comments.withdrawn) == ("updated", 1)
    assert await outline(database) == [
        "Ann: text of 1",
        "  Ann: text of 2",
        "    [Ann]",
        "      Mel: a member's words",
        "Ann: text of 4",
    ]
    kept = await Comments(database).by_id(answer)
    assert kept is not None
    assert kept.parent_id == withdrawn
    gone = await Comments(database).by_id(withdrawn)
    assert gone is not None
    assert (gone.status, gone.status_by) == (Status.DELETED, Actor.SOURCE)


@pytest.mark.parametrize("known", [True, False], ids=["with ids", "without ids"])
async def test_what_the_source_brings_back_is_there_again(database: Database, known: bool) -> None:
    one, two = comment("1", known=known), comment("2", known=known)
    await imported(database, article(), one, two)
    await imported(database, article(), two)
    report = await imported(database, article(), one, two)
    assert (report.comments.created, report.comments.updated) == (0, 1)
    assert await outline(database) == ["Ann: text of 1", "Ann: text of 2"]


async def test_a_source_that_shows_a_part_only_withdraws_nothing(database: Database) -> None:
    part = Notice(INCOMPLETE, "feed", "Only the newest are there.", "a")
    await imported(database, article(), *THREAD[:2], comment("3", parent="2", section=2), THREAD[3])
    report = await imported(
        database, article(), comment("3", "edited"), comment("5", parent="2"), comment("6", parent="x"), part
    )
    assert (report.comments.created, report.comments.updated, report.comments.withdrawn) == (2, 1, 0)
    assert [each.code for each in report.warnings] == [INCOMPLETE, "missing-parent"]
    assert await outline(database) == [
        "Ann: text of 1",
        "  Ann: text of 2",
        "    Ann: edited",
        "    Ann: text of 5",
        "Ann: text of 4",
        "Ann: text of 6",
    ]
    assert (await listed(database))[2].comment.section == 2


async def test_a_source_without_any_comments_is_not_taken_for_one_that_lost_them(database: Database) -> None:
    await imported(database, article(), *THREAD)
    report = await imported(database, article())
    assert (report.result, report.comments.withdrawn) == ("unchanged", 0)
    assert [each.code for each in report.warnings] == ["no-comments"]
    held_back = [Omission("a", each.ref, "held for moderation") for each in THREAD]
    assert (await imported(database, article(), *held_back)).comments.hidden == 4


async def test_what_a_moderator_decided_stands_against_the_source(database: Database) -> None:
    await imported(database, article(), *THREAD)
    hidden, deleted = (each.comment.id for each in (await listed(database))[:2])
    async with database.transaction() as tx:
        await MemberComments(tx).set_status(hidden, Status.HIDDEN, Actor.MODERATOR)
        await MemberComments(tx).tombstone([deleted], Actor.MODERATOR)
    await imported(
        database, article(), comment("1", "edited"), comment("2", "edited", parent="1"), *THREAD[2:]
    )
    statuses = {each.comment.id: each.comment for each in await listed(database)}
    assert (statuses[hidden].status, statuses[hidden].text) == (Status.HIDDEN, "edited")
    assert (statuses[deleted].status, statuses[deleted].text) == (Status.DELETED, "")
    await imported(database, article(), comment("9"))
    await imported(database, article(), *THREAD)
    statuses = {each.comment.id: each.comment for each in await listed(database)}
    assert statuses[hidden].status is Status.DELETED, (
        "the source's withdrawal does not undo a moderator's hiding"
    )
    assert statuses[deleted].text == ""


async def test_a_comment_that_the_source_now_holds_back_is_hidden_and_comes_back(database: Database) -> None:
    await imported(database, article(), *THREAD)
    report = await imported(database, article(), *THREAD[:3], Omission("a", "4", "held for moderation"))
    assert (report.result, report.comments.hidden, report.comments.withdrawn) == ("updated", 1, 0)
    held = (await listed(database))[3].comment
    assert (held.status, held.status_by, held.text) == (Status.HIDDEN, Actor.SOURCE, "text of 4")
    await imported(database, article(), *THREAD)
    assert (await listed(database))[3].comment.status is Status.VISIBLE


async def test_replies_to_what_is_left_out_go_to_the_nearest_above_that_is_not(database: Database) -> None:
    omitted = [
        Omission("a", "2", "spam", parent_ref="1"),
        Omission("a", "3", "spam", parent_ref="2"),
        Omission("a", "5", "spam"),
        Omission("a", "8", "spam", parent_ref="9"),
        Omission("a", "9", "spam", parent_ref="8"),
    ]
    below = [comment("4", parent="3"), comment("6", parent="5"), comment("7", parent="8")]
    report = await imported(database, article(), *below, *omitted, comment("1"))
    assert [(each.code, each.place) for each in report.warnings] == [
        ("omitted-parent", "comment 4"),
        ("omitted-parent", "comment 6"),
        ("missing-parent", "comment 7"),
    ]
    assert await outline(database) == [
        "Ann: text of 6",
        "Ann: text of 7",
        "Ann: text of 1",
        "  Ann: text of 4",
    ]
    report = await imported(database, article(), *below, comment("3", parent="1"), *omitted, comment("1"))
    assert (report.comments.created, report.comments.updated) == (1, 1)
    assert "    Ann: text of 4" in await outline(database)


async def test_parents_that_cannot_be_are_told_and_nobody_is_lost(database: Database) -> None:
    report = await imported(
        database,
        article(),
        comment("1", parent="nobody"),
        comment("2", parent="2"),
        comment("3", parent="5"),
        comment("4", parent="3"),
        comment("5", parent="4"),
        comment("6", parent="5"),
    )
    assert sorted((each.code, each.place) for each in report.warnings) == [
        ("cyclic-parent", "comment 3"),
        ("missing-parent", "comment 1"),
        ("self-parent", "comment 2"),
    ]
    assert await outline(database) == [
        "Ann: text of 1",
        "Ann: text of 2",
        "Ann: text of 3",
        "  Ann: text of 4",
        "    Ann: text of 5",
        "      Ann: text of 6",
    ]


async def test_the_first_of_two_comments_with_one_id_counts(database: Database) -> None:
    report = await imported(
        database, article(), comment("1", "first"), comment("1", "second"), comment("2", parent="1")
    )
    assert report.skipped == (Omission("a", "1", "duplicate id"),)
    assert [each.code for each in report.warnings] == ["duplicate-id"]
    assert await outline(database) == ["Ann: first", "  Ann: text of 2"]


async def test_readers_without_a_name_are_numbered_and_keep_their_numbers(database: Database) -> None:
    one, two, three = (comment(ref, name=None, known=False) for ref in "123")
    await imported(database, article(), one, three)
    assert await outline(database) == ["Reader 1: text of 1", "Reader 2: text of 3"]
    report = await imported(database, article(), one, two, three)
    assert (report.comments.created, report.comments.unchanged) == (1, 2)
    assert await outline(database) == ["Reader 1: text of 1", "Reader 3: text of 2", "Reader 2: text of 3"]


async def test_sections_keep_their_rows_when_others_come_and_go(database: Database) -> None:
    intro, birds = SourceSection(None, "Intro"), SourceSection("Birds", "They sing")
    bees, trees = SourceSection("Bees", "They hum"), SourceSection("Trees", "They stand")
    remark = comment("1", section=2)
    await imported(database, article(sections=(intro, birds, bees)), remark)
    before = {each.heading: each.id for each in await Articles(database).sections(ArticleId(1))}
    report = await imported(database, article(sections=(intro, trees, bees, birds)), comment("1", section=4))
    after = {each.heading: each.id for each in await Articles(database).sections(ArticleId(1))}
    assert (report.result, report.sections, report.comments.unchanged) == ("updated", 4, 1)
    assert {heading: after[heading] for heading in before} == before
    await imported(database, article(sections=(intro, trees, bees)), comment("1"))
    (nested,) = await listed(database)
    assert nested.comment.section is None
    await imported(database, article(sections=(intro, trees, bees, birds)), comment("1", section=4))
    assert {each.heading: each.id for each in await Articles(database).sections(ArticleId(1))} == after


async def test_a_source_of_comments_only_leaves_the_article_and_others_comments_alone(
    database: Database,
) -> None:
    await imported(database, article(url="https://blog.example/bench"), comment("1"))
    elsewhere = SourceArticle(
        "a", "bench", (), "comments.example", "shop", "t1", url="https://blog.example/bench"
    )
    report = await imported(database, elsewhere, comment("1", "written elsewhere", section=2))
    assert (report.slug, report.title, report.sections, report.comments.created) == (
        *("a-bench", "A Bench"),
        *(2, 1),
    )
    again = await imported(database, elsewhere, comment("1", "written elsewhere", section=2))
    assert again.result == "unchanged"
    await imported(database, article(url="https://blog.example/bench"), comment("1"))
    assert await outline(database) == ["Ann: text of 1", "Ann: written elsewhere"]
    (summary,) = await Articles(database).summaries()
    assert summary.title == "A Bench"


async def test_an_article_is_known_by_its_post_whatever_its_title(database: Database) -> None:
    await imported(database, article("Old title"))
    report = await imported(database, article("New title"))
    assert (report.slug, report.title, report.result) == ("old-title", "New title", "updated")


async def test_articles_of_one_title_get_slugs_of_their_own(database: Database) -> None:
    slugs = [(await imported(database, article(post_id=post))).slug for post in ("6", "7", "8", "7")]
    assert slugs == ["a-bench", "a-bench-2", "a-bench-3", "a-bench-2"]
    assert (await imported(database, article(post_id=None))).slug == "a-bench-4"
    assert (await imported(database, article(post_id=None))).result == "unchanged"


async def test_a_slug_may_be_given_and_changed(database: Database) -> None:
    assert (await imported(database, article(), slug="bench")).slug == "bench"
    assert (await imported(database, article())).slug == "bench"
    renamed = await imported(database, article(), slug="seat")
    assert (renamed.slug, renamed.result) == ("seat", "updated")
    await imported(database, article(post_id="7"), slug="other")
    with pytest.raises(RefusedError, match="belongs to another article"):
        await imported(database, article(), slug="other")


async def test_a_given_slug_lets_another_source_take_over_an_article(database: Database) -> None:
    await imported(database, article(post_id=None, kind="text"), comment("1", "hello", known=False))
    discussion = await publish(database)
    await discussion.answer(500, CommentId(1))
    taken = await imported(database, article(), comment("1", "hello"), slug="a-bench")
    assert (taken.result, taken.comments.created, taken.comments.withdrawn) == ("updated", 1, 1)
    assert (await imported(database, article(), comment("1", "hello"))).result == "unchanged"
    assert "  Mel: a member's words" in await outline(database)


@pytest.mark.parametrize("slug", ["Bench", "a b", "-", "../bench"])
async def test_what_is_no_slug_is_refused_before_anything_is_read(database: Database, slug: str) -> None:
    with pytest.raises(RefusedError, match="cannot be a slug"):
        await imported(database, slug=slug)


async def test_one_slug_cannot_name_two_articles(database: Database) -> None:
    two = [article(), SourceArticle("b", "Other", (), "blog", "blog.example", "7")]
    with pytest.raises(RefusedError, match="2 articles"):
        await reports(database, two, slug="both")
    assert [each.slug for each in await reports(database, two)] == ["a-bench", "other"]


async def test_the_first_of_two_articles_with_one_name_counts(database: Database) -> None:
    report = await imported(database, article(), comment("1"), article("Other title"), comment("2"))
    assert (report.title, report.comments.created) == ("A Bench", 2)
    assert [each.code for each in report.warnings] == ["duplicate-article"]


async def test_an_article_left_out_is_told_with_the_others(database: Database) -> None:
    report = await imported(
        database, Omission("draft", None, "It is a draft."), article(), Omission("draft", "9", "Its article…")
    )
    assert [(each.code, each.message) for each in report.warnings] == [("article-left-out", "It is a draft.")]
    assert report.skipped == ()


async def test_ten_thousand_comments_two_hundred_deep(database: Database) -> None:
    def thread() -> Iterator[SourceRecord]:
        yield article()
        for number in range(10_000):
            parent = str(number - 1) if number % 200 else None
            yield comment(str(number), parent=parent, known=number % 400 < 200, minute=number)

    created = await reports(database, thread())
    assert created[0].comments.created == 10_000
    stored = await listed(database)
    assert max(each.depth for each in stored) == 199
    assert [each.comment.text for each in stored] == [f"text of {number}" for number in range(10_000)]
    again = await reports(database, thread())
    assert (again[0].result, again[0].comments.unchanged) == ("unchanged", 10_000)


async def test_an_import_from_another_program_does_not_lose_a_running_bots_writes(
    database: Database, tmp_path: Path
) -> None:
    await imported(database, article(), *THREAD)
    discussion = await publish(database)

    async def members() -> None:
        for number in range(50):
            await discussion.answer(500 + number, CommentId(1))

    async with Database.open(database.path) as other:
        await asyncio.gather(members(), imported(other, article(), *(comment(f"n{n}") for n in range(2000))))
    texts = [line.strip() for line in await outline(database)]
    assert texts.count("Mel: a member's words") == 50
    assert sum(line.startswith("Ann: text of n") for line in texts) == 2000


async def test_a_slug_that_the_source_gives_is_kept(database: Database) -> None:
    given = replace(article(post_id=None), slug="on-benches")
    assert (await imported(database, given)).slug == "on-benches"
    assert (await imported(database, replace(given, title="Benches"))).slug == "on-benches"
    assert (await imported(database, replace(article(post_id="7"), slug="No Slug!"))).slug == "a-bench"


async def test_a_source_looked_at_in_part_is_not_said_to_hold_nothing(database: Database) -> None:
    await imported(database, article(), *THREAD)
    report = await imported(database, article(), Notice(INCOMPLETE, "comments", "Only new ones.", "a"))
    assert [notice.code for notice in report.warnings] == [INCOMPLETE]
    assert report.result == "unchanged"
