"""One line of Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bot.text import markdown
from bot.text.canonical import canonical
from bot.text.markdown_line import write
from bot.text.tree import Document, Inline, Inlines, Paragraph, Span, Style
from tests.text.strategies import lines

STRONG, EMPHASIS, STRIKE, CODE = Style.STRONG, Style.EMPHASIS, Style.STRIKE, Style.CODE
URL = "https://e.org/a"


@pytest.mark.parametrize(
    ("spans", "guarded"),
    [
        ([Span("a"), Span('"b"', STRONG), Span("c")], '&#97;**"b"**&#99;'),
        ([Span("a", EMPHASIS), Span("b", STRONG)], "_a_**b**"),
        ([Span("a", STRONG), Span("b", EMPHASIS), Span("c")], "**a**_b_&#99;"),
        ([Span("\\0"), Span("0", STRONG | STRIKE)], "\\\\&#48;**~~0~~**"),
        ([Span("wow!"), Span("a", link=URL)], f"wow\\![a]({URL})"),
        ([Span("a", STRIKE), Span("b c", STRIKE | EMPHASIS), Span(" d", EMPHASIS)], "~~a*b c*~~*&#32;d*"),
        ([Span("a]("), Span("b", link=URL)], f"a\\]([b]({URL})"),
        ([Span("[b]", link=URL)], f"[\\[b\\]]({URL})"),
        ([Span("*", EMPHASIS), Span("*")], "*\\**\\*"),
        ([Span("`"), Span("`b", CODE), Span("`")], "\\``` `b ``\\`"),
        ([Span("2 * 3 snake_case [sic] <@1>")], "2 * 3 snake_case [sic] <@1>"),
    ],
)
def test_what_is_guarded_is_read_back(spans: list[Span], guarded: str) -> None:
    assert write(tuple(spans))[0] == guarded
    assert markdown.parse(guarded).blocks == (Paragraph(tuple(spans)),)


def test_what_is_not_guarded_looks_better() -> None:
    spans = (Span("1. is 2*3"), Span("a*b", STRONG))
    assert write(spans) == ("1\\. is 2\\*3**a\\*b**", "1. is 2*3**a*b**")


@settings(max_examples=100)
@given(lines)
def test_every_line_is_read_back_if_guarded(line: tuple[Inline, ...]) -> None:
    for block in canonical(Document((Paragraph(line),))).blocks:
        assert isinstance(block, Paragraph)
        inlines: Inlines = block.inlines
        assert markdown.parse(write(inlines)[0]).blocks == (block,)
