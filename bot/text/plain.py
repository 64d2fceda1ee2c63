"""Plain text: no character means anything but itself."""

from __future__ import annotations

from bot.text.canonical import canonical
from bot.text.tree import Document, Paragraph, Span


def parse(source: str) -> Document:
    """Read plain text: a blank line ends a paragraph, a newline is a line break."""
    return canonical(Document((Paragraph((Span(source),)),)))
