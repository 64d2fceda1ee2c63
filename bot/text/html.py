"""HTML: what browsers and editors made is read as the text it shows; exports are written plain and safe."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from html import escape

from lxml import etree

from bot.text.canonical import canonical, clean
from bot.text.html_builder import Builder, Closer
from bot.text.html_elements import is_hidden, open_element
from bot.text.tree import (
    Block,
    Blocks,
    BulletList,
    Closing,
    CodeBlock,
    Document,
    Heading,
    Image,
    Inlines,
    Mark,
    Opening,
    OrderedList,
    Paragraph,
    Quote,
    Row,
    Rule,
    Span,
    Style,
    Table,
    nested,
    plain_text,
)
from bot.text.urls import bare_addresses, web_address

_TAGS = {Style.STRONG: "strong", Style.EMPHASIS: "em", Style.STRIKE: "s"}


def parse(fragment: str, base_url: str | None = None) -> Document:
    """Read a piece of HTML, however broken, as the text it shows.

    Scripts, forms and what else no reader sees are left out, players and frames become links, and links lead
    where they would from a page at `base_url`: to web and mail addresses only.
    """
    return canonical(_PARSER.read(clean(fragment), base_url))


class _Listener:
    """Hears the parser's events (lxml's parser target interface), and has it read one page after the other."""

    def __init__(self) -> None:
        self._parser = etree.HTMLParser(target=self, huge_tree=True)  # type: ignore[arg-type]  # lxml asks for less
        self._begin(None)

    def _begin(self, base_url: str | None) -> None:
        self._builder = Builder(base_url)
        self._closers: list[Closer] = []
        self._hidden = 0  # how deep in what is not shown

    def read(self, page: str, base_url: str | None) -> Document:
        self._begin(base_url)
        self._parser.feed(page)
        self._parser.close()
        return self._builder.document()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._hidden or is_hidden(tag, attributes):
            self._hidden += 1
        else:
            self._closers.append(open_element(self._builder, tag, attributes))

    def end(self, tag: str) -> None:
        if self._hidden:
            self._hidden -= 1
        else:
            self._closers.pop()()

    def data(self, text: str) -> None:
        if not self._hidden:
            self._builder.write(text)

    def close(self) -> None:
        """Nothing is left to do: the parser ends every element it began."""


class _ThreadsParser(threading.local):
    """Each thread's parser: to make one takes longer than to read a comment."""

    def __init__(self) -> None:
        self.read = _Listener().read


_PARSER = _ThreadsParser()


def render(document: Document) -> str:
    """Write HTML that holds no foreign markup, with web addresses as links; any depth is safe."""
    written: list[str] = []
    pending: list[Block | str] = list(reversed(document.blocks))
    while pending:
        part = pending.pop()
        if isinstance(part, str):
            written.append(part)
        else:
            pending.extend(reversed(_parts(part)))
    return "".join(written)


def _parts(block: Block) -> list[Block | str]:
    match block:
        case Paragraph(inlines):
            return [f"<p>{_inlines(inlines)}</p>\n"]
        case Heading(level, inlines):
            return [f"<h{level}>{_inlines(inlines)}</h{level}>\n"]
        case Quote(blocks):
            return ["<blockquote>\n", *blocks, "</blockquote>\n"]
        case BulletList(items):
            return ["<ul>\n", *_items(items), "</ul>\n"]
        case OrderedList(items, start):
            return ["<ol>\n" if start == 1 else f'<ol start="{start}">\n', *_items(items), "</ol>\n"]
        case CodeBlock(text, language):
            attribute = f' class="language-{escape(language)}"' if language else ""
            return [f"<pre><code{attribute}>{escape(text)}\n</code></pre>\n"]
        case Table():
            return ["<table>\n", *_rows(block), "</table>\n"]
        case Rule():
            return ["<hr>\n"]


def _items(items: tuple[Blocks, ...]) -> list[Block | str]:
    parts: list[Block | str] = []
    for item in items:
        match item:
            case (Paragraph(inlines),):
                parts.append(f"<li>{_inlines(inlines)}</li>\n")
            case (Paragraph(inlines), BulletList() | OrderedList() as inner):
                parts += [f"<li>{_inlines(inlines)}\n", inner, "</li>\n"]
            case _:
                parts += ["<li>\n", *item, "</li>\n"]
    return parts


def _rows(table: Table) -> list[Block | str]:
    head = [f"<thead>\n{_row(table.header, 'th')}</thead>\n"] if any(table.header) else []
    return [*head, "<tbody>\n", *(_row(row, "td") for row in table.rows), "</tbody>\n"]


def _row(row: Row, tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{_inlines(cell)}</{tag}>" for cell in row) + "</tr>\n"


def _inlines(inlines: Inlines) -> str:
    match inlines:
        case (Span(text, Style.PLAIN, None),) if "://" not in text:
            return _lines(text)  # nothing in most paragraphs is anything but text
    addresses = deque(bare_addresses(plain_text(inlines)))
    written = []
    end = 0
    for part in nested(inlines):
        if isinstance(part, Opening):
            written.append(_opening(part.mark))
        elif isinstance(part, Closing):
            written.append(f"</{_TAGS[part.mark]}>" if isinstance(part.mark, Style) else "</a>")
        else:
            start, end = end, end + len(plain_text((part,)))
            own = _within(addresses, start, end)
            written.append(_image(part) if isinstance(part, Image) else _span(part, own))
    return "".join(written)


def _within(addresses: deque[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Take the addresses that begin before `end`, and tell those that lie between, counted from `start`."""
    own = []
    while addresses and addresses[0][0] < end:
        first, last = addresses.popleft()
        if start <= first and last <= end:
            own.append((first - start, last - start))
    return own


def _image(image: Image) -> str:
    source = web_address(image.url)
    return f'<img src="{escape(source)}" alt="{escape(image.alt)}">' if source else escape(image.alt)


def _span(span: Span, addresses: list[tuple[int, int]]) -> str:
    if Style.CODE in span.style:
        return f"<code>{escape(span.text)}</code>"
    written = []
    done = 0
    for start, end in [] if span.link else addresses:
        url = span.text[start:end]
        written += [_lines(span.text[done:start]), _opening(url), escape(url), "</a>"]
        done = end
    return "".join([*written, _lines(span.text[done:])])


def _opening(mark: Mark) -> str:
    if isinstance(mark, Style):
        return f"<{_TAGS[mark]}>"
    address = web_address(mark)
    # "ugc" tells search engines that the link is a commenter's.
    return f'<a href="{escape(address)}" rel="nofollow ugc noopener">' if address else "<a>"


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>\n")
