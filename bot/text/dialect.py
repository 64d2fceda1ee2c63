"""Discord's dialect of Markdown: documents as messages, and foreign words as dead text.

Discord counts in UTF-16 units, so every limit here does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.text import markdown
from bot.text.dialect_layout import Code, Line, lay_out
from bot.text.dialect_line import SEPARATOR, escape, inert, write
from bot.text.dialect_spans import Spans, cut
from bot.text.measure import boundaries, clip, is_visible, utf16_length
from bot.text.tree import (
    Blocks,
    BulletList,
    CodeBlock,
    Document,
    Heading,
    OrderedList,
    Paragraph,
    Quote,
    Table,
    plain_text,
)

__all__ = ["MESSAGE_LIMIT", "clip", "escape", "messages", "preview", "render", "utf16_length"]

MESSAGE_LIMIT = 2000
_FENCE = re.compile("``(?=`)")
_LEAST_LIMIT = 200  # below it, markup alone might fill a message


def render(document: Document) -> str:
    """The whole document as Discord text, however long."""
    flow = _Flow()
    pieces = []
    for line in lay_out(document, MESSAGE_LIMIT // 4):
        piece, flow = flow.place(line)
        pieces.append(piece)
    return "".join(pieces)


def messages(document: Document, *, first_prefix: str = "", limit: int = MESSAGE_LIMIT) -> list[str]:
    """The document as Discord text in messages of at most `limit` UTF-16 units, none of them blank.

    The first begins with `first_prefix`, Discord text of its own lines. Divided between paragraphs, else lines,
    sentences, words, and a word only where it alone is too long for a message. Fences, styles, quotes and links
    are closed at a message's end and opened again in the next; only white space at a cut is lost. Raises
    `ValueError` if `limit` is below 200 or the prefix does not fit.
    """
    prefix = first_prefix if not first_prefix or first_prefix.endswith("\n") else first_prefix + "\n"
    if limit < _LEAST_LIMIT or utf16_length(prefix) > limit:
        raise ValueError(f"a message of {limit} characters has no room for its markup and prefix")
    pages = _Pages(prefix, limit)
    for group in _groups(lay_out(document, limit // 4)):
        pages.add(group)
    return pages.close()


def preview(source: str | Document, limit: int) -> str:
    """The text of a document, or of Markdown, on one line of at most `limit` UTF-16 units, without looks."""
    document = markdown.parse(source) if isinstance(source, str) else source
    return clip(" ".join(" ".join(_texts(document.blocks)).split()), limit)


def _texts(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(inlines) | Heading(_, inlines):
                yield plain_text(inlines)
            case CodeBlock(text):
                yield text
            case Quote(inner):
                yield from _texts(inner)
            case BulletList(items) | OrderedList(items):
                for item in items:
                    yield from _texts(item)
            case Table(header, rows):
                for row in (header, *rows):
                    yield from map(plain_text, row)


def _groups(lines: Iterable[Line | Code]) -> Iterator[list[Line | Code]]:
    """Paragraphs, items and blocks, each with the headings above it."""
    group: list[Line | Code] = []
    for line in lines:
        opens = isinstance(line, Code) or line.opens
        if opens and group and not _is_heading(group[-1]):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _is_heading(line: Line | Code) -> bool:
    return isinstance(line, Line) and line.is_heading


@dataclass(frozen=True, slots=True)
class _Flow:
    """What stands right above the next line of a page; `base` is the list level at the page's left edge."""

    above: Line | Code | None = None
    base: int = 0

    def place(self, line: Line | Code) -> tuple[str, _Flow]:
        """The text that adds a line to the page, and the flow below it."""
        bar = "> " if line.quote else ""
        if isinstance(line, Code):
            return self._joint(line) + "\n".join(bar + row for row in _fenced(line)), _Flow(line, self.base)
        # A page must not begin with an indent, for Discord cuts off the first line's only.
        base = min(line.depth, self.base) if self.above else line.depth
        indent = "  " * (line.depth - base)
        text = write(line.spans)
        if line.is_heading and text.endswith("#"):
            text += SEPARATOR  # or Discord takes it for the heading's closing mark
        return f"{self._joint(line)}{bar}{indent}{line.marker}{text}", _Flow(line, base)

    def _joint(self, line: Line | Code) -> str:
        above = self.above
        if above is None:
            return ""
        same_quote = line.quote == above.quote
        if not same_quote and line.quote and above.quote:
            return "\n\n"
        if isinstance(line, Code) or isinstance(above, Code) or above.is_heading or not line.gap:
            return "\n"
        return "\n> \n" if line.quote and same_quote else "\n\n"


