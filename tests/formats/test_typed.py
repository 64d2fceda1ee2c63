from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.formats.typed import typed
from bot.formats.wordpress_text import with_paragraphs
from bot.text import html, markdown

pieces = st.sampled_from(
    [
        "One",
        "two.",
        " ",
        "  ",
        "\t",
        "\n",
        "\n\n",
        "\n \n",
        "\r\n",
        "\r",
        "https://example.org/a(b)",
        "!",
        "- ",
        "1. ",
        "12345)",
        "'",
        "#",
        "=",
        "===",
        "--",
        "…",
        "www.x.y",
        "a@b.c",
        "@everyone",
        ":",
        "{",
        "—",
        "’",
        "😀",
        "\xa0",
        "<em>",
        "</em>",
        "*",
        "_",
        "`",
        "[a](b)",
        "&amp;",
        "<",
        ">",
        "|",
        "~~",
        "\\",
        "\x00",
        "\u2028",
        "\u200b",
    ]
)


@given(st.lists(pieces, max_size=14).map("".join) | st.text(max_size=40))
@settings(max_examples=400, deadline=None)
def test_the_short_way_leads_where_the_long_one_does(text: str) -> None:
    base = "https://example.org/"
    assert typed(text, base) == markdown.render(html.parse(with_paragraphs(text), base))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One  line\n and\tanother \n\n\n Two", "One line\nand another\n\nTwo"),
        ("It <em>is</em>\r\n\r\nnot", "It *is*\n\nnot"),
        ("2 < 3 & 4", "2 < 3 & 4"),
        ("- no list", "\\- no list"),
        (" \n ", ""),
    ],
)
def test_what_is_typed_is_read_as_it_was_meant(text: str, expected: str) -> None:
    assert typed(text, None) == expected
