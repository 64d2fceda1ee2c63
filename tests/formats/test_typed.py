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


words = st.lists(
    st.sampled_from(["a", "B9", "so,", "12", "a.b", "é", "a_b", " x"]), min_size=1, max_size=3
).map(" ".join)
stressed = st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["em", "strong", "i", "b", "s"]), words)
urls = st.sampled_from(
    [
        "https://example.org",
        "http://example.org/a?b&amp;c=1#d",
        "https://example.org/?a&amp;lt",
        "https://example.org/?&amp;amp;",
        "https://example.org/a_b(c)",
        "https://example.org/*%41.",
        "https://1",
        "/within",
        "javascript:alert(1)",
    ]
)
attributes = st.sampled_from(["", ' rel="nofollow ugc"', ' target="_blank"', ' class="screen-reader-text"'])
linked = st.builds('<a href="{0}"{1}>{2}</a>'.format, urls, attributes, words)
quoted = st.sampled_from(["<blockquote>", "</blockquote>"])
between = st.sampled_from(
    [" ", "  ", "\n", "\n\n", " \n\n\n", ". ", "! ", " (", ") ", ", ", ":", "", "x", "!\n", "\t"]
)


@given(
    st.lists(pieces, max_size=14).map("".join)
    | st.lists(stressed | linked | between | pieces, max_size=12).map("".join)
    | st.lists(st.tuples(between, stressed | linked).map("".join), max_size=6).map("".join)
    | st.lists(quoted | words | between | stressed | pieces, max_size=10).map("".join)
    | st.lists(
        st.builds("{0}<blockquote>{1}</blockquote>".format, words | between, words | between | stressed),
        max_size=4,
    ).map("".join)
    | st.text(max_size=40)
)
@settings(max_examples=500)
def test_the_short_way_leads_where_the_long_one_does(text: str) -> None:
    base = "https://example.org/"
    assert typed(text, base) == markdown.render(html.parse(with_paragraphs(text), base))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One  line\n and\tanother \n\n\n Two", "One line\nand another\n\nTwo"),
        ("It <em>is</em>\r\n\r\nnot", "It *is*\n\nnot"),
        ("2 < 3 & 4", "2 < 3 & 4"),
        (
            '<b>So</b>! (<i>this, too</i>)\n<a href="https://e.org/?a&amp;b" rel="nofollow">there</a>.',
            "**So**! (*this, too*)\n[there](https://e.org/?a&b).",
        ),
        (
            "So:<blockquote>One\n\n<em>two</em>\nlines</blockquote>\n<blockquote> </blockquote>No",
            "So:\n\n> One\n>\n> *two*\n> lines\n\nNo",
        ),
        ("- no list", "\\- no list"),
        (" \n ", ""),
    ],
)
def test_what_is_typed_is_read_as_it_was_meant(text: str, expected: str) -> None:
    assert typed(text, None) == expected


@pytest.mark.parametrize(
    "text",
    [
        "<em>" + "a" * 9999,
        '<a href="https://e.org/' + "a&amp;" * 9999,
        "<b>" + "a, b " * 9999,
        "<blockquote>" * 999,
    ],
)
def test_tags_that_do_not_end_take_no_time(text: str) -> None:
    assert typed(text, None) == markdown.render(html.parse(with_paragraphs(text), None))
