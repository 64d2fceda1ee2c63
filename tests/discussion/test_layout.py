from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.discussion import layout
from bot.discussion.buttons import Buttons
from bot.model import (
    Article,
    ArticleId,
    Comment,
    CommentId,
    Origin,
    Part,
    PlacementKind,
    Section,
    SectionId,
    Status,
)
from bot.text.dialect import utf16_length
from tests.text.discord_reader import show

THEN = datetime(2024, 5, 1, 8, 30, tzinfo=UTC)
SMILE = "😀"  # two UTF-16 units
HOSTILE = [
    "@everyone",
    "-# Ann · forged",
    "# Big",
    "](https://evil.example) [x",
    "<@123>",
    "||hidden||",
    "`code",
    "a\nb\r\nc",
    SMILE * 300,
    "\u202ereversed",
    "**",
]
anything = st.text() | st.sampled_from(HOSTILE) | st.lists(st.sampled_from(HOSTILE)).map(" ".join)


def an_article(title: str = "On rivers", *headings: str | None, author: str | None = None) -> Article:
    sections = tuple(
        Section(SectionId(number), number, heading, f"Text {number}.")
        for number, heading in enumerate(headings or (None, "Upstream"), 1)
    )
    return Article(ArticleId(1), "on-rivers", title, author, "https://a.example/x", THEN, sections)


def a_comment(text: str = "Well said.", **changes: object) -> Comment:
    values: dict[str, object] = {
        "id": CommentId(1),
        "article_id": ArticleId(1),
        "parent_id": None,
        "section": None,
        "author": "Ann",
        "user_id": None,
        "origin": Origin.IMPORTED,
        "status": Status.VISIBLE,
        "status_by": None,
        "text": text,
        "source_id": "c1",
        "created_at": THEN,
        "edited_at": None,
        "publication_id": None,
        "channel_id": None,
        "message_id": None,
    }
    return Comment(**values | changes)  # type: ignore[arg-type]  # the values are of the fields' types


def check_messages(parts: list[Part]) -> list[str]:
    """Each part is a message that Discord would take; their texts."""
    assert [each.part for each in parts] == list(range(len(parts)))
    contents = [each.payload.content for each in parts]
    for content in contents:
        assert content.strip()
        assert utf16_length(content) <= layout.MESSAGE_LIMIT
    return contents


def subtext_lines(content: str) -> list[str]:
    return [line for line in content.splitlines() if line.startswith("-#")]


# --- Comments ------------------------------------------------------------------------------------------------


def test_a_comment_stands_below_who_wrote_it_and_when() -> None:
    (part,) = layout.comment(a_comment("**Well** said."), 7)
    assert part.payload.content == "-# Ann · <t:1714552200:f>\n**Well** said."
    assert (part.kind, part.comment_id, part.ordinal) == (PlacementKind.COMMENT, 1, 7)


def test_the_header_tells_what_a_reader_needs() -> None:
    edited = a_comment(section=2, edited_at=THEN)
    assert layout.comment_header(edited) == "-# Ann · <t:1714552200:f> · on section 2 · edited"
    assert layout.comment_header(a_comment(section=2, parent_id=CommentId(9))) == "-# Ann · <t:1714552200:f>"
    assert layout.comment_header(a_comment(created_at=None)) == "-# Ann"


@settings(max_examples=60)
@given(author=anything, text=anything)
def test_no_comment_forges_a_header_or_leaves_its_message(author: str, text: str) -> None:
    first, *more = check_messages(layout.comment(a_comment(text or "x", author=author or "x"), 1))
    assert len(subtext_lines(first)) == 1
    assert first.startswith("-# ")
    assert not [line for content in more for line in subtext_lines(content)]
    header = first.split("\n", 1)[0]
    assert header.endswith(" · <t:1714552200:f>")
    assert [each for content in (first, *more) for each in show(content).mentions] == ["<t:1714552200:f>"]


@settings(max_examples=40)
@given(author=anything)
def test_a_name_is_shown_without_effect_and_not_at_any_length(author: str) -> None:
    header = layout.comment_header(a_comment(author=author or "x", created_at=None))
    assert "\n" not in header
    assert utf16_length(header) <= 3 + 2 * layout.NAME_LIMIT + 4  # each unit may need a backslash
    assert show(header).mentions == []


@pytest.mark.parametrize("status", [Status.DELETED, Status.HIDDEN, Status.PENDING, Status.REJECTED])
def test_a_comment_that_may_not_be_seen_shows_a_word_instead(status: Status) -> None:
    (part,) = layout.comment(a_comment("secret", status=status), 1)
    assert "secret" not in part.payload.content
    assert part.payload.content.count("\n") == 1


