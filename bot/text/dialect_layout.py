"""A document as the lines Discord can show: what it has no markup for becomes what it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from bot.text.canonical import canonical
from bot.text.dialect_spans import Spans, prepared, split_lines
from bot.text.measure import is_visible, width
from bot.text.tree import (
    Block,
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
    Row,
    Rule,
    Span,
    Style,
    Table,
    plain_text,
)

_WIDEST_TABLE = 60  # columns; a phone shows fewer, but wraps a list better than a table
_RULE = "⸻"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of prose.

    `depth` counts the list levels it is indented by, `quote` names the quote it belongs to (0: none), `opens`
    tells that a paragraph, item or heading begins here, and `gap` that a blank line stands before it.
    """

    spans: Spans
    marker: str = ""
    depth: int = 0
    quote: int = 0
    opens: bool = True
    gap: bool = True

    @property
    def is_heading(self) -> bool:
        """Whether Discord shows the line as a heading."""
        return self.marker.startswith("#")


@dataclass(frozen=True, slots=True)
class Code:
    """A fenced block, which Discord sets apart by itself."""

    text: str
    language: str
    quote: int = 0


def lay_out(document: Document, longest_link: int) -> Iterator[Line | Code]:
    """The document's lines in order, without those that show nothing.

    Links whose address is longer than `longest_link` UTF-16 units become text, which can be split.
    """
    for line in _Layout(longest_link).blocks(canonical(document).blocks, depth=0, quote=0):
        if is_visible(plain_text(line.spans) if isinstance(line, Line) else line.text):
            yield line


class _Layout:
    def __init__(self, longest_link: int) -> None:
        self._longest_link = longest_link
        self._quotes = count(1)

    def blocks(self, blocks: Blocks, depth: int, quote: int) -> Iterator[Line | Code]:
        for block in blocks:
            yield from self._block(block, depth, quote)

    def _block(self, block: Block, depth: int, quote: int) -> Iterator[Line | Code]:
        match block:
            case Paragraph(inlines):
                yield from self._lines(inlines, depth, quote)
            case Heading(level, inlines):
                yield self._heading(level, inlines, depth, quote)
            case CodeBlock(text, language):
                yield Code(text, language or "", quote)
            case Quote(blocks):
                # Discord knows one level, and only at the start of a line.
                yield from self.blocks(blocks, 0, quote or next(self._quotes))
            case BulletList(items):
                yield from self._list(items, ["- "] * len(items), depth, quote)
            case OrderedList(items, start):
                markers = [f"{start + index}. " for index in range(len(items))]
                yield from self._list(items, markers, depth, quote)
            case Table():
                yield from self._table(block, depth, quote)
            case Rule():
                yield Line((Span(_RULE),), depth=depth, quote=quote, gap=not depth)

    def _lines(self, inlines: Inlines, depth: int, quote: int) -> Iterator[Line]:
        for index, spans in enumerate(split_lines(prepared(inlines, self._longest_link))):
            yield Line(spans, depth=depth, quote=quote, opens=not index, gap=not (index or depth))

    def _heading(self, level: int, inlines: Inlines, depth: int, quote: int) -> Line:
        if level <= 3 and not depth:
            return Line(prepared(inlines, self._longest_link), "#" * level + " ", quote=quote)
        spans = prepared(_strong(inlines), self._longest_link)
        return Line(spans, depth=depth, quote=quote, gap=not depth)

    def _list(
        self, items: tuple[Blocks, ...], markers: list[str], depth: int, quote: int
    ) -> Iterator[Line | Code]:
        for index, (item, marker) in enumerate(zip(items, markers, strict=True)):
            lines = self.blocks(item, depth + 1, quote)
            first = next(lines)
            if isinstance(first, Line) and not first.marker and first.depth == depth + 1:
                yield replace(first, marker=marker, depth=depth, gap=not (depth or index))
            else:
                yield first  # it cannot stand behind a marker
            yield from lines

    def _table(self, table: Table, depth: int, quote: int) -> Iterator[Line | Code]:
        lines = _aligned(table)
        if _has_links(table) or max(map(width, lines)) > _WIDEST_TABLE:
            yield from self._block(_as_list(table), depth, quote)
        else:
            yield Code("\n".join(lines), "", quote)


def _strong(inlines: Inlines) -> Inlines:
    return tuple(
        replace(inline, style=inline.style | Style.STRONG) if isinstance(inline, Span) else inline
        for inline in inlines
    )


def _has_links(table: Table) -> bool:
    cells = (cell for row in (table.header, *table.rows) for cell in row)
    return any(isinstance(inline, Image) or inline.link for cell in cells for inline in cell)


def _aligned(table: Table) -> list[str]:
    rows = [[plain_text(cell) for cell in row] for row in (table.header, *table.rows)]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    if any(rows[0]):
        rows.insert(1, ["─" * columns for columns in widths])
    else:
        del rows[0]
    return ["  ".join(map(_padded, row, widths)).rstrip() for row in rows] or [""]


def _padded(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))


def _as_list(table: Table) -> BulletList:
    """A row an item under its first cell, the others below it with what their column is called."""
    return BulletList(tuple(_as_item(table.header, row) for row in table.rows or (table.header,)))


def _as_item(header: Row, row: Row) -> Blocks:
    first, *others = row
    title = Paragraph(_strong(first))
    named = zip(header[1:], others, strict=True)
    cells = [Paragraph((*name, Span(": " if name else ""), *cell)) for name, cell in named if cell]
    return (title, BulletList(tuple((cell,) for cell in cells)))
