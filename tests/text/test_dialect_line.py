"""One line of Discord text, and names that are only names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from bot.text.canonical import clean
from bot.text.dialect_line import escape, write
from bot.text.tree import Span, Style
from tests.text.discord_reader import Shown, show
from tests.text.reading import characters
from tests.text.strategies import texts

STRONG, EMPHASIS, STRIKE, CODE = Style.STRONG, Style.EMPHASIS, Style.STRIKE, Style.CODE


@pytest.mark.parametrize(
    ("name", "escaped"),
    [
        ("**Bold** _Name_", "\\*\\*Bold\\*\\* \\_Name\\_"),
        ("@everyone", "\\@everyone"),
        ("@here <@1> <@&2> <#3>", "\\@here \\<@1> \\<@&2> \\<#3>"),
        ("<t:1:R> </a:1> <:b:2> <a:c:3> <id:browse>", "\\<t:1:R> \\</a:1> \\<:b:2> \\<a:c:3> \\<id:browse>"),
        ("||spoiler|| ~~no~~ ~ |", "\\|\\|spoiler\\|\\| \\~\\~no\\~\\~ ~ |"),
        ("`code` \\", "\\`code\\` \\\\"),
        ("[free](https://evil.org)", "\\[free]\\(https\\://evil.org)"),
        ("# Heading", "\\# Heading"),
        ("-# small", "\\-# small"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("> quote", "\\> quote"),
        (">>> quote", "\\>>> quote"),
        ("two\n# lines", "two # lines"),
        ("I <3 you @ home, 2 * 3 = 6 -- #1", "I <3 you @ home, 2 * 3 = 6 -- #1"),
        ("Anna-Lena O'Neil Jr. (she/her)", "Anna-Lena O'Neil Jr. (she/her)"),
        ("", ""),
    ],
)
def test_names_are_dead_text(name: str, escaped: str) -> None:
    assert escape(name) == escaped


def test_a_name_from_right_to_left_does_not_turn_the_line_around() -> None:
    assert escape("דנה") == "\u2068דנה\u2069"
    assert escape("evil\u202egnp.exe") == "evilgnp.exe"
    assert escape("\u2067\u2069\u202b") == ""
    assert escape("żółw") == "żółw"


@pytest.mark.parametrize(
    ("spans", "written"),
    [
        (
            [Span("a "), Span("b", STRONG), Span(" c", EMPHASIS), Span("d", STRIKE)],
            "a **b**\u200b*\u200b c*~~d~~",
        ),
        ([Span("a", STRONG | EMPHASIS)], "***a***"),
        ([Span("a", EMPHASIS), Span("b", STRONG)], "*a*\u200b**b**"),
        ([Span("2 * 3 "), Span("2 * 3", STRONG)], "2 * 3 **2 \\* 3**"),
        ([Span("a~", STRIKE)], "~~a\\~\u200b~~"),
        ([Span("a *b*", link="https://c.d/(e)")], "[a \\*b\\*](https://c.d/%28e%29)"),
        ([Span("a`b", CODE)], "``a`b``"),
        ([Span("`", CODE)], "`` ` ``"),
        ([Span("a`b``c", CODE)], "``a`b`\u200b`c``"),
        ([Span("@everyone <@1> \\*", CODE)], "`@everyone <@1> \\*`"),
        ([Span("snake_case [sic] a](b)")], "snake\\_case \\[sic] a]\\(b)"),
    ],
)
def test_styles_and_links_are_written_in_the_dialect(spans: list[Span], written: str) -> None:
    assert write(spans) == written


@pytest.mark.parametrize(
    ("spans", "written"),
    [
        ([Span("see https://e.org/a_b*c_(d).")], "see https://e.org/a_b*c_(d)."),
        ([Span("<https://e.org/a_b>")], "\\<<https://e.org/a_b>>"),
        ([Span("https://e.org/a<@1>")], "<https://e.org/a>\\<@1>"),
        ([Span("https://e.org/a*b", STRONG)], "**https\\://e.org/a\\*b**"),
        ([Span("https://e.org/a"), Span("b", CODE)], "<https://e.org/a>`b`"),
        ([Span("https://e.org/a."), Span("b", STRONG)], "<https://e.org/a>.**b**"),
        ([Span("https://e.org/a\\")], "https\\://e.org/a\\\\"),
    ],
)
def test_addresses_stay_whole_and_swallow_nothing(spans: list[Span], written: str) -> None:
    assert write(spans) == written


def is_dead(shown: Shown) -> bool:
    features = (
        shown.mentions,
        shown.links,
        shown.styles,
        shown.headings,
        shown.quotes,
        shown.items,
        shown.codes,
    )
    return not any(features)


@settings(max_examples=150)
@given(texts)
def test_no_name_means_anything_to_a_reader(name: str) -> None:
    escaped = escape(name)
    assert "\n" not in escaped
    for before in ("", "By "):
        shown = show(before + escaped)
        assert is_dead(shown)
        assert not shown.subtexts
        assert characters(shown.text) == characters(before + clean(name))


@settings(max_examples=60)
@given(texts.filter(lambda name: characters(name) != ""))
def test_a_name_stays_in_the_line_it_is_put_in(name: str) -> None:
    shown = show(f"-# {escape(name)} · <t:1:f>\nThe comment.")
    assert len(shown.subtexts) == 1
    assert shown.mentions == ["<t:1:f>"]
    assert shown.text.endswith("\nThe comment.")
