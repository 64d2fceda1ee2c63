"""Puts a tree together from what an HTML parser hears, one tag at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from bot.text.canonical import MAX_DEPTH
from bot.text.tree import Block, Blocks, Document, Image, Inline, Inlines, Paragraph, Span, Style, plain_text
from bot.text.urls import web_address

Attributes: TypeAlias = Mapping[str, str]
Closer: TypeAlias = Callable[[], None]
"""What the end of an element does."""

Cell: TypeAlias = tuple[Inlines, bool]
"""What a table's cell holds, and whether it names others."""

_SPACE = re.compile(r"[ \t\n\f\r]{2,}|[\t\n\f\r]")
_SPACE_IN_VERSE = re.compile(r"[ \t\f\r]{2,}|[\t\f\r]")


def nothing() -> None:
    """What the end of most elements does."""


class Builder:
    """A document in the making: the blocks so far, the line being written, and how it is being written.

    Elements open with a method that returns what their end does; nothing here calls itself, so that no page
    is too deep.
    """

    def __init__(self, base_url: str | None) -> None:
        self.base_url = base_url
        self.blocks: list[Block] = []
        self.items: list[list[Block]] | None = None
        """The items of the list that stands right around, if one does."""
        self.rows: list[list[Cell]] | None = None
        """The rows of the table being read."""
        self.in_head = False
        self.inlines: list[Inline] = []
        self.style = Style.PLAIN
        self.link: str | None = None
        self.code: list[str] | None = None
        """The text of the code block being read."""
        self.language: str | None = None
        self.in_verse = False
        self.wants_source = False
        """Whether a player is open that has not said yet what it plays."""
        self._muted = 0
        self._one_line = 0
        self._depth = 0

    def write(self, text: str) -> None:
        """Add the text between two tags, its white space as a browser shows it."""
        if self.is_muted:
            return
        if self.code is not None:
            self.code.append(text)
            return
        if self.in_verse:
            text = _SPACE_IN_VERSE.sub(" ", text)
        elif "  " in text or "\n" in text or "\t" in text or "\r" in text or "\f" in text:
            text = _SPACE.sub(" ", text)
        if text.startswith(" ") and self._is_spaced():
            text = text[1:]
        if text:
            self.inlines.append(Span(text, self.style, self.link))

    def put(self, image: Image) -> None:
        """Add an image."""
        if not self.is_muted:
            self.inlines.append(image)

    def _is_spaced(self) -> bool:
        return not self.inlines or plain_text(self.inlines[-1:])[-1:].isspace()

    def break_line(self) -> None:
        """Go on in a new line."""
        if self.code is not None:
            self.code.append("\n")
        else:
            self.inlines.append(Span("\n", self.style, self.link))

    def break_paragraph(self) -> None:
        """End the paragraph; where only lines can be, the line."""
        if self.in_lines:
            if not self._is_spaced():
                self.inlines.append(Span("\n"))
        elif self.inlines:
            self.blocks.append(Paragraph(tuple(self.inlines)))
            self.inlines = []

    def add(self, block: Block) -> None:
        """Add a block where blocks can be."""
        self.break_paragraph()
        if not self.in_lines:
            self.blocks.append(block)

    @property
    def is_muted(self) -> bool:
        """Whether what is read now shows only where its element cannot."""
        return self._muted > 0

    @property
    def in_lines(self) -> bool:
        """Whether this is a heading or cell, which has no blocks of its own."""
        return self._one_line > 0

    def address(self, url: str | None) -> str | None:
        """The web address that a link on this page means."""
        return web_address(url, self.base_url)

    def part(self) -> Closer:
        """Open a part that stands in lines of its own."""
        self.break_paragraph()
        return self.break_paragraph

    def styled(self, style: Style) -> Closer:
        """Open a run of one more style."""
        before = self.style
        self.style |= style

        def close() -> None:
            self.style = before

        return close

    def muted(self) -> Closer:
        """Open what shows only where its element cannot."""
        self._muted += 1

        def close() -> None:
            self._muted -= 1

        return close

    def lines(self, finish: Callable[[Inlines], None]) -> Closer:
        """Open a part that can hold lines only; `finish` gets them."""
        outside, self.inlines = self.inlines, []
        self._one_line += 1

        def close() -> None:
            self._one_line -= 1
            content, self.inlines = tuple(self.inlines), outside
            finish(content)

        return close

    def container(
        self,
        finish: Callable[[Blocks], None],
        *,
        items: list[list[Block]] | None = None,
        levels: int = 1,
    ) -> Closer:
        """Open a part that holds blocks, which `finish` gets; too deep, or among lines, it is a mere part.

        `items` makes it a list that is to be filled by the containers in it.
        """
        self.break_paragraph()
        items_outside, self.items = self.items, None
        if self.in_lines or self._depth + levels > MAX_DEPTH:

            def close_part() -> None:
                self.break_paragraph()
                self.items = items_outside

            return close_part

        blocks_outside, self.blocks = self.blocks, []
        self.items = items
        self._depth += levels

        def close() -> None:
            self.break_paragraph()
            content, self.blocks = tuple(self.blocks), blocks_outside
            self.items = items_outside
            self._depth -= levels
            finish(content)

        return close

    def document(self) -> Document:
        """What has been read."""
        self.break_paragraph()
        return Document(tuple(self.blocks))
