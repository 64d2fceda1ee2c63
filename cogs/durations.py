"""Durations as people type them."""

from __future__ import annotations

import re
from datetime import timedelta

from discord import app_commands

from bot.errors import RefusedError
from bot.language import gettext as _
from bot.language import ngettext

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
LONGEST = timedelta(days=365)

OFFERED = ("10m", "1h", "6h", "1d", "3d", "1w", "2w", "4w")

_PART = re.compile(r"([0-9]{1,6}) *([mhdw])", re.ASCII)
_WHOLE = re.compile(r"(?:[0-9]{1,6} *[mhdw] *)+", re.ASCII)


def duration(typed: str) -> timedelta:
    """What `90m`, `12h`, `3d`, `2w` or `1d 12h` says, between a minute and a year; raises `RefusedError` otherwise."""
    text = typed.strip().casefold()
    if not _WHOLE.fullmatch(text):
        raise RefusedError(
            _("This is no duration."), remedy=_("Write for example 90m, 12h, 3d or 2w, or 1d 12h.")
        )
    whole = sum((int(number) * UNITS[unit] for number, unit in _PART.findall(text)), timedelta())
    if not timedelta(minutes=1) <= whole <= LONGEST:
        raise RefusedError(_("A duration is between a minute and a year."))
    return whole


def durations_offered(typed: str) -> list[app_commands.Choice[str]]:
    """The usual durations as autocomplete choices, and what was typed where it is one."""
    values = [each for each in OFFERED if each.startswith(typed.strip().casefold())]
    try:
        duration(typed)
    except RefusedError:
        pass
    else:
        values = [typed.strip()[:20], *(each for each in values if each != typed.strip())]
    return [app_commands.Choice(name=spelt(duration(each)), value=each) for each in values]


def spelt(length: timedelta) -> str:
    """A duration in words, its largest units first."""
    minutes = int(length.total_seconds()) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [
        ngettext("{number} day", "{number} days", days).format(number=days) if days else "",
        ngettext("{number} hour", "{number} hours", hours).format(number=hours) if hours else "",
        ngettext("{number} minute", "{number} minutes", minutes).format(number=minutes) if minutes else "",
    ]
    return " ".join(filter(None, parts))
