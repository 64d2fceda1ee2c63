"""An article's text to its sections and back."""

from __future__ import annotations

from collections.abc import Iterable

from bot.formats.fields import one_line
from bot.model import Section, SourceSection
from bot.text import markdown
from bot.text.tree import Block, Document, Heading, Span, plain_text

LEVEL = 2
"""Headings down to this level begin a section; deeper ones only where there are no others."""


def sections_of(document: Document) -> tuple[SourceSection, ...]:
    """The introduction, if need be empty, and a section for each heading; nothing for an empty text."""
    if not document.blocks:
        return ()
    levels = [block.level for block in document.blocks if isinstance(block, Heading)]
    level = max(LEVEL, min(levels, default=LEVEL))
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
    return SourceSection(heading, markdown.render(Document(tuple(blocks))))


def document_of(sections: Iterable[Section]) -> Document:
    """The whole article, its sections' headings at level 2."""
    blocks: list[Block] = []
    for section in sections:
        if section.heading:
            blocks.append(Heading(LEVEL, (Span(section.heading),)))
        blocks += map(_below, markdown.parse(section.text).blocks)
    return Document(tuple(blocks))


def _below(block: Block) -> Block:
    """The block as part of a section: no heading in it begins another one."""
    return Heading(max(block.level, LEVEL + 1), block.inlines) if isinstance(block, Heading) else block
