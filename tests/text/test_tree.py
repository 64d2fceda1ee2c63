"""Flat spans, and the nesting that markup needs."""

from __future__ import annotations

from hypothesis import given, settings

from bot.text.tree import Closing, Image, Inlines, Opening, Span, Style, nested, plain_text
from tests.text.strategies import lines

STRONG, EMPHASIS = Style.STRONG, Style.EMPHASIS


def test_what_reaches_further_is_outside() -> None:
    inlines = (Span("a", STRONG), Span("b", STRONG | EMPHASIS), Span("c", EMPHASIS))
    assert list(nested(inlines)) == [
        Opening(STRONG),
        inlines[0],
        Opening(EMPHASIS),
        inlines[1],
        Closing(EMPHASIS),
        Closing(STRONG),
        Opening(EMPHASIS),
        inlines[2],
        Closing(EMPHASIS),
    ]


def test_a_link_is_outside_a_style_of_the_same_reach() -> None:
    assert [type(part) for part in nested((Span("a", STRONG, "https://b.c"),))] == [
        Opening,
        Opening,
        Span,
        Closing,
        Closing,
    ]
    assert next(nested((Span("a", STRONG, "https://b.c"),))) == Opening("https://b.c")


def test_code_is_no_mark() -> None:
    assert list(nested((Span("a", Style.CODE),))) == [Span("a", Style.CODE)]


def test_plain_text_shows_images_by_their_description() -> None:
    assert plain_text((Span("a "), Image("cat", "https://b.c/d.png"), Span("!", STRONG))) == "a cat!"


@settings(max_examples=100)
@given(lines)
def test_marks_nest_and_cover_what_bears_them(inlines: Inlines) -> None:
    open_marks: list[object] = []
    seen = []
    for part in nested(inlines):
        if isinstance(part, Opening):
            assert part.mark not in open_marks
            open_marks.append(part.mark)
        elif isinstance(part, Closing):
            assert open_marks.pop() == part.mark
        else:
            style = part.style if isinstance(part, Span) else Style.PLAIN
            styles = {mark for mark in (STRONG, EMPHASIS, Style.STRIKE) if mark in style}
            assert set(open_marks) == styles | ({part.link} - {None})
            seen.append(part)
    assert open_marks == []
    assert tuple(seen) == inlines
