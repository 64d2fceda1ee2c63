"""Time and ids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import discord
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.clock import Clock, Snowflakes, iso, snowflake_at, time_of


def test_ids_rise_and_tell_their_time() -> None:
    clock = Clock()
    flakes = Snowflakes(clock)
    ids = [flakes.next() for _ in range(5000)]
    assert ids == sorted(set(ids))
    assert abs(time_of(ids[0]) - clock.now()) < timedelta(seconds=5)
    clock.advance(timedelta(days=1))
    assert time_of(flakes.next()) - time_of(ids[0]) >= timedelta(days=1)


@given(st.datetimes(min_value=datetime(2015, 1, 2), max_value=datetime(2080, 1, 1)))  # noqa: DTZ001 - made aware below
def test_an_id_reads_as_discord_py_reads_it(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC)
    flake = snowflake_at(aware)
    assert time_of(flake) == discord.utils.snowflake_time(flake)
    assert timedelta(0) <= aware - time_of(flake) < timedelta(milliseconds=1)
    assert discord.utils.parse_time(iso(aware)) == aware
