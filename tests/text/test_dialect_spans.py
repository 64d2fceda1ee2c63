"""What of a line Discord can show, and where it may be cut."""

from __future__ import annotations

import pytest

from bot.text.dialect_spans import cut, prepared, split_lines
from bot.text.tree import Image, Inline, Span, Style, plain_text

URL = "https://e.org/a"
EVIL = "https://evil.org/x"


@pytest.mark.parametrize(
    ("inline", "shown"),
    [
        (Span("a", link=URL), [Span("a", link=URL)]),
        (Span("a", link="mailto:a@b.cd"), [Span("a", link="mailto:a@b.cd")]),
        (Span("https://bank.com/login", link=EVIL), [Span(f"bank.com/login <{EVIL}>")]),
        (Span("bank.com", link=EVIL), [Span(f"bank.com <{EVIL}>")]),
        (Span("see https://bank.com now", link=EVIL), [Span(f"see bank.com now <{EVIL}>")]),
        (Span("https://e.org/long…", link=URL), [Span(URL)]),
        (Span("http://www.e.org/a", link=URL), [Span(URL)]),
        (Span("e.org", link=URL), [Span("e.org", link=URL)]),
        (Span("a.pdf", link="https://e.org/a.pdf?b"), [Span("a.pdf", link="https://e.org/a.pdf?b")]),
        (Span("a [b]", link=URL), [Span(f"a [b] <{URL}>")]),
        (Span("\u200b", link=URL), [Span(f"\u200b <{URL}>")]),
        (Span("a", link="https://e.org/" + "b" * 100), [Span("a <https://e.org/" + "b" * 100 + ">")]),
        (Image("a cat", URL), [Span("a cat", link=URL)]),
        (Image("", "https://e.org/b%20c.png"), [Span("b c", link="https://e.org/b%20c.png")]),
        (Image("", "https://e.org/"), [Span("image", link="https://e.org/")]),
        (Image("a", URL, "https://e.org/large.JPG"), [Span("a", link=URL)]),
        (Image("a", URL, "https://e.org/page"), [Span("a", link=URL), Span(" <https://e.org/page>")]),
        (Span("a*b", Style.CODE | Style.STRONG | Style.STRIKE), [Span("a*b", Style.CODE | Style.STRIKE)]),
    ],
)
def test_links_show_where_they_lead(inline: Inline, shown: list[Span]) -> None:
    assert prepared((inline,), longest_link=60) == tuple(shown)


def test_lines_keep_their_looks() -> None:
    spans = (Span("a\nb", Style.STRONG), Span("c\n d"))
    assert list(split_lines(spans)) == [
        (Span("a", Style.STRONG),),
        (Span("b", Style.STRONG), Span("c")),
        (Span("d"),),
    ]


def length(spans: tuple[Span, ...]) -> int:
    return len(plain_text(spans))


@pytest.mark.parametrize(
    ("text", "room", "first", "rest"),
    [
        ("One two. Three four. Five", 22, "One two. Three four.", "Five"),
        ("One two. Three four. Five", 19, "One two.", "Three four. Five"),
        ("He said “no.” She left the room", 20, "He said “no.”", "She left the room"),
        ("3.14 is what they call pi", 12, "3.14 is what", "they call pi"),
        ("これは文です。次の文です。", 9, "これは文です。", "次の文です。"),
        ("one two three", 9, "one two", "three"),
        ("unbroken", 5, "unbro", "ken"),
        ("👩‍👩‍👧👩‍👩‍👧", 7, "👩‍👩‍👧", "👩‍👩‍👧"),
        ("a" + "\u0301" * 9, 4, "a" + "\u0301" * 3, "\u0301" * 6),
    ],
)
def test_lines_are_cut_where_people_pause(text: str, room: int, first: str, rest: str) -> None:
    assert cut((Span(text),), room, length, anywhere=True) == ((Span(first),), (Span(rest),))


def test_a_word_is_cut_only_if_it_must_be() -> None:
    spans = (Span("unbroken"),)
    assert cut(spans, 5, length, anywhere=False) == ((), spans)


def test_a_link_is_cut_only_if_it_must_be() -> None:
    spans = (Span("see "), Span("the whole story", link=URL))
    assert cut(spans, 12, length, anywhere=False) == ((Span("see"),), (Span("the whole story", link=URL),))
    assert cut(spans[1:], 12, length, anywhere=False) == ((), spans[1:])
    assert cut(spans[1:], 12, length, anywhere=True) == (
        (Span("the whole", link=URL),),
        (Span("story", link=URL),),
    )


def test_a_link_as_long_as_a_paragraph_is_cut_like_one() -> None:
    spans = (Span("many words " * 30, link=URL),)
    first, rest = cut(spans, 100, length, anywhere=False)
    assert first[0].link == rest[0].link == URL
    assert length(first) <= 100
