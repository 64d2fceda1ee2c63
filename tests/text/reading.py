"""What a reader sees of a document, told from the tree alone."""

from __future__ import annotations

import unicodedata

from bot.text.tree import (
    Blocks,
    BulletList,
    CodeBlock,
    Document,
    Heading,
    OrderedList,
    Paragraph,
    Quote,
    Rule,
    Span,
    plain_text,
)

_SHOWN_AS_NOTHING = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def characters(text: str) -> str:
    """The characters that show: no white space, no marks without a shape."""
    return "".join(character for character in text if not (character.isspace() or _shows_nothing(character)))


def _shows_nothing(character: str) -> bool:
    code = ord(character)
    return (
        unicodedata.category(character) == "Cf"
        or character in _SHOWN_AS_NOTHING
        or 0x180B <= code <= 0x180F
        or 0xFE00 <= code <= 0xFE0F
        or 0xE0000 <= code <= 0xE0FFF
    )


def visible(document: Document) -> str:
    """All the characters that a document without links, images and tables shows, in order."""
    return characters(_visible(document.blocks))


def _visible(blocks: Blocks) -> str:
    return "".join(_of_block(block) for block in blocks)


def _of_block(block: object) -> str:
    match block:
        case Paragraph(inlines) | Heading(_, inlines):
            return plain_text(inlines)
        case CodeBlock(text):
            return text
        case Quote(blocks):
            return _visible(blocks)
        case BulletList(items) | OrderedList(items):
            return "".join(map(_visible, items))
        case Rule():
            return "⸻"
    raise TypeError(f"{block} is not told from the tree alone")


def paragraph(*spans: Span) -> Document:
    """A document of one paragraph."""
    return Document((Paragraph(spans),))