def _fenced(code: Code) -> list[str]:
    text = _FENCE.sub(f"``{SEPARATOR}", inert(code.text))
    return [f"```{code.language}", *text.split("\n"), "```"]


def _least_length(line: Line | Code) -> int:
    return len(line.text) if isinstance(line, Code) else sum(len(span.text) for span in line.spans)


class _Pages:
    """Messages being filled in order."""

    def __init__(self, prefix: str, limit: int) -> None:
        self._limit = limit
        self._done: list[str] = []
        self._text = prefix
        self._flow = _Flow()

    def add(self, group: list[Line | Code]) -> None:
        if self._fits(group, self._text, self._flow):
            self._place_all(group)
        elif self._flow.above and self._fits(group, "", _Flow()):
            self._turn()
            self._place_all(group)
        else:
            for line in group:
                self._add_line(line)

    def close(self) -> list[str]:
        self._turn()
        return self._done

    def _fits(self, lines: Iterable[Line | Code], text: str, flow: _Flow) -> bool:
        length = utf16_length(text)
        for line in lines:
            # Nothing is written shorter than it reads, and to write out an endless line takes long.
            if length + _least_length(line) > self._limit:
                return False
            piece, flow = flow.place(line)
            length += utf16_length(piece)
            if length > self._limit:
                return False
        return True

    def _place_all(self, lines: Iterable[Line | Code]) -> None:
        for line in lines:
            piece, self._flow = self._flow.place(line)
            self._text += piece

    def _turn(self) -> None:
        text = self._text.rstrip()
        if is_visible(text):
            self._done.append(text)
        self._text, self._flow = "", _Flow()

    def _room(self) -> int:
        return self._limit - utf16_length(self._text)

    def _add_line(self, line: Line | Code) -> None:
        if _is_heading(line) and self._flow.above and self._room() < self._limit // 4:
            self._turn()
        while not self._fits([line], self._text, self._flow):
            above = self._flow.above
            may_turn = above is not None and not _is_heading(above)
            if not (may_turn and self._fits([line], "", _Flow())):
                line = self._fill(line, anywhere=not may_turn)
            self._turn()
        self._place_all([line])

    def _fill(self, line: Line | Code, *, anywhere: bool) -> Line | Code:
        """Place as much of a line as the page takes, and return what remains."""
        if isinstance(line, Code):
            return self._fill_code(line, anywhere=anywhere)

        def length(spans: Spans) -> int:
            return utf16_length(self._flow.place(replace(line, spans=spans))[0])

        first, rest = cut(line.spans, self._room(), length, anywhere=anywhere)
        if not first:
            return line
        self._place_all([replace(line, spans=first)])
        marker = line.marker if line.is_heading else ""
        depth = line.depth + bool(line.marker and not line.is_heading)
        return replace(line, spans=rest, marker=marker, depth=depth, opens=False, gap=False)

    def _fill_code(self, code: Code, *, anywhere: bool) -> Line | Code:
        def length(text: str) -> int:
            return utf16_length(self._flow.place(replace(code, text=text))[0])

        rows = code.text.split("\n")
        taken = bisect_right(range(1, len(rows)), self._room(), key=lambda end: length("\n".join(rows[:end])))
        if taken:
            self._place_all([replace(code, text="\n".join(rows[:taken]))])
            return replace(code, text="\n".join(rows[taken:]))
        window = code.text[: self._room() + 1] if anywhere else ""
        places = list(boundaries(window))[:-1] or list(range(1, len(window)))
        taken = bisect_right(places, self._room(), key=lambda place: length(window[:place]))
        if not taken:
            return code
        end = places[taken - 1]
        self._place_all([replace(code, text=code.text[:end])])
        return replace(code, text=code.text[end:])
