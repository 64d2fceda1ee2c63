from __future__ import annotations

import pytest

from bot.text.duration import CHARACTERS_PER_MINUTE, WORDS_PER_MINUTE, reading_minutes


@pytest.mark.parametrize(
    ("texts", "minutes"),
    [
        ([], 1),
        (["One word."], 1),
        (["word " * WORDS_PER_MINUTE], 1),
        (["word " * (WORDS_PER_MINUTE + 1)], 2),
        (["слово " * WORDS_PER_MINUTE, "it's well-known " * (WORDS_PER_MINUTE // 2)], 2),
        (["字" * CHARACTERS_PER_MINUTE], 1),
        (["字" * 3 * CHARACTERS_PER_MINUTE], 3),
        (["字" * CHARACTERS_PER_MINUTE + "word " * WORDS_PER_MINUTE], 2),
        (["[x](https://a.example/a/b/c-d-e?f=g) https://a.example/b " * WORDS_PER_MINUTE], 1),
        (["**, -- *" * WORDS_PER_MINUTE], 1),
    ],
)
def test_a_text_takes_its_words_and_ideographs_and_nothing_else(texts: list[str], minutes: int) -> None:
    assert reading_minutes(texts) == minutes
