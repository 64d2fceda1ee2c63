"""Documents and sources as nobody would write them, for the property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.text.tree import (
    Block,
    Blocks,
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

# What markup is made of, between a few letters and things that break naive programs.
MORSELS = [
    *"\\`*_~[](){}<>#+-=.!|&;:@'\"^/$%,?0123aB \n\t",
    *[
        "**",
        "__",
        "~~",
        "||",
        "```",
        "~~~",
        "> ",
        ">>> ",
        "- ",
        "+ ",
        "* ",
        "1. ",
        "2) ",
        "-# ",
        "# ",
        "### ",
        "   ",
    ],
    *[
        "](",
        "[a](http://b.c)",
        "![",
        "<b>",
        "</p>",
        "<!--",
        "&amp;",
        "&#42;",
        "&copy",
        "---",
        "===",
        "|-|",
        "[^1]",
        "[x]: y",
    ],
    *["<@1>", "<@&2>", "<#3>", "<t:4:R>", "</a:5>", "<:e:6>", "<a:e:7>", "<id:browse>", "@everyone", "@here"],
    *[
        "http://a.b/c_d_e",
        "https://x.y/(z)",
        "www.a.b",
        "a@b.cd",
        "javascript:x",
        "<https://q.r>",
        "snake_case",
    ],
    *[
        "é",
        "ß",
        "世界",
        "“",
        "”",
        "\u00a0",
        "\u3000",
        "👍",
        "👩‍👩‍👧",
        "🇺🇦",
        "e\u0301",
        "\u202e",
        "\u200b",
        "\ufeff",
        "\u05d0",
        "ﬀ",
    ],
]

markup = st.lists(st.sampled_from(MORSELS), max_size=14).map("".join)
anything = st.text(max_size=30)
texts = st.one_of(markup, markup, anything)
styles = st.sets(st.sampled_from(list(Style)), max_size=3).map(
    lambda chosen: Style.PLAIN if not chosen else Style(sum(style.value for style in chosen))
)
addresses = st.one_of(
    st.sampled_from(
        [
            "https://example.org/a",
            "http://a.b/c_d_e",
            "https://x.y/(z)?q=[1]&amp;b=2*3|4~~5`",
            "https://x.y/)(",
            "mailto:a@b.cd",
            'HTTPS://A.B/\u202e "<>',
            "/relative",
            "javascript:alert(1)",
        ]
    ),
    markup.map(lambda text: "https://h.io/" + text),
)
links = st.one_of(st.none(), st.none(), addresses)
spans = st.builds(Span, texts, styles, links)
spelled_out = addresses.map(lambda url: Span(url, link=url))
inlines: st.SearchStrategy[Inline] = st.one_of(
    spans, spans, spans, spelled_out, st.builds(Image, texts, addresses, links)
)
lines = st.lists(inlines, max_size=5).map(tuple)
rows = st.lists(lines, max_size=3).map(tuple)
code = st.builds(CodeBlock, st.one_of(texts, markup), st.sampled_from([None, "python", "c++", "a b", "`"]))
leaves: st.SearchStrategy[Block] = st.one_of(
    st.builds(Paragraph, lines),
    st.builds(Paragraph, lines),
    st.builds(Heading, st.integers(1, 6), lines),
    code,
    st.builds(Table, rows, st.lists(rows, max_size=3).map(tuple)),
    st.just(Rule()),
)


def _containers(blocks: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    inner: st.SearchStrategy[Blocks] = st.lists(blocks, max_size=3).map(tuple)
    items = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Quote, inner),
        st.builds(BulletList, items),
        st.builds(OrderedList, items, st.sampled_from([0, 1, 1, 7, 123456789])),
    )


def documents_of(leaf: st.SearchStrategy[Block]) -> st.SearchStrategy[Document]:
    """Documents of these blocks, in quotes and lists and on their own."""
    blocks = st.recursive(leaf, _containers, max_leaves=6)
    return st.lists(blocks, max_size=4).map(lambda chosen: Document(tuple(chosen)))


documents = documents_of(leaves)
