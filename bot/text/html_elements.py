"""What each HTML element means for the tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice
from typing import TypeAlias

from bot.text import html_media
from bot.text.html_builder import Attributes, Builder, Cell, Closer, nothing
from bot.text.tree import (
    Block,
    Blocks,
    BulletList,
    CodeBlock,
    Heading,
    OrderedList,
    Quote,
    Rule,
    Span,
    Style,
    Table,
    plain_text,
)

Opener: TypeAlias = Callable[[Builder, Attributes], Closer]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HIDDEN = _names(
    "button canvas datalist form frameset head input noembed noframes noscript script select style svg template"
    " textarea title"
)
_PARTS = _names(
    "address article aside body caption center dd details dialog dir div dl dt fieldset figcaption figure footer header"
    " hgroup legend main nav p section summary"
)
_STYLES = {
    **dict.fromkeys(("b", "strong", "dt", "summary"), Style.STRONG),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var", "figcaption"), Style.EMPHASIS),
    **dict.fromkeys(("s", "strike", "del"), Style.STRIKE),
    **dict.fromkeys(("code", "tt", "kbd", "samp"), Style.CODE),
}
_UNSEEN = re.compile(r"display:\s*none", re.IGNORECASE)
_NOT_BOLD = re.compile(r"font-weight:\s*(?:normal|400)", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?:^|\s)(?:language-|lang-|brush:\s*|highlight-source-)([\w+#.-]+)")
_RAISED = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_ANCHOR_SIGNS = frozenset("#¶§🔗^↑⤴↩↵")
_WIDEST_SPAN = 50


def is_hidden(tag: str, attributes: Attributes) -> bool:
    """Whether readers see nothing of an element and all that is in it."""
    return (
        tag in _HIDDEN
        or "hidden" in attributes
        or "screen-reader-text" in attributes.get("class", "")
        or _UNSEEN.search(attributes.get("style", "")) is not None
    )


def open_element(builder: Builder, tag: str, attributes: Attributes) -> Closer:
    """Begin an element, and return what its end does."""
    if builder.code is not None:
        return _in_code(builder, tag, attributes)
    if opener := _OPENERS.get(tag):
        return opener(builder, attributes)
    style = _STYLES.get(tag, Style.PLAIN)
    if tag not in _PARTS:
        # Google Docs wraps all it copies in a <b> that is not bold.
        shown = style and not _NOT_BOLD.search(attributes.get("style", ""))
        return builder.styled(style) if shown else nothing
    if not style:
        return builder.part()
    close_part, close_style = builder.part(), builder.styled(style)

    def close() -> None:
        close_style()
        close_part()

    return close


def _heading(level: int) -> Opener:
    def opener(builder: Builder, attributes: Attributes) -> Closer:
        close_part = builder.part()
        if builder.in_lines:
            return close_part
        return builder.lines(lambda line: builder.add(Heading(level, line)))

    return opener


def _quote(builder: Builder, attributes: Attributes) -> Closer:
    return builder.container(lambda blocks: builder.add(Quote(blocks)))


def _bullets(builder: Builder, attributes: Attributes) -> Closer:
    return _list(builder, BulletList)


def _numbers(builder: Builder, attributes: Attributes) -> Closer:
    start = _number(attributes.get("start"), 1)
    return _list(builder, lambda items: OrderedList(items, start))


def _list(builder: Builder, make: Callable[[tuple[Blocks, ...]], Block]) -> Closer:
    items: list[list[Block]] = []

    def finish(between: Blocks) -> None:
        _adopt(items, between)
        builder.add(make(tuple(map(tuple, items))))

    return builder.container(finish, items=items)


def _item(builder: Builder, attributes: Attributes) -> Closer:
    items = builder.items
    if items is None:
        return builder.part()
    builder.break_paragraph()
    _adopt(items, builder.blocks)
    builder.blocks.clear()
    return builder.container(lambda blocks: items.append(list(blocks)), levels=0)


def _adopt(items: list[list[Block]], between: Sequence[Block]) -> None:
    """Give what stands between two items, such as a list in a list, to the first of them."""
    if not between:
        return
    if not items:
        items.append([])
    items[-1].extend(between)


def _rule(builder: Builder, attributes: Attributes) -> Closer:
    builder.add(Rule())
    return nothing


def _break(builder: Builder, attributes: Attributes) -> Closer:
    builder.break_line()
    return nothing


def _preformatted(builder: Builder, attributes: Attributes) -> Closer:
    if builder.in_lines:
        return builder.styled(Style.CODE)
    close_part = builder.part()
    if "verse" in attributes.get("class", ""):
        builder.in_verse = True

        def close_verse() -> None:
            builder.in_verse = False
            close_part()

        return close_verse

    code: list[str] = []
    builder.code, builder.language = code, _language(attributes)

    def close() -> None:
        builder.code = None
        builder.add(CodeBlock("".join(code), builder.language))

    return close


def _in_code(builder: Builder, tag: str, attributes: Attributes) -> Closer:
    """Within code only its lines count: highlighters put each in an element of its own."""
    if tag == "br":
        builder.break_line()
    elif tag == "code":
        builder.language = builder.language or _language(attributes)
    elif tag in _PARTS and builder.code and not builder.code[-1].endswith("\n"):
        builder.break_line()
    return nothing


def _language(attributes: Attributes) -> str | None:
    match = _LANGUAGE.search(attributes.get("class", ""))
    return match[1] if match else attributes.get("lang") or attributes.get("data-lang")


def _table(builder: Builder, attributes: Attributes) -> Closer:
    close_part = builder.part()
    if builder.rows is not None:
        return close_part
    rows: list[list[Cell]] = []
    builder.rows = rows

    def close() -> None:
        close_part()
        builder.rows = None
        builder.add(_as_table([row for row in rows if row]))

    return close


def _as_table(rows: list[list[Cell]]) -> Table:
    content = [tuple(cell for cell, _ in row) for row in rows]
    named = bool(rows) and all(is_header for _, is_header in rows[0])
    return Table(content.pop(0) if named else (), tuple(content))


def _table_head(builder: Builder, attributes: Attributes) -> Closer:
    builder.in_head = True

    def close() -> None:
        builder.in_head = False

    return close


def _row(builder: Builder, attributes: Attributes) -> Closer:
    if builder.rows is None or builder.in_lines:
        return builder.part()
    builder.rows.append([])
    return nothing


def _cell(builder: Builder, attributes: Attributes) -> Closer:
    return _cell_of(builder, attributes, is_header=builder.in_head)


def _header_cell(builder: Builder, attributes: Attributes) -> Closer:
    return _cell_of(builder, attributes, is_header=True)


def _cell_of(builder: Builder, attributes: Attributes, *, is_header: bool) -> Closer:
    rows = builder.rows
    if rows is None or builder.in_lines:
        return builder.part()
    row = rows[-1] if rows else []
    empty = min(_number(attributes.get("colspan"), 1), _WIDEST_SPAN) - 1
    return builder.lines(lambda content: row.extend([(content, is_header), *[((), is_header)] * empty]))


def _link(builder: Builder, attributes: Attributes) -> Closer:
    around, builder.link = builder.link, None
    href = attributes.get("href", "").strip()
    within_page = href.startswith("#")
    if not within_page:
        builder.link = builder.address(href)
    line, begin = builder.inlines, len(builder.inlines)

    def close() -> None:
        builder.link = around
        if within_page and line is builder.inlines:
            shown = plain_text(line[begin:]).strip(" \u00a0\ufe0e\ufe0f")
            if shown in _ANCHOR_SIGNS:
                del line[begin:]

    return close


def _raised(builder: Builder, attributes: Attributes) -> Closer:
    return _translated(builder, _RAISED)


def _lowered(builder: Builder, attributes: Attributes) -> Closer:
    return _translated(builder, _LOWERED)


def _translated(builder: Builder, characters: dict[int, int]) -> Closer:
    """Digits have raised and lowered forms of their own (which serve footnotes, too); words stay as they are."""
    line, begin = builder.inlines, len(builder.inlines)

    def close() -> None:
        own = line is builder.inlines and all(
            isinstance(inline, Span) and all(ord(sign) in characters for sign in inline.text)
            for inline in islice(line, begin, None)
        )
        if own:
            text = plain_text(line[begin:]).translate(characters)
            line[begin:] = [Span(text, builder.style, builder.link)]

    return close


def _quotation(builder: Builder, attributes: Attributes) -> Closer:
    builder.write("“")
    return lambda: builder.write("”")


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else default


_OPENERS: dict[str, Opener] = {
    **{f"h{level}": _heading(level) for level in range(1, 7)},
    "a": _link,
    "audio": html_media.player,
    "blockquote": _quote,
    "br": _break,
    "embed": html_media.player,
    "hr": _rule,
    "iframe": html_media.player,
    "img": html_media.image,
    "li": _item,
    "menu": _bullets,
    "object": html_media.plugin,
    "ol": _numbers,
    "pre": _preformatted,
    "q": _quotation,
    "source": html_media.player_source,
    "sub": _lowered,
    "sup": _raised,
    "table": _table,
    "td": _cell,
    "th": _header_cell,
    "thead": _table_head,
    "tr": _row,
    "ul": _bullets,
    "video": html_media.player,
}
