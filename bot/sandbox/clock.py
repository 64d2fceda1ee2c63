"""The embedded Discord's time, and the ids that are made of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
"""Where Discord's ids begin to count (reference#snowflakes)."""


class Clock:
    """Tells the time in UTC: the machine's, moved by what `advance` has added."""

    def __init__(self, moved: timedelta = timedelta(0)) -> None:
        self._moved = moved

    def now(self) -> datetime:
        """Return the present moment, timezone-aware."""
        return datetime.now(UTC) + self._moved

    def advance(self, by: timedelta) -> None:
        """Let that much time pass at once."""
        if by < timedelta(0):
            raise ValueError("time only goes forward")
        self._moved += by


class Snowflakes:
    """Hands out ids: milliseconds since Discord's epoch in the upper bits, strictly rising."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        """Return an id that is greater than every id before it."""
        self._last = max(snowflake_at(self._clock.now()), self._last + 1)
        return self._last


def snowflake_at(moment: datetime) -> int:
    """Return the least id that could have been given at that moment."""
    return ((moment - EPOCH) // timedelta(milliseconds=1)) << 22


def time_of(snowflake: int) -> datetime:
    """Return the moment an id was given, to the millisecond."""
    return EPOCH + timedelta(milliseconds=snowflake >> 22)


def iso(moment: datetime) -> str:
    """Write a moment as Discord does: ISO 8601 with microseconds and an offset."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