def test_a_long_comment_takes_several_messages_and_loses_nothing() -> None:
    words = [f"word{number}" for number in range(900)]
    contents = check_messages(layout.comment(a_comment(" ".join(words)), 1))
    assert len(contents) > 3
    body = " ".join(contents).removeprefix("-# Ann · <t:1714552200:f>")
    assert body.split() == words


@pytest.mark.parametrize("length", [1960, 1975, 1999, 2000, 2001])
def test_a_comment_at_the_limit_counted_as_discord_counts(length: int) -> None:
    contents = check_messages(layout.comment(a_comment(SMILE * (length // 2)), 1))
    assert sum(content.count(SMILE) for content in contents) == length // 2


# --- The article -----------------------------------------------------------------------------------------------


def test_the_opening_shows_title_byline_and_contents() -> None:
    article = an_article("On rivers", None, "Upstream", "Downstream", author="Ann")
    (part,) = layout.opening(article, {SectionId(2): "https://discord.com/channels/1/2/3"})
    assert part.payload.content.splitlines() == [
        "# On rivers",
        "-# By Ann · <t:1714552200:D> · 1 minute to read · [Original article](https://a.example/x)",
        "**In this article**",
        "- [Upstream](https://discord.com/channels/1/2/3)",
        "- Downstream",
    ]


def test_contents_of_a_long_article_take_as_many_messages_as_they_need() -> None:
    headings = [f"{number} {'x' * 150}" for number in range(100)]
    contents = check_messages(layout.opening(an_article("On rivers", None, *headings), {}))
    assert [line for content in contents for line in content.splitlines() if line.startswith("- ")] == [
        f"- {heading}" for heading in headings
    ]


@settings(max_examples=40)
@given(title=anything, heading=anything, author=anything)
def test_a_hostile_title_heading_or_author_stays_on_its_line(title: str, heading: str, author: str) -> None:
    article = an_article(title or "x", None, heading or "x", author=author or "x")
    (content,) = check_messages(layout.opening(article, {SectionId(2): "https://discord.com/channels/1/2/3"}))
    first, byline, _, entry = content.split("\n")
    assert first.startswith("# ")
    assert byline.startswith("-# By ")
    assert entry.startswith("- [")
    assert entry.endswith("](https://discord.com/channels/1/2/3)")
    check_messages(layout.section(article.sections[1]))


def test_a_section_stands_below_its_heading_and_is_divided_where_it_must() -> None:
    text = "\n\n".join(f"Paragraph {number}. {'word ' * 60}" for number in range(20))
    parts = layout.section(Section(SectionId(5), 3, "Upstream", text))
    contents = check_messages(parts)
    assert contents[0].startswith("## Upstream\nParagraph 0.")
    assert len(contents) > 2
    assert " ".join(contents).split() == ["##", "Upstream", *text.split()]
    assert {(each.kind, each.section_id, each.ordinal) for each in parts} == {(PlacementKind.SECTION, 5, 3)}


def test_the_introduction_has_no_heading() -> None:
    (part,) = layout.section(Section(SectionId(5), 1, None, "Rivers run."))
    assert part.payload.content == "Rivers run."


@pytest.mark.parametrize(
    ("buttons", "words"),
    [
        (Buttons.ENTER, "Reply to any message"),
        (Buttons.ENTER_OR_MORE, "most answered ones"),
        (Buttons.ENTER_CLOSED, "closed"),
    ],
)
def test_the_closing_says_how_to_take_part(buttons: Buttons, words: str) -> None:
    (part,) = layout.closing(4, buttons)
    assert part.payload.content.startswith("## Comments (4)\n")
    assert words in part.payload.content
    assert part.payload.buttons == buttons


@settings(max_examples=40)
@given(title=anything)
@example(title=" \n ")
def test_threads_get_a_name_that_discord_takes(title: str) -> None:
    for name in (layout.thread_name(an_article(title or "x")), layout.post_name(an_article(title or "x"))):
        assert 1 <= utf16_length(name) <= 100
        assert "\n" not in name
        assert name.strip()


def test_reading_order_is_opening_sections_closing_comments() -> None:
    article = an_article()
    parts = [
        *layout.comment(a_comment(), layout.FIRST_COMMENT_ORDINAL),
        *layout.closing(1, Buttons.ENTER),
        layout.withdrawn_section(SectionId(9)),
        *layout.section(article.sections[1]),
        *layout.section(article.sections[0]),
        *layout.opening(article, {}),
    ]
    kinds = [each.kind for each in sorted(parts, key=lambda each: each.ordinal)]
    assert kinds == ["opening", "section", "section", "section", "closing", "comment"]
    assert layout.FIRST_ENTERED_ORDINAL > layout.FIRST_COMMENT_ORDINAL + 100_000
