"""Lists of comments, as they are written."""

from __future__ import annotations

from bot.discussion.outline import OwnPage
from bot.model import CommentId, Origin, Status
from bot.text import dialect
from cogs import outlines
from tests.discussion.test_layout import a_comment


def test_a_page_of_ones_own_comments_shows_each_however_long_they_are() -> None:
    comments = [
        a_comment(
            "Why is it so low this year? " * 9,
            id=CommentId(number),
            origin=Origin.DISCORD,
            status=Status.REJECTED,
        )
        for number in range(1, 7)
    ]
    said = {each.id: "Too short: " + "please say more of it. " * 9 for each in comments}
    links = {each.id: f"https://discord.com/channels/{10**18}/{10**18}/{10**18}" for each in comments}
    titles = {each.article_id: "On rivers and the towns that live by them" for each in comments}
    page = outlines.own(OwnPage(0, tuple(comments), titles, links, said, {}, frozenset(), more=True))
    assert all(f"**{number}.**" in page for number in range(1, 7))
    assert page.count("A moderator says: Too short") == 6
    assert dialect.utf16_length(page) <= dialect.MESSAGE_LIMIT
