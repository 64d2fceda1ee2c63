"""Markdown to the tree and back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text import markdown, plain
from bot.text.canonical import canonical
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
    plain_text,
)
from tests.text.reading import paragraph
from tests.text.strategies import documents, texts

URL = "https://e.org/a"


def text(words: str) -> Paragraph:
    return Paragraph((Span(words),))


def inlines(source: str) -> tuple[Inline, ...]:
    (block,) = markdown.parse(source).blocks
    assert isinstance(block, Paragraph)
    return block.inlines


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        ("a\nb  \nc\\\nd", [text("a\nb\nc\nd")]),
        (
            "# a #\n\nb\n=\n\n###### c",
            [Heading(1, (Span("a"),)), Heading(1, (Span("b"),)), Heading(6, (Span("c"),))],
        ),
        ("> a\n>\n> > b", [Quote((text("a"), Quote((text("b"),))))]),
        (
            "- a\n- b\n\n  c\n\n7. d",
            [BulletList(((text("a"),), (text("b"), text("c")))), OrderedList(((text("d"),),), 7)],
        ),
        ("- a\n  1. b", [BulletList(((text("a"), OrderedList(((text("b"),),))),))]),
        ("```py x\na\n\n b\n```\n\n    c", [CodeBlock("a\n\n b", "py"), CodeBlock("c")]),
        ("|a|b|\n|-|:-:|\n|c\\|d|", [Table(((Span("a"),), (Span("b"),)), (((Span("c|d"),), ()),))]),
        ("a\n\n---\n\n***", [text("a"), Rule(), Rule()]),
        ("", []),
        (" \n\n\t", []),
    ],
)
def test_blocks_are_those_of_commonmark(source: str, blocks: list[Block]) -> None:
    assert markdown.parse(source) == Document(tuple(blocks))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "**a *b* c**",
            [Span("a ", Style.STRONG), Span("b", Style.STRONG | Style.EMPHASIS), Span(" c", Style.STRONG)],
        ),
        ("***a***", [Span("a", Style.STRONG | Style.EMPHASIS)]),
        ("*a _b_ c*", [Span("a b c", Style.EMPHASIS)]),
        ("~~a~~ ~b~", [Span("a", Style.STRIKE), Span(" ~b~")]),
        ("``a`b``", [Span("a`b", Style.CODE)]),
        (f"[a *b*]({URL} 'title')", [Span("a ", link=URL), Span("b", Style.EMPHASIS, URL)]),
        (f"![a *b*]({URL})", [Image("a b", URL)]),
        (f"[![a]({URL})]({URL}/b)", [Image("a", URL, f"{URL}/b")]),
        (f"<{URL}> <a@b.cd>", [Span(f"{URL} "), Span("a@b.cd", link="mailto:a@b.cd")]),
        ("[a](<https://e.org/b c>)", [Span("a", link="https://e.org/b%20c")]),
        ("&amp; &#42; \\* &copy;", [Span("& * * ©")]),
    ],
)
def test_lines_are_those_of_commonmark(source: str, expected: list[Inline]) -> None:
    assert inlines(source) == tuple(expected)


@pytest.mark.parametrize(
    "source",
    [
        "<b>a</b> <script>b</script> <!-- c -->",
        "<div>\nno block</div>",
        f"{URL} www.e.org",
        "[a]: https://e.org",
        "[a][b] [c] ![d]",
        "<id:browse> <t:1:R> <@1> <#2> <:e:3> </f:4> @everyone",
        "[^1] and [^1]: a note",
    ],
)
def test_what_means_something_elsewhere_is_text_here(source: str) -> None:
    assert inlines(source) == (Span(source),)


def test_links_to_anywhere_but_the_web_are_text() -> None:
    assert inlines("[a](javascript:b) ![c](data:d) [e](/f) <javascript:g>") == (Span("a c e <javascript:g>"),)


@pytest.mark.parametrize(
    "source",
    [
        "2 * 3, snake_case, [sic], <@123>, @everyone, #1",
        "Tom & Jerry, AT&T, a < b > c, 5~6, x^2, 50%",
        "It's 3. In 1986. A great year (-:",
        "-1 degree, +1 vote, #hashtag, 1.5 litres, >.<",
        "C:\\dir\\file and \\o/",
        "a | b",
        "wow! [really]",
        "https://e.org/a_b_c?d=1&e=2#f",
        "*sic",
        "line one\n1986. line two\n-line three",
    ],
)
def test_prose_stays_as_it_was_written(source: str) -> None:
    assert markdown.render(plain.parse(source)) == source


@pytest.mark.parametrize(
    ("words", "rendered"),
    [
        ("*a*", "\\*a\\*"),
        ("_a_ b_cd", "\\_a\\_ b_cd"),
        ("# a", "\\# a"),
        ("- a", "\\- a"),
        ("12) a", "12\\) a"),
        ("> a", "\\> a"),
        ("a\n===", "a\n\\==="),
        ("a\n---", "a\n\\---"),
        ("--", "\\--"),
        ("***", "\\*\\*\\*"),
        ("a|b\n-|-", "a|b\n\\-|-"),
        ("```\na", "\\`\\`\\`\na"),
        ("~~a~~", "\\~\\~a\\~\\~"),
        ("[a](b)", "[a\\](b)"),
        ("![a](b)", "![a\\](b)"),
        ("&amp;", "\\&amp;"),
        ("<https://a.b/c>", "\\<https://a.b/c>"),
        ("a\\\nb", "a\\\\\nb"),
        ("\\*", "\\\\\\*"),
    ],
)
def test_what_would_be_markup_is_escaped(words: str, rendered: str) -> None:
    assert markdown.render(plain.parse(words)) == rendered


@pytest.mark.parametrize(
    "rendered",
    [
        "## a\n\nb *c* **d** ~~e~~ `f`\n\n> g\n>\n> h\n\n***",
        "- a\n- b\n  - c\n    1. d\n- e",
        "3. a\n\n   b\n\n4. c",
        "- a\n\n+ b\n\n- c",
        "- ***\n\n- # a\n\n- > b",
        "```py\na\n```\n\n````\n```\n````",
        "| a | b |\n| --- | --- |\n| 1 | `x\\|y` |",
        "|  |  |\n| --- | --- |\n| a |  |",
        "[a](https://e.org/b_(c)) [d](<https://e.org/)>) ![e](https://e.org/f.png)",
        "`` `a` `` `b`",
        "***a*** **b *c***",
    ],
)
def test_canonical_markdown_is_written_as_it_was_read(rendered: str) -> None:
    assert markdown.render(markdown.parse(rendered)) == rendered


@pytest.mark.parametrize(
    "spans",
    [
        (Span("a"), Span('"b"', Style.STRONG), Span("c")),
        (Span("a", Style.EMPHASIS), Span("b", Style.STRONG)),
        (Span("a", Style.STRONG), Span("b", Style.EMPHASIS), Span("c")),
        (Span("\\0"), Span("0", Style.STRONG | Style.STRIKE)),
        (Span("wow!"), Span("a", link=URL)),
        (Span("a", Style.STRIKE), Span("b ", Style.STRIKE | Style.EMPHASIS), Span("c", Style.EMPHASIS)),
        (Span("a]("), Span("b", link=URL), Span("](c)")),
        (Span("*", Style.EMPHASIS), Span("*")),
        (Span("a `"), Span("`b", Style.CODE), Span("` c")),
    ],
)
def test_styles_where_markdown_has_no_easy_way_are_kept(spans: tuple[Span, ...]) -> None:
    document = canonical(paragraph(*spans))
    assert markdown.parse(markdown.render(document)) == document


@pytest.mark.parametrize("mark", ["> ", "- ", "1. ", ">- "])
def test_endless_depth_loses_nothing(mark: str) -> None:
    document = markdown.parse(mark * 5000 + "the point")
    last = document.blocks[-1]
    assert isinstance(last, Paragraph)
    assert plain_text(last.inlines).endswith("the point")


def test_what_would_be_endless_depth_takes_nothing_else_along() -> None:
    document = Document((text(">" * 120), Paragraph((Span("b", Style.STRONG),))))
    assert markdown.parse(markdown.render(document)) == document


@pytest.mark.parametrize("source", ["[" * 50_000, "![" * 50_000 + "]" * 50_000, "[a](b" * 30_000])
def test_endless_brackets_are_no_endless_work(source: str) -> None:
    assert markdown.parse(source) == plain.parse(source)


prose = st.lists(
    st.sampled_from(
        [*"aZé0!\"'(),-.:;=?@#+^{}$%/ \n\t\r", "word", "  ", "\n\n", "10.", "2)", "😀", "\u200b\u2028\x1f"]
    ),
    max_size=14,
).map("".join) | st.text(st.characters(exclude_characters="`~"), max_size=20)


@given(prose)
@settings(max_examples=500)
def test_prose_is_read_as_the_library_reads_it(source: str) -> None:
    # What follows takes the whole text the long way.
    assert markdown.parse(f"{source}\n\n***").blocks == (*markdown.parse(source).blocks, Rule())


@settings(max_examples=100)
@given(documents)
def test_every_document_is_read_back_as_it_was(document: Document) -> None:
    assert markdown.parse(markdown.render(document)) == canonical(document)


@settings(max_examples=60)
@given(texts)
def test_rendering_settles_at_once(source: str) -> None:
    rendered = markdown.render(markdown.parse(source))
    assert markdown.render(markdown.parse(rendered)) == rendered


@settings(max_examples=100)
@given(texts)
def test_plain_text_means_the_same_as_markdown(source: str) -> None:
    assert markdown.parse(markdown.render(plain.parse(source))) == plain.parse(source)
