"""An article's text to its sections and back."""

from __future__ import annotations

from collections.abc import Iterable

from bot.formats.fields import one_line
from bot.model import Section, SourceSection
from bot.text import markdown
from bot.text.tree import Block, Document, Heading, Span, plain_text

_HEADING = 2
MARKDOWN_LEVEL = 2
HTML_LEVEL = 3
"""Headings down to this level begin a section. Who writes in an editor chooses levels by their look."""


def sections_of(document: Document, level: int = HTML_LEVEL) -> tuple[SourceSection, ...]:
    """The introduction, if need be empty, and a section for each heading; nothing for an empty text.

    Where all headings are below `level`, the highest of them begin sections.
    """
    if not document.blocks:
        return ()
    levels = [block.level for block in document.blocks if isinstance(block, Heading)]
    level = max(level, min(levels, default=level))
    heading: str | None = None
    blocks: list[Block] = []
    sections: list[SourceSection] = []
    for block in document.blocks:
        if isinstance(block, Heading) and block.level <= level:
            sections.append(_section(heading, blocks))
            heading, blocks = one_line(plain_text(block.inlines)) or None, []
        else:
            blocks.append(block)
    sections.append(_section(heading, blocks))
    return tuple(sections)


def _section(heading: str | None, blocks: list[Block]) -> SourceSection:
    return SourceSection(heading, markdown.write(Document(tuple(blocks))))


def document_of(sections: Iterable[Section], level: int = HTML_LEVEL) -> Document:
    """The whole article, its sections' headings at level 2, and those within a section below `level`."""
    blocks: list[Block] = []
    for section in sections:
        if section.heading:
            blocks.append(Heading(_HEADING, (Span(section.heading),)))
        for block in markdown.parse(section.text).blocks:
            deep = isinstance(block, Heading) and Heading(max(block.level, level + 1), block.inlines)
            blocks.append(deep or block)
    return Document(tuple(blocks))
