"""One tree for what looks the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bot.text.canonical import MAX_DEPTH, canonical, clean
from bot.text.tree import (
    Block,
    BulletList,
    CodeBlock,
    Document,
    Heading,
    Image,
    Inline,
    OrderedList,
    Paragraph,
    Quote,
    Rule,
    Span,
    Style,
    Table,
)
from tests.text.reading import paragraph
from tests.text.strategies import documents, texts

STRONG = Style.STRONG
URL = "https://e.org/a"


def inlines(*given_inlines: Inline) -> tuple[Inline, ...]:
    document = canonical(Document((Paragraph(given_inlines),)))
    (block,) = document.blocks
    assert isinstance(block, Paragraph)
    return block.inlines


@given(texts)
@settings(max_examples=300)
def test_one_span_is_seen_as_several_are(text: str) -> None:
    one, several = (Document((Paragraph(spans),)) for spans in ((Span(text),), (Span(""), Span(text))))
    assert canonical(one) == canonical(several)


def test_neighbours_of_one_look_are_joined() -> None:
    assert inlines(Span("a"), Span("", STRONG), Span("b"), Span("c", STRONG)) == (
        Span("ab"),
        Span("c", STRONG),
    )


def test_white_space_has_no_look_that_its_neighbours_lack() -> None:
    assert inlines(Span("a "), Span(" b ", STRONG), Span("c")) == (Span("a  "), Span("b", STRONG), Span(" c"))
    assert inlines(Span("a ", STRONG), Span("b", STRONG)) == (Span("a b", STRONG),)
    assert inlines(Span("a", STRONG), Span(" "), Span("b", STRONG)) == (
        Span("a", STRONG),
        Span(" "),
        Span("b", STRONG),
    )


def test_a_blank_line_divides_a_paragraph() -> None:
    assert canonical(paragraph(Span("a\n\n \nb", STRONG))) == Document(
        (Paragraph((Span("a", STRONG),)), Paragraph((Span("b", STRONG),)))
    )


def test_lines_are_trimmed() -> None:
    assert inlines(Span(" a \n"), Span(" b ")) == (Span("a\nb"),)


def test_headings_and_cells_are_one_line() -> None:
    line = (Span("a\nb"), Span("\n\nc"))
    assert canonical(Document((Heading(9, line), Table((line,))))) == Document(
        (Heading(6, (Span("a b  c"),)), Table(((Span("a b  c"),),)))
    )


def test_the_lines_of_code_are_its_own_but_in_a_line_it_has_none() -> None:
    assert inlines(Span(" a\tb\n c ", Style.CODE), Span(" ", Style.CODE)) == (Span("a b c", Style.CODE),)
    code = CodeBlock("  a\n\n\tb  ", "python")
    assert canonical(Document((code,))) == Document((code,))


def test_a_language_is_one_word() -> None:
    assert canonical(
        Document((CodeBlock("a", "c++"), CodeBlock("a", "b`c d"), CodeBlock("a", "b" * 41)))
    ) == Document((CodeBlock("a", "c++"), CodeBlock("a"), CodeBlock("a")))


def test_links_lead_to_web_addresses_only() -> None:
    assert inlines(Span("a", link="javascript:b"), Span("c", link="https://d.e/f g")) == (
        Span("a"),
        Span("c", link="https://d.e/f%20g"),
    )


def test_images_without_an_address_are_their_description() -> None:
    assert inlines(Image("a\nb", "data:x"), Image("", "y"), Image("c", URL)) == (Span("a b"), Image("c", URL))


def test_a_link_that_shows_its_own_address_is_just_that() -> None:
    assert inlines(Span("see "), Span(URL, link=URL), Span(".")) == (Span(f"see {URL}."),)


@pytest.mark.parametrize(("before", "after"), [("x", ""), ("", "b"), ("", "/c")])
def test_unless_it_would_grow_into_another(before: str, after: str) -> None:
    given_inlines = tuple(span for span in (Span(before), Span(URL, link=URL), Span(after)) if span.text)
    assert inlines(*given_inlines) == given_inlines


@pytest.mark.parametrize(
    "block",
    [
        Paragraph((Span(" \n"),)),
        Heading(1, ()),
        Quote(()),
        Quote((Paragraph(()),)),
        BulletList(()),
        OrderedList(((), (Quote(()),))),
        Table(()),
    ],
)
def test_what_is_empty_is_gone(block: Block) -> None:
    assert canonical(Document((block,))) == Document()


def test_rows_are_as_wide_as_the_widest() -> None:
    a, b = (Span("a"),), (Span("b"),)
    assert canonical(Document((Table((a,), ((a, b), ())),))) == Document(
        (Table((a, ()), ((a, b), ((), ()))),)
    )


def test_a_table_of_one_cell_is_a_paragraph() -> None:
    assert canonical(Document((Table((), (((Span("a"),),),)),))) == paragraph(Span("a"))


def test_what_is_too_deep_moves_up() -> None:
    block: Block = Rule()
    for _ in range(MAX_DEPTH + 3):
        block = Quote((block, Rule()))
    blocks = canonical(Document((block,))).blocks
    depth = 0
    while isinstance(blocks[0], Quote):
        depth, blocks = depth + 1, blocks[0].blocks
    assert depth == MAX_DEPTH
    assert blocks == (Rule(),) * 5


def test_numbers_stay_numbers() -> None:
    item = (Rule(),)
    assert canonical(Document((OrderedList((item,), -5), OrderedList((item, item), 10**12)))) == Document(
        (OrderedList((item,), 0), OrderedList((item, item), 999_999_997))
    )


def test_clean_text_can_be_written_anywhere() -> None:
    assert clean("a\r\nb\x00\ud800\ufdd0\tc") == "a\nb\ufffd\ufffd\tc"


@settings(max_examples=60)
@given(documents)
def test_canonical_form_is_a_fixed_point(document: Document) -> None:
    assert canonical(canonical(document)) == canonical(document)
