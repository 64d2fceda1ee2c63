"""A text as characters only, for formats that know no formatting."""

from __future__ import annotations

from collections.abc import Iterator

from bot.text.tree import (
    Blocks,
    BulletList,
    CodeBlock,
    Document,
    Heading,
    Image,
    Inlines,
    OrderedList,
    Paragraph,
    Quote,
    Rule,
    Table,
)


def unformatted(document: Document) -> str:
    """The text with an empty line between blocks; a link is followed by its address."""
    return "\n".join(_blocks(document.blocks))


def _blocks(blocks: Blocks) -> Iterator[str]:
    for index, block in enumerate(blocks):
        if index:
            yield ""
        match block:
            case Paragraph(inlines) | Heading(_, inlines):
                yield from _line(inlines).split("\n")
            case CodeBlock(text, _):
                yield from text.split("\n")
            case Rule():
                yield "* * *"
            case Table(header, rows):
                yield from (" | ".join(_line(cell) for cell in row) for row in (header, *rows))
            case Quote(inner):
                yield from (f"> {line}".rstrip() for line in _blocks(inner))
            case BulletList() | OrderedList():
                yield from _items(block)


def _items(block: BulletList | OrderedList) -> Iterator[str]:
    for index, item in enumerate(block.items):
        marker = f"{block.start + index}. " if isinstance(block, OrderedList) else "- "
        for below, line in enumerate(_blocks(item)):
            yield f"{' ' * len(marker) if below else marker}{line}".rstrip()


def _line(inlines: Inlines) -> str:
    parts = []
    for inline in inlines:
        shown = inline.alt if isinstance(inline, Image) else inline.text
        address = inline.url if isinstance(inline, Image) else inline.link
        named = address is None or shown.strip() == address or address == f"mailto:{shown.strip()}"
        parts.append(shown if named else f"{shown} ({address})".strip())
    return "".join(parts)
