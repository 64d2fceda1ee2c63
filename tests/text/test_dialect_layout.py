"""Blocks as the lines Discord can show."""

from __future__ import annotations

import pytest

from bot.text import dialect, markdown
from bot.text.dialect_layout import Code, Line, lay_out

URL = "https://e.org/a"


def discord(source: str) -> str:
    return dialect.render(markdown.parse(source))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("# a\n\nb\n\n## c\n\n### d", "# a\nb\n\n## c\n### d"),
        ("#### a\n\nb", "**a**\n\nb"),
        ("###### a *b*", "**a *b***"),
        ("## C#", "## C#\u200b"),
        ("a\nb\n\nc", "a\nb\n\nc"),
        ("> a\n>\n> b\n\nc", "> a\n> \n> b\n\nc"),
        ("> a\n\n> b", "> a\n\n> b"),
        ("> a\n> > b\n> c", "> a\n> \n> b\n> c"),
        ("- a\n- b\n  - c\n    1. d\n\ne", "- a\n- b\n  - c\n    1. d\n\ne"),
        ("3. a\n4. b", "3. a\n4. b"),
        ("- a\n\n  b\n- c", "- a\n  b\n- c"),
        ("- # a", "- **a**"),
        ("- > a\n- b", "> a\n- b"),
        ("- a\n\n  ```py\n  b\n  ```", "- a\n```py\nb\n```"),
        ("a\n\n```\nb\n```\n\nc", "a\n```\nb\n```\nc"),
        ("> ```\n> a\n>\n> b\n> ```", "> ```\n> a\n> \n> b\n> ```"),
        ("``````\n```\n`````\n``````", "```\n``\u200b`\n``\u200b``\u200b`\n```"),
        ("a\n\n***\n\nb", "a\n\n⸻\n\nb"),
        (f"![a]({URL}) [b]({URL})", f"[a]({URL}) [b]({URL})"),
        ("\\- a\n\\# b\n1\\. c\n\\> d\n\\-# e", "\\- a\n\\# b\n1\\. c\n\\> d\n\\-# e"),
        ("- \\# a", "- \\# a"),
        ("&#8203;\n\n```\n\n```", ""),
    ],
)
def test_blocks_become_what_discord_has(source: str, shown: str) -> None:
    assert discord(source) == shown


def test_a_narrow_table_is_aligned() -> None:
    assert discord("| Name | Age |\n|-|-|\n| 世界 | 1 |\n| Ann | *22* |") == (
        "```\nName  Age\n────  ───\n世界  1\nAnn   22\n```"
    )


def test_a_table_without_a_header_is_rows_only() -> None:
    assert discord("| | |\n|-|-|\n| a | b |") == "```\na  b\n```"


def test_a_wide_table_is_a_list() -> None:
    long = "word " * 12
    assert discord(f"| Name | Says |\n|-|-|\n| Ann | {long}|\n| Bob | |") == (
        f"- **Ann**\n  - Says: {long.strip()}\n- **Bob**"
    )


def test_a_table_with_links_keeps_them_in_a_list() -> None:
    assert (
        discord(f"| Name | Where |\n|-|-|\n| Ann | [here]({URL}) |") == f"- **Ann**\n  - Where: [here]({URL})"
    )


def test_a_wide_header_alone_is_shown() -> None:
    long = "x" * 70
    assert discord(f"| {long} |\n|-|") == f"- **{long}**"


def test_lines_tell_where_paragraphs_begin() -> None:
    lines = list(lay_out(markdown.parse("a\nb\n\n> c\n\n> d\n\n```\ne\n```"), 100))
    assert [(line.opens, line.gap) for line in lines if isinstance(line, Line)] == [
        (True, True),
        (False, False),
        (True, True),
        (True, True),
    ]
    quotes = [line.quote for line in lines]
    assert quotes[0] == quotes[1] == quotes[4] == 0
    assert len({quotes[2], quotes[3], 0}) == 3
    assert lines[-1] == Code("e", "")
