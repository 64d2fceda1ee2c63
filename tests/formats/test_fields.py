"""Single values of foreign records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.fields import iso, line_in, one_line, text_in, time_from_epoch, time_of, unescaped_line

MOMENT = datetime(2022, 8, 16, 18, 4, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2022-08-16T18:04:11Z",
        "2022-08-16 18:04:11",
        " 2022-08-16T21:04:11+03:00 ",
        "2022-08-16 21:04:11 +0300",
        "Tue, 16 Aug 2022 18:04:11 +0000",
    ],
)
def test_times_in_any_form(text: str) -> None:
    assert time_of(text) == MOMENT


@pytest.mark.parametrize(
    "text", ["", "0000-00-00 00:00:00", "yesterday", "99999-01-01", "0001-01-01T00:00:00+10:00"]
)
def test_what_is_no_time(text: str) -> None:
    assert time_of(text) is None


def test_a_time_without_offset_is_in_the_zone_given() -> None:
    assert time_of("2022-08-16 21:04:11", timezone(timedelta(hours=3))) == MOMENT


@given(st.text())
def test_no_text_is_too_odd_for_a_time(text: str) -> None:
    time_of(text)


@pytest.mark.parametrize("seconds", [None, "1", True, float("nan"), float("inf"), 1e300, -1e300])
def test_what_is_no_number_of_seconds(seconds: object) -> None:
    assert time_from_epoch(seconds) is None


def test_times_are_written_in_utc() -> None:
    assert iso(MOMENT.astimezone(timezone(timedelta(hours=3)))) == "2022-08-16T18:04:11Z"
    assert iso(None) is None


def test_texts_are_safe_to_keep() -> None:
    assert one_line(" a\x00\n\ud800\tb ") == "a \ufffd b"
    assert unescaped_line("A <em>b</em> &amp;lt; c &#8217;") == "A b &lt; c ’"
    assert unescaped_line("1 < 2 <3") == "1 < 2 <3"


def test_fields_of_any_type() -> None:
    fields: dict[str, object] = {"a": "x\r\ny", "n": 7, "t": True, "l": [1], "z": None}
    assert [text_in(fields, name) for name in "antlzq"] == ["x\ny", "7", "", "", "", ""]
    assert line_in(fields, "a") == "x y"
