from __future__ import annotations

import pytest

from bot.text.typography import folded


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ('It\'s "so"', "It’s “so”"),
        ("``so''", "“so”"),
        ("\\`\\`\\`python", "“\\`python"),
        ("6'2\" -- and --- so...", "6′2″ – and — so…"),
        ("2x4 (tm)", "2×4 ™"),
        ("one :) two ;-) :smile:", "one 🙂 two 😉 🙂"),
        ("\\- list", "– list"),
        ("www.example.org", "http://www.example.org"),
        ("a@b.example", "[a@b.example](mailto:a@b.example)"),
        ("0", ""),
    ],
)
def test_what_is_typed_and_what_is_shown_of_it_are_the_same(typed: str, shown: str) -> None:
    assert folded(typed) == folded(shown)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("its", "it's"),
        ("10", "1"),
        ("a - b", "a b"),
        ("https://a.example/b", "https://a.example/c"),
        ("x", "y"),
    ],
)
def test_other_words_are_others(one: str, other: str) -> None:
    assert folded(one) != folded(other)
