"""Documents as messages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text import dialect, markdown, plain
from bot.text.canonical import canonical
from bot.text.tree import CodeBlock, Document, Heading, Paragraph, Rule, Span, Style
from tests.text import strategies
from tests.text.discord_reader import show
from tests.text.reading import characters, paragraph, visible

HEADER = "-# Ann · <t:1660000000:f>\n"
LIMIT = 200


def messages(source: str, **options: str) -> list[str]:
    parts = dialect.messages(
        markdown.parse(source), limit=LIMIT, first_prefix=options.get("first_prefix", "")
    )
    assert all(0 < dialect.utf16_length(part) <= LIMIT and part == part.strip() for part in parts)
    return parts


def words(count: int, word: str = "word") -> str:
    return " ".join(f"{word}{number}" for number in range(count))


def test_a_short_text_is_one_message() -> None:
    assert messages("Hello *you*.", first_prefix=HEADER) == [f"{HEADER}Hello *you*."]


def test_nothing_is_no_message_but_the_prefix() -> None:
    assert messages("") == []
    assert messages("", first_prefix=HEADER) == [HEADER.rstrip()]
    assert messages("&#8203;", first_prefix="") == []


def test_a_prefix_stands_on_its_own_line() -> None:
    assert messages("a", first_prefix="## B") == ["## B\na"]
    assert messages("# a", first_prefix=HEADER) == [f"{HEADER}# a"]


def test_paragraphs_stay_whole_where_they_can() -> None:
    first, second = "a" * 120, "b" * 120
    assert messages(f"{first}\n\n{second}\n\nc") == [first, f"{second}\n\nc"]


def test_else_lines_stay_whole() -> None:
    lines = [letter * 90 for letter in "abcd"]
    assert messages("\n".join(lines)) == ["\n".join(lines[:2]), "\n".join(lines[2:])]


def test_else_sentences_stay_whole() -> None:
    sentences = [f"{words(12)}." for _ in range(4)]
    assert messages(" ".join(sentences)) == [" ".join(sentences[:2]), " ".join(sentences[2:])]


def test_else_words_stay_whole() -> None:
    source = words(60)
    parts = messages(source)
    assert " ".join(parts) == source
    assert len(parts) == 3


def test_what_has_no_words_is_cut_between_characters() -> None:
    source = "👩‍👩‍👧" * 40
    parts = messages(source)
    assert "".join(parts) == source
    assert all(len(part) % len("👩‍👩‍👧") == 0 for part in parts)


def test_a_header_is_not_left_alone() -> None:
    (first, *_) = messages(words(36), first_prefix=HEADER)
    assert first.startswith(f"{HEADER}word0 word1")


def test_an_address_is_not_cut_where_it_fits_the_next_message() -> None:
    url = "https://example.org/" + "x" * 150
    assert messages(f"{words(12)} {url}") == [words(12), url]


def test_styles_are_closed_and_opened_again() -> None:
    parts = messages(f"**{words(30, 'bold')}** ~~*{words(30, 'both')}*~~")
    assert all(part.count("**") % 2 == part.count("~~") % 2 == 0 for part in parts)
    shown = [show(part) for part in parts]
    styled = " ".join(text for each in shown for name, text in each.styles if name in ("strong", "strike"))
    assert styled == f"{words(30, 'bold')} {words(30, 'both')}"


def test_links_are_not_cut() -> None:
    links = [f"[the story number {number}](https://example.org/{number})" for number in range(12)]
    parts = messages(" ".join(links))
    assert [target for part in parts for _, target in show(part).links] == [
        f"https://example.org/{number}" for number in range(12)
    ]
    assert " ".join(parts) == " ".join(links)


def test_a_link_as_long_as_a_message_is_opened_again() -> None:
    url = "https://example.org/"
    links = [link for part in messages(f"[{words(60)}]({url})") for link in show(part).links]
    assert len(links) > 1
    assert all(target == url for _, target in links)
    assert " ".join(label for label, _ in links) == words(60)


def test_quotes_go_on_as_quotes() -> None:
    parts = messages("> " + words(60))
    assert len(parts) == 3
    assert " ".join(part.removeprefix("> ") for part in parts) == words(60)
    assert all(part.startswith("> ") for part in parts)


def test_code_goes_on_as_code_of_its_language() -> None:
    code = "\n".join(f"    line_{number}()  # @everyone" for number in range(30))
    parts = messages(f"Look:\n\n```python\n{code}\n```\n\nNice.")
    blocks = [block for part in parts for block in show(part).codes]
    assert len(blocks) > 3
    assert all(language == "python" for language, _ in blocks)
    assert "\n".join(text for _, text in blocks) == code
    assert parts[0].startswith("Look:\n```python\n    line_0()")
    assert parts[-1].endswith("```\nNice.")


def test_an_endless_line_of_code_is_cut_between_characters() -> None:
    code = "👍" * 300
    blocks = [block for part in messages(f"```\n{code}\n```") for block in show(part).codes]
    assert "".join(text for _, text in blocks) == code


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("```" + "x" * 3000 + "\ncode\n```", "code"),
        ("> " * 11 + "999999999. ***~~[" + "x" * 900 + f"](https://e.org/{'y' * 36})~~***", "x" * 900),
        ("- " * 11 + "x" * 900, "x" * 900),
        ("x" + "\u0301" * 900, "x" + "\u0301" * 900),
    ],
)
def test_no_markup_is_too_large_for_a_message(source: str, kept: str) -> None:
    parts = messages(source, first_prefix=HEADER)
    assert kept in "".join(characters(show(part).text) for part in parts)


def test_items_stay_whole_where_they_can() -> None:
    items = [f"{number}. {words(20)}" for number in range(8, 12)]
    assert messages("\n".join(items)) == items


def test_a_message_that_begins_deep_in_a_list_begins_at_its_edge() -> None:
    deep = "\n".join(f"    - {words(7, 'deep')}" for _ in range(5))
    parts = messages(f"- a\n  - b\n{deep}\n- z")
    assert parts[0].startswith("- a\n  - b\n    - deep0")
    assert parts[1].startswith("- deep0")
    assert parts[1].count("\n- deep0") == parts[1].count("\n") - 1
    assert parts[-1].endswith("\n- z")


def test_a_heading_goes_with_what_it_names() -> None:
    assert messages(f"{words(24)}\n\n## Next\n\n{words(10)}") == [words(24), f"## Next\n{words(10)}"]
    first, second, *_ = messages(f"{words(26)}\n\n## Next\n\n{words(60)}")
    assert first == words(26)
    assert second.startswith("## Next\nword0")


def test_a_long_heading_goes_on_as_one() -> None:
    parts = messages(f"## {words(40)}")
    assert all(part.startswith("## word") for part in parts)
    assert " ".join(part.removeprefix("## ") for part in parts) == words(40)


def test_the_beginning_of_a_message_means_no_more_than_it_did() -> None:
    document = paragraph(Span(words(25) + " # - 1. > -# >>> # - 1. > -# >>> # - 1. > -# >>> " * 6))
    for part in dialect.messages(document, limit=LIMIT):
        shown = show(part)
        assert [shown.headings, shown.items, shown.quotes, shown.subtexts] == [[], [], [], []]


@pytest.mark.parametrize(
    "source",
    [
        "-# Ann · now",
        "\n-# Ann",
        "> \n-# Ann",
        "- a\n\n-# Ann",
        "**\n-# Ann**",
        "x\u2028-# Ann",
        "\u200b\n\n-# Ann",
        ">>> all",
    ],
)
@pytest.mark.parametrize("parse", [plain.parse, markdown.parse])
def test_foreign_text_forges_no_header(source: str, parse: object) -> None:
    assert callable(parse)
    parts = dialect.messages(parse(source), first_prefix=HEADER)
    assert [len(show(part).subtexts) for part in parts] == [1]
    assert not any(part.startswith(">>>") or "\n>>>" in part for part in parts)


@pytest.mark.parametrize(("limit", "prefix"), [(199, ""), (200, "x" * 200), (2000, "x" * 2000)])
def test_a_message_without_room_is_refused(limit: int, prefix: str) -> None:
    with pytest.raises(ValueError, match="no room"):
        dialect.messages(Document(), first_prefix=prefix, limit=limit)


def test_a_prefix_that_fills_its_message_stands_alone() -> None:
    prefix = "## " + "x" * 190 + "\n"
    code = "y" * 300
    parts = dialect.messages(markdown.parse(f"```\n{code}\n```"), first_prefix=prefix, limit=LIMIT)
    assert parts[0] == prefix.strip()
    assert "".join(text for part in parts for _, text in show(part).codes) == code


def test_a_preview_is_one_line_without_looks() -> None:
    source = "# A *b*\n\n- c [d](https://e.f)\n\n> g\nh\n\n```\ni\n```\n\n| j |\n|-|\n| k |\n\n***\n\n1. l"
    assert dialect.preview(source, 100) == "A b c d g h i j k l"
    assert dialect.preview(markdown.parse(source), 8) == "A b c d…"
    assert dialect.preview("", 5) == ""


# Documents whose every character shows as itself: links and tables have tests of their own.
_lines = st.lists(st.builds(Span, strategies.texts, strategies.styles), max_size=5).map(tuple)
_leaves = st.one_of(
    st.builds(Paragraph, _lines),
    st.builds(Paragraph, _lines),
    st.builds(Heading, st.integers(1, 6), _lines),
    strategies.code,
    st.just(Rule()),
)
told = strategies.documents_of(_leaves)


@settings(max_examples=120)
@given(told)
def test_a_reader_sees_every_character_and_no_markup(document: Document) -> None:
    shown = show(dialect.render(document))
    assert characters(shown.text) == visible(canonical(document))
    assert not shown.mentions
    assert not shown.subtexts


@settings(max_examples=120)
@given(st.lists(told, min_size=1, max_size=3), st.integers(LIMIT, LIMIT + 60))
def test_messages_lose_nothing(documents: list[Document], limit: int) -> None:
    document = Document(tuple(block for each in documents for block in each.blocks))
    parts = dialect.messages(document, first_prefix="-# header", limit=limit)
    shown = [show(part) for part in parts]
    assert "".join(characters(each.text) for each in shown) == "header" + visible(canonical(document))
    assert [subtext for each in shown for subtext in each.subtexts] == ["header"]
    assert not any(each.mentions for each in shown)
    for part in parts:
        assert dialect.utf16_length(part) <= limit
        assert part == part.strip()
        assert characters(part)


@settings(max_examples=60)
@given(strategies.documents, st.integers(LIMIT, LIMIT + 60))
def test_no_link_or_table_breaks_a_message(document: Document, limit: int) -> None:
    for part in dialect.messages(document, limit=limit):
        assert dialect.utf16_length(part) <= limit
        assert part == part.strip()
        shown = show(part)
        assert not shown.mentions
        assert not shown.subtexts


_code_rows = st.text(
    st.characters(categories=["L", "N", "P", "S"], exclude_characters="`]"), min_size=1, max_size=60
)


@settings(max_examples=40)
@given(st.lists(_code_rows.filter(characters), min_size=1, max_size=20))
def test_code_is_kept_to_the_letter(rows: list[str]) -> None:
    code = "\n".join(f"\t{row}  x" for row in rows)
    parts = dialect.messages(Document((CodeBlock(code, "sql"),)), limit=LIMIT)
    assert "\n".join(text for part in parts for _, text in show(part).codes) == code


def test_emphasis_in_a_long_text_keeps_its_words() -> None:
    spans = tuple(Span(f"w{number} ", Style.EMPHASIS if number % 3 else Style.PLAIN) for number in range(300))
    parts = dialect.messages(paragraph(*spans), limit=LIMIT)
    assert " ".join(show(part).text for part in parts) == " ".join(f"w{number}" for number in range(300))
