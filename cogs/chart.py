"""The picture of a discussion's figures, as a PNG that reads on a dark and on a light page alike."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from bot.discussion.statistics import Figures
from bot.language import gettext as _

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.ticker import Locator

GROUND, INK, FAINT, BAR = "#1e1f22", "#f2f3f5", "#4e5058", "#8ea1ff"
"""The picture brings its own ground. Ink and bars stand out from it by more than 7 to 1 and 4.5 to 1."""

WIDTH, HEIGHT, DOTS = 6.0, 6.0, 160
"""In inches and dots an inch: text stays readable where a phone shows the picture 360 points wide."""

DAYS_ALONE = 62
"""Beyond so many days between first and last comment the columns stand for months."""

SECTIONS, NAME_WIDTH = 10, 18


def draw(figures: Figures) -> bytes:
    """Draw the four charts. It takes a moment: call it in a thread of its own."""
    # It takes half a second to load, and nothing else needs it.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    layout = ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.15)
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DOTS, facecolor=GROUND, layout=layout)
    FigureCanvasAgg(figure)
    panes = figure.subplots(2, 2)
    _over_time(panes[0][0], figures)
    _by_section(panes[0][1], figures)
    _by_depth(panes[1][0], figures)
    _most_active(panes[1][1], figures)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", facecolor=GROUND)
    return picture.getvalue()


def periods(by_day: dict[date, int]) -> list[tuple[str, int]]:
    """The comments by day, or by month where they stretch over more than two, without gaps, each with its label."""
    if not by_day:
        return []
    first, last = min(by_day), max(by_day)
    if (last - first).days < DAYS_ALONE:
        days = (date.fromordinal(each) for each in range(first.toordinal(), last.toordinal() + 1))
        return [(each.isoformat(), by_day.get(each, 0)) for each in days]
    months = dict.fromkeys(
        (f"{number // 12:04}-{number % 12 + 1:02}" for number in range(_month(first), _month(last) + 1)), 0
    )
    for day, comments in by_day.items():
        months[f"{day:%Y-%m}"] += comments
    return list(months.items())


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _over_time(pane: Axes, figures: Figures) -> None:
    _style(pane, _("Comments over time"))
    columns = periods(dict(figures.by_day))
    if not columns:
        pane.set_axis_off()  # it would count from nothing to nothing
        pane.text(0, 0.8, _("No comment has a date."), color=INK, fontsize=9, transform=pane.transAxes)
        return
    pane.bar(range(len(columns)), [comments for _label, comments in columns], color=BAR, width=0.9)
    shown = sorted({0, len(columns) // 2, len(columns) - 1})
    pane.set_xticks(shown, [columns[each][0] for each in shown])


def _by_section(pane: Axes, figures: Figures) -> None:
    _style(pane, _("By section"))
    labelled = [
        (f"{each.number}  {each.heading or _('Introduction')}", each.comments) for each in figures.by_section
    ]
    if len(labelled) > SECTIONS:
        rest = sum(comments for _label, comments in labelled[SECTIONS - 1 :])
        labelled = [*labelled[: SECTIONS - 1], (_("Further sections"), rest)]
    _bars(pane, labelled)


def _by_depth(pane: Axes, figures: Figures) -> None:
    _style(pane, _("By depth of the reply"))
    pane.bar(range(len(figures.by_depth)), figures.by_depth, color=BAR, width=0.9)
    pane.xaxis.set_major_locator(_whole_numbers())


def _most_active(pane: Axes, figures: Figures) -> None:
    _style(pane, _("Most active"))
    _bars(
        pane,
        [(f"{place}  {name}", number) for place, (name, number) in enumerate(figures.most_active, start=1)],
    )


def _bars(pane: Axes, labelled: Sequence[tuple[str, int]]) -> None:
    """Horizontal bars from the top down, each with its number."""
    bars = pane.barh(range(len(labelled)), [number for _label, number in labelled], color=BAR, height=0.7)
    pane.bar_label(bars, padding=3, color=INK, fontsize=9)
    pane.set_yticks(range(len(labelled)), [_drawable(label) for label, _number in labelled])
    pane.invert_yaxis()
    # Each bar has its number, so that an axis would only repeat them, or count in halves.
    pane.xaxis.set_visible(False)
    pane.margins(x=0.15)


def _style(pane: Axes, title: str) -> None:
    pane.set_title(title, color=INK, fontsize=11, loc="left")
    pane.set_facecolor(GROUND)
    pane.tick_params(colors=INK, labelsize=9, length=0)
    pane.yaxis.set_major_locator(_whole_numbers())
    for name, spine in pane.spines.items():
        spine.set_visible(name in {"left", "bottom"})
        spine.set_color(FAINT)


def _whole_numbers() -> Locator:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=5, integer=True)


def _drawable(label: str) -> str:
    """A label on one line, without what matplotlib's own font cannot draw and without its markup for formulas.

    The figures as text beside the picture have every name in full.
    """
    from matplotlib.font_manager import findfont, get_font

    glyphs = get_font(findfont("DejaVu Sans")).get_charmap()
    kept = "".join(character for character in label if ord(character) in glyphs)
    return textwrap.shorten(kept, NAME_WIDTH, placeholder="…").replace("$", r"\$")
