"""What people type into WordPress."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats.wordpress_text import with_paragraphs, without_shortcodes


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("One\r\ntwo\n\n\nThree", "<p>One<br>two</p>\n<p>Three</p>"),
        ("One<br />\ntwo", "<p>One<br />\ntwo</p>"),
        (
            "a\n<blockquote>b\n\nc</blockquote>\nd",
            "<p>a</p>\n<blockquote>\n<p>b</p>\n<p>c</p>\n</blockquote>\n<p>d</p>",
        ),
        ("<p>a\nb</p>c", "\n<p>a<br>b</p>\n\n<p>c</p>"),
        ("x<pre>a\n\n  b</pre>y", "<p>x</p>\n<pre>a\n\n  b</pre>\n<p>y</p>"),
        (
            "<ul>\n<li>a</li>\n\n<li>b<ul><li>c</li></ul></li></ul>",
            "<ul>\n<li>a</li>\n\n<li>b<ul><li>c</li></ul></li></ul>",
        ),
        ("<ul><li>a\n\nb", "<ul><li>a\n\nb"),
        ("", ""),
    ],
)
def test_paragraphs_and_line_breaks(typed: str, html: str) -> None:
    assert with_paragraphs(typed) == html


def test_shortcodes() -> None:
    content = '[caption id="1"]<img src="x"> Words[/caption][gallery ids="1"][embed width="9"]https://a.b/?x&y[/embed][other]'
    assert without_shortcodes(content) == '<img src="x"> Words\n\nhttps://a.b/?x&amp;y\n\n[other]'


@given(st.text("<>/pre ulibq\n[]embdcation", max_size=80))
def test_no_letter_is_lost(typed: str) -> None:
    def letters(text: str) -> str:
        return "".join(re.sub(r"</?p(?=[\s/>])[^<>]*>|<br>", "", text).split())

    assert letters(with_paragraphs(typed)) == letters(typed)


@pytest.mark.parametrize(
    "piece", ["<pre>", "<p ", "[embed]", "[caption ", " ", "\n", "\n ", "<blockquote>", "</ul>", "[["]
)
def test_time_grows_with_length_only(piece: str) -> None:
    # In a moment where it does, in hours where it grows with the square.
    without_shortcodes(with_paragraphs(piece * 100_000))
