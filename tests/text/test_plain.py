"""Plain text to the tree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bot.text import plain
from bot.text.tree import Document, Paragraph, Span, plain_text
from tests.text.reading import characters, paragraph
from tests.text.strategies import texts


def test_blank_lines_part_paragraphs_and_newlines_break_lines() -> None:
    assert plain.parse("a\nb\n\n \t\nc\n") == Document((Paragraph((Span("a\nb"),)), Paragraph((Span("c"),))))


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028", "\x85"])
def test_every_line_end_is_one(end: str) -> None:
    assert plain.parse(f"a{end}b") == paragraph(Span("a\nb"))


def test_nothing_is_markup() -> None:
    text = "*a* _b_ `c` [d](https://e.f) <b>g</b> &amp; # h https://i.j"
    assert plain.parse(text) == paragraph(Span(text))


def test_what_is_no_character_goes_or_is_marked() -> None:
    assert plain.parse("a\x00b\x07c\x9bd\ud800e\uffff") == paragraph(Span("abcd\ufffde\ufffd"))


def test_halves_of_a_character_are_joined() -> None:
    assert plain.parse("\ud83d\udc4d") == paragraph(Span("👍"))


def test_white_space_around_lines_means_nothing_within_them_it_stays() -> None:
    assert plain.parse("  a  b\t\n\u00a0c ") == paragraph(Span("a  b\nc"))


@pytest.mark.parametrize("empty", ["", " ", "\n\n\r\n", "\x00"])
def test_nothing_is_no_paragraph(empty: str) -> None:
    assert plain.parse(empty) == Document()


@settings(max_examples=100)
@given(texts)
def test_every_character_that_shows_is_kept(source: str) -> None:
    blocks = plain.parse(source).blocks
    shown = "".join(plain_text(block.inlines) for block in blocks if isinstance(block, Paragraph))
    assert (
        characters(shown) == characters(plain_text((Span(source),)))
        or "\ufffd" in shown
        or not source.isprintable()
    )
