from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import RefusedError
from cogs.durations import LONGEST, duration, durations_offered, spelt


@pytest.mark.parametrize(
    ("typed", "length"),
    [
        ("90m", timedelta(minutes=90)),
        (" 12 H ", timedelta(hours=12)),
        ("1d 12h", timedelta(hours=36)),
        ("2w", timedelta(weeks=2)),
    ],
)
def test_durations_are_read_as_people_type_them(typed: str, length: timedelta) -> None:
    assert duration(typed) == length


@pytest.mark.parametrize(
    "typed", ["", "soon", "5", "1.5h", "-1h", "3y", "١d", "1d12", "0m", "53w", "999999w" * 9]
)
def test_what_is_no_duration_is_refused(typed: str) -> None:
    with pytest.raises(RefusedError):
        duration(typed)


@given(st.text(max_size=30))
@example("1d")
@example("45m")
def test_every_choice_offered_is_a_duration_and_fits_discord(typed: str) -> None:
    for choice in durations_offered(typed):
        assert timedelta(0) < duration(choice.value) <= LONGEST
        assert 0 < len(choice.name) <= 100


def test_durations_are_spelt_out() -> None:
    assert spelt(timedelta(days=1, hours=2)) == "1 day 2 hours"
    assert spelt(timedelta(minutes=1)) == "1 minute"
