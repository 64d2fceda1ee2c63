from __future__ import annotations

from datetime import date

from bot.model import ArticleId, PublicationId, SourceSection, Status
from bot.store.database import Database
from bot.store.statistics import SectionCount, Statistics
from tests.discussion.sources import article, comment, imported, listed, publish

DAY = 24 * 60


async def test_a_discussion_is_counted_by_day_section_depth_and_person(database: Database) -> None:
    await imported(
        database,
        article(sections=(SourceSection(None, "So"), SourceSection("Birds", "They sing"))),
        comment("1", minute=0, section=2, name="Ann"),
        comment("2", minute=5, parent="1", name="Ben"),
        comment("3", minute=3 * DAY, parent="2", name="Ann"),
        comment("4", name="Cleo"),
    )
    figures = await Statistics(database, ArticleId(1), []).figures(people=2)
    assert (figures.comments, figures.by_members, figures.people) == (4, 0, 3)
    assert figures.by_day == {date(2024, 1, 1): 2, date(2024, 1, 4): 1}
    assert figures.by_section == (SectionCount(1, None, 0), SectionCount(2, "Birds", 1))
    assert figures.by_depth == (2, 1, 1)
    assert figures.most_active == (("Ann", 2), ("Ben", 1))


async def test_what_may_not_be_seen_is_not_counted(database: Database) -> None:
    await imported(database, article(), comment("1", minute=0), comment("2", minute=1, status=Status.PENDING))
    discussion = await publish(database)
    top = (await listed(database))[0].comment.id
    await discussion.answer(500, top)
    here = await Statistics(database, ArticleId(1), [PublicationId(1)]).figures(people=5)
    assert (here.comments, here.by_members, here.by_depth) == (2, 1, (1, 1))
    assert dict(here.most_active) == {"Ann": 1, "Mel": 1}
    elsewhere = await Statistics(database, ArticleId(1), []).figures(people=5)
    assert (elsewhere.comments, elsewhere.by_members, elsewhere.by_depth) == (1, 0, (1,))


async def test_an_article_without_comments_has_figures_too(database: Database) -> None:
    await imported(database, article())
    figures = await Statistics(database, ArticleId(1), []).figures(people=5)
    assert (figures.comments, figures.people, figures.by_day, figures.by_depth) == (0, 0, {}, ())
