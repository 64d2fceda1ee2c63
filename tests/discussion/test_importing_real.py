"""What a real WordPress exports: the counts that are known of it, and one site by three ways."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bot.discussion.importing import ArticleReport, import_records
from bot.formats import registry
from bot.formats.base import INCOMPLETE, ReadOptions, Unpublished
from bot.formats.stream import HEAD, open_source
from bot.model import Status
from bot.store.database import Database
from tests.discussion.sources import IDENTITIES, listed

EVERYTHING = frozenset(Unpublished)


async def imported(
    database: Database, folder: Path, *names: str, include: frozenset[Unpublished] = frozenset()
) -> Sequence[ArticleReport]:
    """Import files of the real site as one source; the report of each article."""
    content = b"\n".join((folder / "wordpress" / name).read_bytes() for name in names)
    form = registry.recognise(content[:HEAD])
    with open_source(io.BytesIO(content)) as stream:
        records = form.read(stream, ReadOptions(include=include))
        report = await import_records(database, records, format_name=form.name, identities=IDENTITIES)
    return report.articles


async def test_the_export_has_the_counts_that_are_known(database: Database, real_data: Path) -> None:
    by_title = {report.title[:5]: report for report in await imported(database, real_data, "export.xml")}
    article, nasty = by_title["Why U"], by_title["Nasty"]
    assert (article.comments.created, nasty.comments.created) == (4, 300)
    reasons = Counter(omission.reason for omission in nasty.skipped)
    assert reasons == {
        "It awaits moderation.": 8,
        "It is in the trash.": 5,
        "It is a pingback, not a comment.": 2,
        "It is a trackback, not a comment.": 2,
    }
    assert [omission.reason for omission in article.skipped] == ["It is a pingback, not a comment."]
    comments = await listed(database, 2)
    assert max(each.depth for each in comments) == 9
    codes = Counter(notice.code for report in by_title.values() for notice in report.warnings)
    assert (codes["missing-parent"], codes["omitted-parent"]) == (2, 4)
    assert codes["article-left-out"] == 7


async def test_on_request_unpublished_comments_come_with_their_status(
    database: Database, real_data: Path
) -> None:
    await imported(database, real_data, "export.xml", include=EVERYTHING)
    counted = Counter(each.comment.status for each in await listed(database, 2))
    assert counted == {Status.VISIBLE: 300, Status.PENDING: 8, Status.HIDDEN: 5}


async def test_the_same_site_by_another_way_changes_nothing(database: Database, real_data: Path) -> None:
    await imported(database, real_data, "export.xml")
    before = [await listed(database, article) for article in (1, 2)]
    for names in (
        ["rest-posts.json", "rest-comments.json"],
        ["nasty-twentytwentythree.html"],
        ["export.xml"],
    ):
        reports = await imported(database, real_data, *names)
        assert not any(report.comments.changed for report in reports)
        # What plugins and blocks put into a post as it is shown is in no export.
        assert {report.result for report in reports if not report.title.startswith("Nasty")} <= {"unchanged"}
        assert [await listed(database, article) for article in (1, 2)] == before


async def test_a_page_that_hides_some_says_so(database: Database, real_data: Path) -> None:
    (report,) = await imported(database, real_data, "nasty-twentytwentythree.html")
    assert report.comments.created == 249
    assert INCOMPLETE in {notice.code for notice in report.warnings}


async def test_from_a_page_on_the_rest_is_filled_in(database: Database, real_data: Path) -> None:
    await imported(database, real_data, "nasty-twentytwentythree.html")
    reports = await imported(database, real_data, "export.xml")
    nasty = next(report for report in reports if report.title.startswith("Nasty"))
    assert (nasty.comments.created, nasty.comments.updated, nasty.comments.unchanged) == (51, 0, 249)
