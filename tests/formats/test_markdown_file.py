"""Markdown files with front matter, and the comments below them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.errors import SourceError
from bot.formats.markdown_file import FORMAT
from bot.model import Status
from tests.formats.reading import article, comment, read, stored, written

WRITTEN_AT = datetime(2022, 8, 16, 18, 4, 11, tzinfo=UTC)


def test_front_matter_and_headings() -> None:
    reading = read(
        FORMAT,
        "---\ntitle: \"A: title\"\nauthor: 'Ann O''Hara'\ndate: 2022-08-16\nurl: https://example.org/a\nslug: a\n"
        "tags:\n  - one\n---\n\nIntro.\n\n## Head *one*\n\nText.\n\n### Deeper\n\nMore.\n\n# Top\n\nEnd.\n",
    )
    source = reading.article
    assert (source.title, source.author, source.url) == ("A: title", "Ann O'Hara", "https://example.org/a")
    assert source.published_at == datetime(2022, 8, 16, tzinfo=UTC)
    assert reading.headings == [None, "Head one", "Top"]
    assert source.sections[1].text == "Text.\n\n### Deeper\n\nMore."


def test_a_first_heading_is_the_title() -> None:
    reading = read(FORMAT, "# The *title*\n\nIntro.\n\n## Head\n\nText.\n")
    assert reading.article.title == "The title"
    assert reading.headings == [None, "Head"]


def test_a_first_heading_that_repeats_the_title_is_no_section() -> None:
    assert read(FORMAT, "---\ntitle: T\n---\n# T\n\nIntro.\n").headings == [None]


def test_an_article_that_begins_with_a_heading_has_an_empty_introduction() -> None:
    reading = read(FORMAT, "---\ntitle: T\n---\n\n## Head\n\nText.\n")
    assert [(section.heading, section.text) for section in reading.article.sections] == [
        (None, ""),
        ("Head", "Text."),
    ]


@pytest.mark.parametrize(
    "content", ["", "Just text.\n", "---\ntitle: T\nText without an end\n", "---\ndate: x\n---\n"]
)
def test_what_has_no_title_is_refused(content: str) -> None:
    with pytest.raises(SourceError):
        read(FORMAT, content)


def test_comments_come_back_with_all_that_is_public() -> None:
    comments = [
        comment(1, text='One\n\n```\n<!-- comment {"id": "9"} -->\n```', author="A --> B", source_id="x1"),
        comment(2, 1, '<!-- comment {"id": "8"} -->', created_at=WRITTEN_AT, edited_at=WRITTEN_AT, section=1),
        comment(3, text="Hidden", status=Status.HIDDEN, author="Secret"),
        comment(4, 3, "# A heading\n\n1. ```\n   code\n   ```"),
    ]
    content = written(FORMAT, article(), comments)
    assert b"Secret" not in content
    reading = read(FORMAT, content)
    assert reading.tree() == [("1", None), ("2", "1"), ("3", None), ("4", "3")]
    assert reading.texts == [comments[0].text, comments[1].text, "", comments[3].text]
    assert [entry.author.name for entry in reading.comments] == ["A --> B", "Ada", None, "Ada"]
    assert reading.comments[0].source_id == "x1"
    second = reading.comments[1]
    assert (second.created_at, second.edited_at, second.section) == (WRITTEN_AT, WRITTEN_AT, 1)
    assert reading.comments[2].status is Status.DELETED
    assert read(FORMAT, written(FORMAT, *stored(reading))).texts == reading.texts


def test_a_damaged_marker_is_refused() -> None:
    with pytest.raises(SourceError, match="marker"):
        read(FORMAT, '# T\n\nText.\n\n<!-- comments -->\n\n<!-- comment {"id": } -->\n\nText.\n')


def test_markers_in_the_article_are_its_text() -> None:
    source = article(sections=[(None, "<!-- comments -->\n\n<!-- comment {} -->")])
    reading = read(FORMAT, written(FORMAT, source))
    assert reading.comments == []
    assert "comments" in reading.article.sections[0].text
