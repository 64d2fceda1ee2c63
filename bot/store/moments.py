"""Times as the database keeps them: milliseconds since 1970 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_milliseconds(moment: datetime) -> int:
    """A timezone-aware time as whole milliseconds, rounded down."""
    return (moment - _EPOCH) // _MILLISECOND


def from_milliseconds(value: int) -> datetime:
    """The time that so many milliseconds after 1970 name, in UTC."""
    return _EPOCH + value * _MILLISECOND
