"""Sources that show what is published only, and replies to what a source does not show."""

from __future__ import annotations

from bot.model import Actor, SourceComment, Status
from bot.store.database import Database
from tests.discussion.sources import article, comment, imported, listed, outline

THREAD = (comment("1"), comment("2", parent="1"), comment("3", parent="2"), comment("4"))
TREE = ["Ann: text of 1", "  Ann: text of 2", "    Ann: text of 3", "Ann: text of 4"]


def with_states(*states: Status) -> list[SourceComment]:
    return [
        comment(str(number), minute=number, status=status) for number, status in enumerate(states, start=1)
    ]


async def test_what_a_site_keeps_to_itself_is_not_gone_where_it_is_not_shown(database: Database) -> None:
    states = [Status.VISIBLE, Status.PENDING, Status.REJECTED, Status.HIDDEN, Status.VISIBLE]
    records = with_states(*states)
    await imported(database, article(), *records)
    report = await imported(database, article(), records[0], records[4], published_only=True)
    assert (report.result, report.comments.withdrawn) == ("unchanged", 0)
    assert [each.comment.status for each in await listed(database)] == states
    report = await imported(database, article(), records[0], published_only=True)
    assert report.comments.withdrawn == 1
    assert [each.comment.status for each in await listed(database)] == [*states[:4], Status.DELETED]


async def test_what_the_site_publishes_is_shown_then(database: Database) -> None:
    await imported(database, article(), *with_states(Status.VISIBLE, Status.PENDING))
    await imported(database, article(), *with_states(Status.VISIBLE, Status.VISIBLE), published_only=True)
    assert [each.comment.status for each in await listed(database)] == [Status.VISIBLE] * 2


async def test_what_is_gone_from_a_source_that_shows_all_is_gone_here(database: Database) -> None:
    records = with_states(Status.VISIBLE, Status.PENDING)
    await imported(database, article(), *records)
    await imported(database, article(), records[0])
    second = (await listed(database))[1].comment
    assert (second.status, second.status_by, second.text) == (Status.DELETED, Actor.SOURCE, "")


async def test_replies_stay_below_what_is_known_but_not_shown(database: Database) -> None:
    held = comment("2", parent="1", status=Status.PENDING)
    await imported(database, article(), THREAD[0], held, *THREAD[2:])
    report = await imported(database, article(), THREAD[0], *THREAD[2:], published_only=True)
    assert (report.result, report.warnings) == ("unchanged", ())
    assert await outline(database) == TREE


async def test_replies_stay_below_what_is_no_longer_shown(database: Database) -> None:
    await imported(database, article(), *THREAD)
    report = await imported(database, article(), THREAD[0], *THREAD[2:], published_only=True)
    assert (report.comments.updated, report.comments.withdrawn, report.warnings) == (0, 1, ())
    assert await outline(database) == [TREE[0], "  [Ann]", *TREE[2:]]


async def test_no_circle_comes_of_a_reply_that_stays(database: Database) -> None:
    await imported(database, article(), *THREAD)
    report = await imported(database, article(), comment("1", parent="3"), *THREAD[2:], published_only=True)
    assert [(each.code, each.place) for each in report.warnings] == [("missing-parent", "comment 3")]
    assert await outline(database) == ["Ann: text of 3", "  Ann: text of 1", "    [Ann]", "Ann: text of 4"]


async def test_no_circle_comes_of_a_new_comment_between(database: Database) -> None:
    await imported(database, article(), *THREAD)
    report = await imported(
        database,
        article(),
        comment("9", parent="3"),
        comment("1", parent="9"),
        *THREAD[2:],
        published_only=True,
    )
    assert [(each.code, each.place) for each in report.warnings] == [("missing-parent", "comment 3")]
    assert len(await outline(database)) == 5
