"""A text as characters only."""

from __future__ import annotations

import pytest

from bot.formats.unformatted import unformatted
from bot.text import markdown


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("**One** *two*\nthree\n\nfour", "One two\nthree\n\nfour"),
        (
            "[here](https://example.org/) and https://example.org/",
            "here (https://example.org/) and https://example.org/",
        ),
        ("![A view](https://example.org/x.png)", "A view (https://example.org/x.png)"),
        ("# Head\n\n---\n\n> a\n>\n> b", "Head\n\n* * *\n\n> a\n>\n> b"),
        ("3. a\n4. b\n   - c", "3. a\n4. b\n\n   - c"),
        ("```\nx\n\ny\n```", "x\n\ny"),
        ("| a | b |\n| - | - |\n| 1 | 2 |", "a | b\n1 | 2"),
    ],
)
def test_blocks_and_spans(text: str, plain: str) -> None:
    assert unformatted(markdown.parse(text)) == plain
