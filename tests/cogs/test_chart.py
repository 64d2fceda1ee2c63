from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.discussion.statistics import DiscussionFigures, Figures
from bot.store.statistics import SectionCount
from cogs import chart
from cogs.figures import alternative, text


def figures(name: str = "Ann", heading: str | None = "Birds", sections: int = 2) -> Figures:
    return Figures(
        comments=7,
        by_members=3,
        people=2,
        by_day={date(2024, 1, 1): 4, date(2024, 1, 9): 3},
        by_section=tuple(SectionCount(number, heading, number) for number in range(1, sections + 1)),
        by_depth=(4, 2, 0, 1),
        most_active=((name, 4), ("Ben", 3)),
    )


def test_the_picture_is_opaque_and_of_a_size_that_a_phone_shows_whole() -> None:
    picture = Image.open(io.BytesIO(chart.draw(figures())))
    assert (picture.format, picture.size) == ("PNG", (960, 960))
    assert picture.convert("RGBA").getchannel("A").getextrema() == (255, 255)


def test_without_dates_a_sentence_stands_where_the_columns_would() -> None:
    undated = Image.open(io.BytesIO(chart.draw(replace(figures(), by_day={})))).convert("L")
    middle = undated.crop((20, 120, 400, 300))
    assert max(middle.tobytes()) > 200, "nothing is written there"


def test_names_that_no_font_has_and_markup_for_formulas_are_drawn_without_harm() -> None:
    for name in ("王小明", "$\\frac{", "a" * 10_000, "\x00\ud800", "", "_^{}$$", "\u202eevil"):
        assert chart.draw(figures(name, name, sections=40)).startswith(b"\x89PNG")


@settings(max_examples=60)
@given(st.dictionaries(st.dates(date(1995, 1, 1), date(2030, 1, 1)), st.integers(1, 9), max_size=20))
def test_the_columns_hold_every_comment_and_have_no_gaps(by_day: dict[date, int]) -> None:
    columns = chart.periods(by_day)
    assert sum(comments for _, comments in columns) == sum(by_day.values())
    labels = [label for label, _ in columns]
    assert labels == sorted(set(labels))
    if by_day and max(by_day) - min(by_day) < timedelta(days=chart.DAYS_ALONE):
        assert len(labels) == (max(by_day) - min(by_day)).days + 1


def test_days_are_told_as_discord_shows_them_and_plainly_to_those_who_hear_the_picture() -> None:
    counted = DiscussionFigures("On rivers", figures())
    assert "From <t:1704110400:D> to <t:1704801600:D>" in text(counted)
    assert "From 2024-01-01 to 2024-01-09" in alternative(counted)
    alone = replace(figures(), by_day={date(2024, 1, 1): 7})
    assert "All on <t:1704110400:D>." in text(DiscussionFigures("On rivers", alone))
