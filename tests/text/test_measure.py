"""Lengths, widths and cuts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.measure import boundaries, clip, is_visible, utf16_length, width
from tests.text.strategies import texts

FAMILY = "👩‍👩‍👧"


def test_length_is_counted_in_utf16_units() -> None:
    assert utf16_length("aé世👍") == 5
    assert utf16_length("\ud83d") == 1


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("abc", ["a", "b", "c"]),
        (f"a{FAMILY}b", ["a", FAMILY, "b"]),
        ("🇺🇦🇵🇱x", ["🇺🇦", "🇵🇱", "x"]),
        ("🇺🇦🇵", ["🇺🇦", "🇵"]),
        ("e\u0301te\u0301", ["e\u0301", "t", "e\u0301"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
        ("❤️x", ["❤️", "x"]),
        ("각ᄀ", ["각", "ᄀ"]),
        ("🏴\U000e0067\U000e0062\U000e007fz", ["🏴\U000e0067\U000e0062\U000e007f", "z"]),
        ("", []),
    ],
)
def test_characters_are_what_readers_take_for_one(text: str, characters: list[str]) -> None:
    places = [0, *boundaries(text)]
    assert [text[start:end] for start, end in pairwise(places)] == characters


@pytest.mark.parametrize(
    ("text", "limit", "clipped"),
    [
        ("short", 5, "short"),
        ("a longer title", 9, "a longer…"),
        ("a longer title", 8, "a longe…"),
        ("word next", 6, "word…"),
        ("👍👍👍", 5, "👍👍…"),
        ("👍👍👍", 6, "👍👍👍"),
        (f"ab{FAMILY}", 9, "ab…"),
        ("🇺🇦🇵🇱", 7, "🇺🇦…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
    ],
)
def test_what_is_too_long_is_cut_between_characters(text: str, limit: int, clipped: str) -> None:
    assert clip(text, limit) == clipped


@settings(max_examples=100)
@given(texts, st.integers(1, 40))
def test_a_clip_fits_and_is_a_beginning(text: str, limit: int) -> None:
    clipped = clip(text, limit)
    assert utf16_length(clipped) <= limit
    assert clipped == text or text.startswith(clipped.removesuffix("…"))


def test_east_asian_characters_and_emoji_take_two_columns() -> None:
    assert width("aé") == 2
    assert width("e\u0301") == 1
    assert width("世界") == 4
    assert width("👍") == 2
    assert width("a\u200b") == 1


@pytest.mark.parametrize(
    "nothing", ["", " \n\t", "\u200b\u200d", "\ufeff", "\u3164", "\u2800", "\u00ad", "\ufe0f"]
)
def test_marks_without_a_shape_show_nothing(nothing: str) -> None:
    assert not is_visible(nothing)
    assert is_visible(nothing + "x")
