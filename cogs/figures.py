"""The figures of a discussion as text, in the answer and as the alternative text of its picture."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from bot.discussion.layout import timestamp
from bot.discussion.statistics import DiscussionFigures, Figures
from bot.language import gettext as _
from bot.language import ngettext
from bot.text import dialect
from cogs.answers import fitted

ALTERNATIVE_LIMIT = 1024
"""How long an attachment's alternative text may be (resources/message, Attachment)."""

TITLE_LIMIT, NAME_LIMIT = 200, 60
LISTED_LIMIT = 700
"""What the sections may take of a message, and as much the people."""


def text(counted: DiscussionFigures) -> str:
    """The figures as an answer."""
    figures = counted.figures
    lines = [f"**{_words(counted.title, TITLE_LIMIT)}**", _totals(figures)]
    if figures.by_day:
        lines.append(_busiest(figures, _as_discord_shows_it))
    if figures.by_depth:
        lines.append(_depths(figures))
    if any(each.comments for each in figures.by_section):
        sections = [
            f"- {each.number}. {_words(each.heading or _('Introduction'), NAME_LIMIT)}: {each.comments}"
            for each in figures.by_section
        ]
        lines += [f"**{_('By section')}**", fitted(sections, LISTED_LIMIT)]
    if figures.most_active:
        people = [
            f"{place}. {_words(name, NAME_LIMIT)}: {number}" for place, (name, number) in _ranked(figures)
        ]
        lines += [f"**{_('Most active')}**", fitted(people, LISTED_LIMIT)]
    return "\n".join(lines)


def alternative(counted: DiscussionFigures) -> str:
    """What the picture shows, for those who cannot see it."""
    figures = counted.figures
    lines = [
        _("Four charts: comments over time, by section, by depth of the reply, and the most active people."),
        _totals(figures),
    ]
    lines += [_busiest(figures, date.isoformat)] if figures.by_day else []
    lines += [_depths(figures)] if figures.by_depth else []
    return dialect.clip(" ".join(lines), ALTERNATIVE_LIMIT)


def _totals(figures: Figures) -> str:
    comments = ngettext("{number} comment", "{number} comments", figures.comments)
    people = ngettext("{number} person", "{number} people", figures.people)
    return _("{comments} by {people}, {here} of them written here.").format(
        comments=comments.format(number=figures.comments),
        people=people.format(number=figures.people),
        here=figures.by_members,
    )


def _busiest(figures: Figures, told: Callable[[date], str]) -> str:
    first, last = min(figures.by_day), max(figures.by_day)
    busiest = max(figures.by_day, key=lambda day: figures.by_day[day])
    if first == last:
        return _("All on {day}.").format(day=told(first))
    return _("From {first} to {last}; the most on one day: {number}, on {busiest}.").format(
        first=told(first), last=told(last), number=figures.by_day[busiest], busiest=told(busiest)
    )


def _as_discord_shows_it(day: date) -> str:
    # At noon, so that it is the same day for nearly every reader.
    return timestamp(datetime.combine(day, time(12), UTC), "D")


def _depths(figures: Figures) -> str:
    return _("At the top: {top}; replies: {replies}; the deepest stand {depth} below the top.").format(
        top=figures.by_depth[0], replies=sum(figures.by_depth[1:]), depth=len(figures.by_depth) - 1
    )


def _ranked(figures: Figures) -> enumerate[tuple[str, int]]:
    return enumerate(figures.most_active, start=1)


def _words(foreign: str, limit: int) -> str:
    return dialect.escape(dialect.clip(" ".join(foreign.split()), limit))
