"""An article's text to its sections and back."""

from __future__ import annotations

import pytest

from bot.formats.sections import MARKDOWN_LEVEL, document_of, sections_of
from bot.model import Section, SectionId
from bot.text import markdown


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("", []),
        ("Intro.", [None]),
        ("Intro.\n\n## One\n\nText.\n\n#### Deeper\n\n# Two\n\n### Three", [None, "One", "Two", "Three"]),
        ("Intro.\n\n#### One\n\n##### Deeper\n\n#### Two", [None, "One", "Two"]),
        ("## One *styled* `heading`\n\nText.", [None, "One styled heading"]),
    ],
)
def test_headings_begin_sections(text: str, headings: list[str | None]) -> None:
    assert [section.heading for section in sections_of(markdown.parse(text))] == headings


def test_in_markdown_a_third_level_is_part_of_its_section() -> None:
    document = markdown.parse("## One\n\n### Deeper\n\nText.")
    assert [section.heading for section in sections_of(document, MARKDOWN_LEVEL)] == [None, "One"]


def test_a_heading_within_a_section_stays_there() -> None:
    rows = [
        Section(SectionId(1), 1, None, "# Not a section\n\nText."),
        Section(SectionId(2), 2, "One", "More."),
    ]
    sections = sections_of(document_of(rows))
    assert [(section.heading, section.text) for section in sections] == [
        (None, "#### Not a section\n\nText."),
        ("One", "More."),
    ]
