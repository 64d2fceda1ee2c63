"""The tree every text passes through: blocks that hold lines of styled spans.

Spans are flat: each carries its own styles and link instead of being nested in them, so that cutting and
comparing a text need no walk, and "bold in italic" equals "italic in bold". `nested` gives the nesting back to
those who write markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Flag, auto
from typing import TypeAlias


class Style(Flag):
    """How a span looks; styles combine."""

    PLAIN = 0
    STRONG = auto()
    EMPHASIS = auto()
    STRIKE = auto()
    CODE = auto()


@dataclass(frozen=True, slots=True)
class Span:
    r"""A run of text of one look; `\n` in it is a line break, every other character stands for itself.

    `link` is an absolute http, https or mailto address.
    """

    text: str
    style: Style = Style.PLAIN
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """An image in a line: the text that describes it, its address, and where a click leads."""

    alt: str
    url: str
    link: str | None = None


Inline: TypeAlias = Span | Image
Inlines: TypeAlias = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of prose."""

    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Heading:
    """One line above what it names; `level` counts from 1 to 6."""

    level: int
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody else said."""

    blocks: Blocks


@dataclass(frozen=True, slots=True)
class BulletList:
    """Items in no order, each of one or more blocks."""

    items: tuple[Blocks, ...]


@dataclass(frozen=True, slots=True)
class OrderedList:
    """Items counted from `start`, each of one or more blocks."""

    items: tuple[Blocks, ...]
    start: int = 1


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines kept to the letter, from the first to the last that is not empty."""

    text: str
    language: str | None = None


Row: TypeAlias = tuple[Inlines, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, all as wide as the header; a table without one has a header of empty cells."""

    header: Row
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between two thoughts."""


Block: TypeAlias = Paragraph | Heading | Quote | BulletList | OrderedList | CodeBlock | Table | Rule
Blocks: TypeAlias = tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole text."""

    blocks: Blocks = ()


def plain_text(inlines: Iterable[Inline]) -> str:
    """The characters a reader sees, without their looks; an image is its description."""
    return "".join(inline.alt if isinstance(inline, Image) else inline.text for inline in inlines)


Mark: TypeAlias = Style | str
"""A single style, or a link's address."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A mark begins."""

    mark: Mark


@dataclass(frozen=True, slots=True)
class Closing:
    """The mark opened last ends."""

    mark: Mark


_NESTING_STYLES = (Style.STRONG, Style.EMPHASIS, Style.STRIKE)


def nested(inlines: Sequence[Inline]) -> Iterator[Opening | Closing | Inline]:
    """The inlines in order, with well-nested marks opened and closed around them, the widest outermost.

    `CODE` is no mark: it makes a span a leaf of another kind. Links come outermost among equals, and only a
    style that ends within a link makes it open twice.
    """
    ends = _ends(inlines)
    open_marks: list[Mark] = []
    for inline, end in zip(inlines, ends, strict=True):
        while open_marks and any(mark not in end for mark in open_marks):
            yield Closing(open_marks.pop())
        if len(end) > len(open_marks):
            missing = [mark for mark in end if mark not in open_marks]
            for mark in sorted(missing, key=end.__getitem__, reverse=True):
                open_marks.append(mark)
                yield Opening(mark)
        yield inline
    while open_marks:
        yield Closing(open_marks.pop())


def _ends(inlines: Sequence[Inline]) -> list[dict[Mark, int]]:
    """For each inline its marks, links first, and the index at which each mark's run ends."""
    ends: list[dict[Mark, int]] = []
    following: dict[Mark, int] = {}
    for index in range(len(inlines) - 1, -1, -1):
        inline = inlines[index]
        marks: list[Mark] = [inline.link] if inline.link is not None else []
        if isinstance(inline, Span) and inline.style:
            marks.extend(style for style in _NESTING_STYLES if style in inline.style)
        following = {mark: following.get(mark, index) for mark in marks}
        ends.append(following)
    ends.reverse()
    return ends
