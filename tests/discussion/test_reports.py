from __future__ import annotations

import pytest

from bot.discussion.access import Viewer
from bot.discussion.chronicle import Chronicle, Filter
from bot.discussion.reports import Reporting
from bot.errors import NotFoundError
from bot.model import Action, CaseId, CommentId, UserId
from bot.store.database import Database
from tests.discussion.posting import GUILD, post
from tests.discussion.sources import article, comment, imported

MEL = Viewer(GUILD, UserId(7), lambda channel: True)
MO = Viewer(GUILD, UserId(9), lambda channel: True, lambda channel: True)
BLIND_MO = Viewer(GUILD, UserId(9), lambda channel: False, lambda channel: True)


@pytest.fixture
async def reported(database: Database) -> CaseId:
    """A case about an imported comment in a channel."""
    await imported(database, article(), comment("1"))
    await post(database, "a-bench")
    await Reporting(database).report(MEL, CommentId(1), reason="It is rude.")
    view = await Reporting(database).next_case(MO)
    assert view is not None
    return view.case.id


async def log(database: Database, viewer: Viewer) -> list[Action]:
    page = await Chronicle(database).page(viewer, Filter(), None)
    return [each.action for each in page.entries]


async def test_a_moderator_who_cannot_read_the_channel_learns_nothing_of_a_case(
    database: Database, reported: CaseId
) -> None:
    assert await Reporting(database).next_case(BLIND_MO) is None
    with pytest.raises(NotFoundError):
        await Reporting(database).close(BLIND_MO, reported)
    await Reporting(database).close(MO, reported)
    assert await log(database, MO) == [Action.REPORTS_CLOSED, Action.COMMENT_REPORTED]
    assert await log(database, BLIND_MO) == []
