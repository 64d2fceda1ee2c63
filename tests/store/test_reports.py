from __future__ import annotations

from datetime import UTC, datetime

from bot.model import CaseId, CommentId, GuildId, UserId
from bot.store.database import Database
from bot.store.reports import Reports
from tests.discussion.sources import article, comment, imported

HERE, ELSEWHERE = GuildId(1), GuildId(2)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def test_reports_of_one_comment_are_one_case_until_it_is_closed(database: Database) -> None:
    await imported(database, article(), comment("1"), comment("2"))
    async with database.transaction() as tx:
        reports = Reports(tx)
        assert await reports.add(tx, HERE, CommentId(1), UserId(7), "rude", NOW)
        assert not await reports.add(tx, HERE, CommentId(1), UserId(8), "an advertisement", NOW)
        assert not await reports.add(tx, HERE, CommentId(1), UserId(7), "very rude", NOW)
        assert await reports.add(tx, HERE, CommentId(2), UserId(7), "rude too", NOW)
    case = await Reports(database).next_open(HERE, CaseId(0))
    assert case is not None
    assert (case.comment_id, case.reporters, case.reasons) == (1, (7, 8), ("very rude", "an advertisement"))
    second = await Reports(database).next_open(HERE, case.id)
    assert second is not None
    assert second.comment_id == 2
    async with database.transaction() as tx:
        assert await Reports(tx).close(tx, case.id, NOW)
        assert not await Reports(tx).close(tx, case.id, NOW)
        assert await Reports(tx).add(tx, HERE, CommentId(1), UserId(7), "again", NOW)
    assert await Reports(database).open_case(case.id, HERE) is None


async def test_a_case_is_its_servers_own(database: Database) -> None:
    await imported(database, article(), comment("1"))
    async with database.transaction() as tx:
        await Reports(tx).add(tx, HERE, CommentId(1), UserId(7), "rude", NOW)
    assert await Reports(database).open_case(CaseId(1), ELSEWHERE) is None
    assert await Reports(database).next_open(ELSEWHERE, CaseId(0)) is None
