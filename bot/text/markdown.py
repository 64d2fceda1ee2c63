"""Markdown as we store it: CommonMark with tables and strikethrough, where a newline is a line break."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.text import markdown_line, plain
from bot.text.canonical import canonical, clean
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
from bot.text.urls import web_address

_MAX_NESTING = 100  # what the library follows before it drops text; it calls itself for each level
_MOST_BRACKETS = 5 * 10**8  # brackets times characters of a paragraph: about a second's work for the library

_STYLES = {"strong": Style.STRONG, "em": Style.EMPHASIS, "s": Style.STRIKE}
# Nothing that could be markup, nor white space other than spaces and newlines; and no line that begins like a block.
_PLAIN = re.compile(
    r"[^<>&\\`*_~\[\]|\t\v\f\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*"
)
_MARKED_LINE = re.compile(r"\n(?:[-+#=:! ]|\d{1,9}[.)])")
_DASHES = re.compile(r"-+(?:\n|\Z)")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING})
    parser.enable(["table", "strikethrough"])
    # Foreign HTML is text, and "[a]: b" in a comment means what it shows.
    parser.disable(["html_block", "html_inline", "reference"])
    # The tree decides which addresses are links and how they are spelled.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    return parser


_PARSER = _parser()


def parse(source: str) -> Document:
    """Read Markdown.

    A text no person writes, with a hundred quotes in one another or thousands of brackets in a paragraph, is read
    as plain text instead: the one would lose its content, the other take minutes.
    """
    source = clean(source)
    read = None if _is_plain(source) or _has_endless_brackets(source) else _read(source)
    return plain.parse(source) if read is None else read


def _read(source: str) -> Document | None:
    """What the library reads; None where it would lose what is too deep."""
    tokens = _PARSER.parse(source)
    if any(token.level >= _MAX_NESTING - 1 for token in tokens):
        return None
    return canonical(Document(_blocks(iter(tokens))))


def _has_endless_brackets(source: str) -> bool:
    return any(part.count("[") * len(part) > _MOST_BRACKETS for part in source.split("\n\n"))


def _blocks(tokens: Iterator[Token], until: str = "") -> Blocks:
    blocks: list[Block] = []
    for token in tokens:
        if token.type == until:
            break
        blocks.append(_block(token, tokens))
    return tuple(blocks)


def _block(token: Token, tokens: Iterator[Token]) -> Block:
    match token.type:
        case "paragraph_open":
            return Paragraph(_content(tokens))
        case "heading_open":
            return Heading(int(token.tag[1:]), _content(tokens))
        case "blockquote_open":
            return Quote(_blocks(tokens, "blockquote_close"))
        case "bullet_list_open":
            return BulletList(_items(tokens, "bullet_list_close"))
        case "ordered_list_open":
            return OrderedList(_items(tokens, "ordered_list_close"), int(token.attrs.get("start", 1)))
        case "table_open":
            return _table(tokens)
        case "hr":
            return Rule()
        case "fence" | "code_block":
            return CodeBlock(token.content.removesuffix("\n"), next(iter(token.info.split()), None))
        case unknown:
            raise AssertionError(f"a block of type {unknown} is not enabled")


def _items(tokens: Iterator[Token], until: str) -> tuple[Blocks, ...]:
    items = []
    for token in tokens:
        if token.type == until:
            break
        items.append(_blocks(tokens, "list_item_close"))
    return tuple(items)


def _table(tokens: Iterator[Token]) -> Table:
    rows: list[list[Inlines]] = []
    for token in tokens:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_inlines(token.children or []))
    header, *body = (tuple(row) for row in rows)
    return Table(header, tuple(body))


def _content(tokens: Iterator[Token]) -> Inlines:
    inline = next(tokens)
    next(tokens)  # the closing token
    return _inlines(inline.children or [])


def _inlines(tokens: list[Token]) -> Inlines:
    inlines: list[Inline] = []
    depths = dict.fromkeys(_STYLES, 0)
    style, link = Style.PLAIN, None
    for token in tokens:
        if token.tag in _STYLES:
            depths[token.tag] += token.nesting
            style = _combined(depths)
        elif token.tag == "a":
            address = web_address(str(token.attrs.get("href", "")))
            if token.markup == "autolink" and not (address or link):
                inlines.append(Span("<" if token.nesting > 0 else ">", style))
            link = address
        elif token.type == "image":
            alt = plain_text(_inlines(token.children or []))
            inlines.append(Image(alt, str(token.attrs["src"]), link))
        elif token.type == "code_inline":
            inlines.append(Span(token.content, style | Style.CODE, link))
        else:
            inlines.append(Span("\n" if token.tag == "br" else token.content, style, link))
    return tuple(inlines)


def _combined(depths: dict[str, int]) -> Style:
    style = Style.PLAIN
    for tag, depth in depths.items():
        if depth:
            style |= _STYLES[tag]
    return style


def render(document: Document) -> str:
    """Write canonical Markdown: `parse(render(document))` is the document in canonical form.

    Only what would be read as markup is escaped, so that prose stays as it was written.
    """
    return write(canonical(document))


def write(document: Document) -> str:
    """Write a document that is canonical already, as every parser gives it: half the work."""
    return "\n".join(_document_lines(document.blocks))


def _document_lines(blocks: Blocks) -> list[str]:
    lines: list[str] = []
    previous: Block | None = None
    other = False
    for block in blocks:
        if previous:
            lines.append("")
        # Two lists in a row would become one if their markers were the same.
        other = isinstance(block, BulletList | OrderedList) and type(block) is type(previous) and not other
        lines.extend(_block_lines(block, other_marker=other))
        previous = block
    return lines


def _block_lines(block: Block, *, other_marker: bool) -> list[str]:
    match block:
        case Paragraph():
            return _prose(block).split("\n")
        case Heading():
            return [_prose(block)]
        case Quote(blocks):
            return [f"> {line}" if line else ">" for line in _document_lines(blocks)]
        case BulletList(items):
            return _list_lines(items, ["+ " if other_marker else "- "] * len(items))
        case OrderedList(items, start):
            end = ") " if other_marker else ". "
            return _list_lines(items, [f"{start + index}{end}" for index in range(len(items))])
        case CodeBlock(text, language):
            longest = max((len(run) for run in re.findall("`+", text)), default=0)
            fence = "`" * max(longest + 1, 3)
            return [fence + (language or ""), *text.split("\n"), fence]
        case Table(header, rows):
            return [_row(header), "|" + " --- |" * len(header), *map(_row, rows)]
        case Rule():
            return ["***"]  # unlike "---" neither a heading's underline nor, after a marker, a longer rule


def _list_lines(items: tuple[Blocks, ...], markers: list[str]) -> list[str]:
    tight = all(_is_tight(item) for item in items)
    lines: list[str] = []
    for item, marker in zip(items, markers, strict=True):
        if lines and not tight:
            lines.append("")
        content = _document_lines(item)
        if tight:
            content = [line for line in content if line]
        indent = " " * len(marker)
        lines.append(marker + content[0])
        lines.extend(indent + line if line else "" for line in content[1:])
    return lines


def _is_tight(item: Blocks) -> bool:
    """Whether an item reads the same without blank lines: one paragraph, and perhaps a list below it."""
    match item:
        case (Paragraph(),):
            return True
        case (Paragraph(), BulletList(items) | OrderedList(items, 1)):
            return all(_is_tight(inner) for inner in items)
        case _:
            return False


def _row(cells: Row) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(inlines: Inlines) -> str:
    if not inlines:
        return ""
    guarded, loose = (line.replace("|", "\\|") for line in markdown_line.write(inlines))
    if loose == guarded or _parses_to(f"| {loose} |\n| --- |", Table((inlines,))):
        return loose
    return guarded


def _prose(block: Paragraph | Heading) -> str:
    """A paragraph or heading with as few escapes as it can be read back with."""
    match block:
        case Paragraph((Span(text, Style.PLAIN, None),)) if _is_plain(text):
            return text
        case Heading(level, (Span(text, Style.PLAIN, None),)) if "#" not in text and _is_plain(text):
            return f"{'#' * level} {text}"
    mark = "#" * block.level + " " if isinstance(block, Heading) else ""
    guarded, loose = (mark + line for line in markdown_line.write(block.inlines))
    if mark:
        guarded = re.sub(r"(?<!\\)#\Z", r"\\#", guarded)  # or it would close the heading
    # Dashes alone may mean more after a list marker than by themselves.
    if loose == guarded or (not _DASHES.match(loose) and _parses_to(loose, block)):
        return loose
    return guarded


def _is_plain(text: str) -> bool:
    """Whether nothing in a text, as in most, could be read as anything but paragraphs."""
    return _PLAIN.fullmatch(text) is not None and not _MARKED_LINE.search(f"\n{text}")


def _parses_to(source: str, block: Block) -> bool:
    # What is too deep would be plain text here, and take all that stands around it along.
    read = plain.parse(source) if _has_endless_brackets(source) else _read(source)
    return read is not None and read.blocks == (block,)
