"""The one form in which a text that looks the same is the same tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, groupby

from bot.text.tree import (
    Block,
    Blocks,
    BulletList,
    CodeBlock,
    Document,
    Heading,
    Image,
    Inline,
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
from bot.text.urls import bare_addresses, web_address

MAX_DEPTH = 12
"""How many quotes and lists may stand in one another; the content of deeper ones moves up."""

_MAX_NUMBER = 999_999_999  # the largest list number that CommonMark reads
_FOREIGN_NEWLINE = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SUSPECT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# One line as it is kept: nothing in it, nor at its ends, that `_paragraphs` would change.
_SETTLED = re.compile(
    r"(?!\s)[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+(?<!\s)"
)
_NO_CHARACTER = re.compile(r"[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_BREAK = re.compile(r"(\n\s*)")
_LANGUAGE = re.compile(r"[\w+#.-]{1,40}", re.ASCII)


def clean(text: str) -> str:
    r"""The text with `\n` as its only line end, without control characters, and without half characters.

    A surrogate pair held as two characters becomes the one it means; anything else that no UTF-8 may
    carry, or that Unicode calls no character, becomes U+FFFD.
    """
    if not _SUSPECT.search(text):
        return text
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _NO_CHARACTER.sub("\ufffd", text)
    return _CONTROL.sub("", _FOREIGN_NEWLINE.sub("\n", text))


def canonical(document: Document) -> Document:
    """The same text in canonical form.

    Equal neighbours are joined, white space has no look that its neighbours lack, a blank line within a
    paragraph divides it, what is empty is gone, links lead to web addresses only, and a link that shows its
    own address is just that address.
    """
    return Document(tuple(_blocks(document.blocks, 0)))


def merged(inlines: Iterable[Inline]) -> Inlines:
    """The inlines with neighbouring spans of one look joined."""
    joined: list[Inline] = []
    for look, group in groupby(inlines, _look):
        if look is None:
            joined.extend(group)
        else:
            joined.append(Span(plain_text(group), *look))
    return tuple(joined)


def _blocks(blocks: Blocks, depth: int) -> Iterator[Block]:
    for block in blocks:
        yield from _block(block, depth)


def _block(block: Block, depth: int) -> Iterator[Block]:
    match block:
        case Paragraph(inlines):
            yield from (Paragraph(lines) for lines in _paragraphs(inlines))
        case Heading(level, inlines):
            if line := _line(inlines):
                yield Heading(min(max(level, 1), 6), line)
        case CodeBlock(text, language):
            known = language and _LANGUAGE.fullmatch(language)
            if (code := clean(text).strip("\n")).strip():
                yield CodeBlock(code, language if known else None)
        case Table():
            yield from _table(block)
        case Rule():
            yield block
        case Quote() | BulletList() | OrderedList():
            yield from _container(block, depth)


def _container(block: Quote | BulletList | OrderedList, depth: int) -> Iterator[Block]:
    if depth >= MAX_DEPTH:
        inner = (block.blocks,) if isinstance(block, Quote) else block.items
        for blocks in inner:
            yield from _blocks(blocks, depth)
        return
    if isinstance(block, Quote):
        if content := tuple(_blocks(block.blocks, depth + 1)):
            yield Quote(content)
        return
    items = tuple(item for item in (tuple(_blocks(item, depth + 1)) for item in block.items) if item)
    if not items:
        return
    if isinstance(block, BulletList):
        yield BulletList(items)
    else:
        yield OrderedList(items, min(max(block.start, 0), _MAX_NUMBER - len(items)))


def _table(table: Table) -> Iterator[Table | Paragraph]:
    width = max((len(row) for row in (table.header, *table.rows)), default=0)
    header, *rows = (_row(row, width) for row in (table.header, *table.rows))
    if width == len(rows) == 1 and not any(header):
        yield from (Paragraph(cell) for cell in rows[0] if cell)  # a mere frame
    elif any(any(row) for row in (header, *rows)):
        yield Table(header, tuple(rows))


def _row(row: Row, width: int) -> Row:
    return tuple(_line(cell) for cell in row) + ((),) * (width - len(row))


def _line(inlines: Inlines) -> Inlines:
    joined = [
        replace(inline, text=clean(inline.text).replace("\n", " ")) if isinstance(inline, Span) else inline
        for inline in inlines
    ]
    return next(_paragraphs(joined), ())


def _paragraphs(inlines: Sequence[Inline]) -> Iterator[Inlines]:
    """The inlines divided at blank lines, each part trimmed and joined."""
    if len(inlines) == 1 and _is_settled(inlines[0]):
        yield tuple(inlines)
        return
    paragraph: list[Inline] = []
    space: list[Span] = []
    for piece in _pieces(merged(inlines)):
        if isinstance(piece, Span) and piece.text.isspace():
            space.append(piece)
            continue
        breaks = sum(span.text.count("\n") for span in space)
        if breaks > 1 and paragraph:
            yield _joined(paragraph)
            paragraph = []
        if paragraph:
            kept = [span for span in space if "\n" in span.text] if breaks else space
            paragraph.extend(_between(paragraph[-1], span, piece) for span in kept)
        paragraph.append(piece)
        space = []
    if paragraph:
        yield _joined(paragraph)


def _is_settled(inline: Inline) -> bool:
    """Whether this alone is a paragraph in canonical form, as most are."""
    return (
        isinstance(inline, Span)
        and inline.style is Style.PLAIN
        and inline.link is None
        and _SETTLED.fullmatch(inline.text) is not None
    )


def _pieces(inlines: Iterable[Inline]) -> Iterator[Inline]:
    r"""The inlines cleaned and cut so that white space stands alone, a line break as exactly `\n`s."""
    for inline in inlines:
        link = web_address(inline.link)
        if isinstance(inline, Image):
            yield from _image(inline, link)
            continue
        text = clean(inline.text).replace("\t", " ")
        if Style.CODE in inline.style:
            if code := " ".join(text.split()):
                yield Span(code, inline.style, link)
            continue
        *lines, last = _BREAK.split(text) if "\n" in text else (text,)
        for part in lines:
            if "\n" in part:
                yield Span("\n" * part.count("\n"), inline.style, link)
            elif part := part.rstrip():
                yield from _trimmed(part, inline.style, link)
        if last:
            yield from _trimmed(last, inline.style, link)


def _trimmed(text: str, style: Style, link: str | None) -> Iterator[Span]:
    solid = text.strip()
    start = len(text) - len(text.lstrip())
    end = start + len(solid)
    for part in (text[:start], solid, text[end:]) if solid else (text,):
        if part:
            yield Span(part, style, link)


def _image(image: Image, link: str | None) -> Iterator[Inline]:
    alt = " ".join(clean(image.alt).split())
    if url := web_address(image.url):
        yield Image(alt, url, link)
    elif alt:
        yield Span(alt, link=link)


def _between(before: Inline, space: Span, after: Inline) -> Span:
    """White space with no look but what it shares with both neighbours."""
    style = space.style
    for neighbour in (before, after):
        style &= neighbour.style if isinstance(neighbour, Span) else Style.PLAIN
    linked = space.link is not None and before.link == space.link == after.link
    return Span(space.text, style & ~Style.CODE, space.link if linked else None)


def _joined(inlines: list[Inline]) -> Inlines:
    joined = merged(inlines)
    bare = _spelled_out(joined)
    if not bare:
        return joined
    return merged(
        [replace(inline, link=None) if index in bare else inline for index, inline in enumerate(joined)]
    )


def _look(inline: Inline) -> tuple[Style, str | None] | None:
    return None if isinstance(inline, Image) else (inline.style, inline.link)


def _spelled_out(inlines: Inlines) -> set[int]:
    """The indices of links that show their own address where any reader would take it for one."""
    shown = {index for index, inline in enumerate(inlines) if _shows_its_address(inline)}
    if not shown:
        return shown
    places = set(bare_addresses(plain_text(inlines)))
    ends = list(accumulate(len(plain_text((inline,))) for inline in inlines))
    return {
        index for index in shown if (ends[index] - len(plain_text((inlines[index],))), ends[index]) in places
    }


def _shows_its_address(inline: Inline) -> bool:
    return (
        isinstance(inline, Span)
        and inline.link is not None
        and Style.CODE not in inline.style
        and web_address(inline.text) == inline.link
    )
