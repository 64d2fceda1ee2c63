"""The tree in the making, without a parser."""

from __future__ import annotations

from bot.text.canonical import MAX_DEPTH
from bot.text.html_builder import Builder
from bot.text.tree import Block, Document, Heading, Image, Inlines, Paragraph, Quote, Span, Style
from tests.text.reading import paragraph


def test_white_space_is_what_a_browser_shows() -> None:
    builder = Builder(None)
    for text in ("  a", " \n ", "b\t", " ", "c"):
        builder.write(text)
    assert builder.document() == Document((Paragraph((Span("a"), Span(" "), Span("b "), Span("c"))),))


def test_styles_end_with_what_they_began_with() -> None:
    builder = Builder(None)
    end_outer = builder.styled(Style.STRONG)
    end_inner = builder.styled(Style.STRONG | Style.EMPHASIS)
    builder.write("a")
    end_inner()
    builder.write("b")
    end_outer()
    builder.write("c")
    assert builder.document() == paragraph(
        Span("a", Style.STRONG | Style.EMPHASIS), Span("b", Style.STRONG), Span("c")
    )


def test_parts_among_lines_are_lines() -> None:
    builder = Builder(None)
    found: list[Inlines] = []
    builder.write("before")
    close = builder.lines(found.append)
    builder.write("a")
    builder.part()()
    builder.write("b")
    builder.add(Heading(1, ()))
    close()
    assert found == [(Span("a"), Span("\n"), Span("b"), Span("\n"))]
    assert builder.document() == paragraph(Span("before"))


def test_containers_are_no_deeper_than_the_tree() -> None:
    builder = Builder(None)

    def finish(blocks: tuple[Block, ...]) -> None:
        builder.add(Quote(blocks))

    closers = [builder.container(finish) for _ in range(MAX_DEPTH + 5)]
    builder.write("a")
    for close in reversed(closers):
        close()
    blocks = builder.document().blocks
    depth = 0
    while isinstance(blocks[0], Quote):
        depth, blocks = depth + 1, blocks[0].blocks
    assert depth == MAX_DEPTH
    assert blocks == (Paragraph((Span("a"),)),)


def test_what_is_muted_is_not_written() -> None:
    builder = Builder("https://e.org/")
    unmute = builder.muted()
    builder.write("a")
    builder.put(Image("b", "https://e.org/c"))
    unmute()
    assert builder.document() == Document()
    assert builder.address("d") == "https://e.org/d"
