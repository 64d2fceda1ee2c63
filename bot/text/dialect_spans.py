"""The spans of a line as Discord can show them, and where they may be cut."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from posixpath import basename, splitext
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

from bot.text.canonical import merged
from bot.text.dialect_line import address
from bot.text.measure import boundaries, is_visible, utf16_length
from bot.text.tree import Inlines, Span, Style, plain_text

Spans: TypeAlias = tuple[Span, ...]

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_HOST = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,24})(?=[/?#:…]|\Z)", re.IGNORECASE)
_BRACKET = re.compile(r"[\[\]\n]")
_PICTURE = re.compile(r"\.(?:avif|bmp|gif|jpe?g|png|svg|webp)\Z", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s)|[。！？]+[」』”]*")
_LONGEST_LABEL = 200
_WORD_END = re.compile(r"(?<=\S)(?=\s)")


def prepared(inlines: Inlines, longest_link: int) -> Spans:
    """The inlines with images as links, and links only where Discord shows one and it says where it leads."""
    spans: list[Span] = []
    for link, group in groupby(_without_images(inlines), lambda span: span.link):
        if link is None:
            spans.extend(_unconflicted(span) for span in group)
        else:
            spans.extend(_link(tuple(group), link, longest_link))
    return tuple(span for span in merged(spans) if isinstance(span, Span))


def _without_images(inlines: Inlines) -> Iterator[Span]:
    for inline in inlines:
        if isinstance(inline, Span):
            yield inline
            continue
        yield Span(inline.alt or splitext(_file_name(inline.url))[0] or "image", link=inline.url)
        if inline.link and not _PICTURE.search(urlsplit(inline.link).path):
            yield Span(f" <{address(inline.link)}>")


def _file_name(url: str) -> str:
    return unquote(basename(urlsplit(url).path))


def _link(spans: Spans, link: str, longest_link: int) -> Iterator[Span]:
    label = plain_text(spans)
    host = None if label == _file_name(link) else _HOST.match(label)
    if host and _bare_host(host[1]) == _bare_host(urlsplit(link).hostname or ""):
        if _SCHEME.match(label):
            # Discord shows no label that is an address, and this one says no more than the link.
            yield replace(spans[0], text=address(link), link=None)
            return
        host = None
    masked = not (host or _SCHEME.search(label) or _BRACKET.search(label)) and is_visible(label)
    if masked and utf16_length(address(link)) <= longest_link:
        yield from (_unconflicted(span) for span in spans)
        return
    for span in spans:
        yield _unconflicted(replace(span, text=_SCHEME.sub("", span.text), link=None))
    yield Span(f" <{address(link.removeprefix('mailto:'))}>")


def _bare_host(host: str) -> str:
    return host.lower().removeprefix("www.")


def _unconflicted(span: Span) -> Span:
    """Code without the styles that its own characters would end."""
    if Style.CODE not in span.style:
        return span
    style = span.style
    if "*" in span.text:
        style &= ~(Style.STRONG | Style.EMPHASIS)
    if "~~" in span.text:
        style &= ~Style.STRIKE
    return replace(span, style=style)


def split_lines(spans: Spans) -> Iterator[Spans]:
    """The spans of each line, cut at their line breaks."""
    line: list[Span] = []
    for span in spans:
        first, *rest = span.text.split("\n")
        line.append(replace(span, text=first))
        for text in rest:
            yield _trimmed(line)
            line = [replace(span, text=text)]
    yield _trimmed(line)


def cut(spans: Spans, room: int, length: Callable[[Spans], int], *, anywhere: bool) -> tuple[Spans, Spans]:
    """The longest beginning whose `length` is at most `room`, and the rest; the beginning may be empty.

    Cut after a sentence, else after a word, in neither case within a link. Only if `anywhere` is true and
    nothing else fits is a link cut (both parts lead where it led), a word, or at last a character.
    """
    # What is written is never shorter than what is read, so no place beyond the room can fit.
    text = plain_text(spans)
    window = text[: room + 1]
    links = _link_ranges(spans)
    near = _divided(spans, len(window))[0]
    for places, breaks_links in _candidates(window, len(text), anywhere=anywhere):
        free = places if breaks_links else [place for place in places if not _within(links, place)]
        fitting = bisect_right(free, room, key=lambda place: length(_divided(near, place)[0]))
        if fitting:
            return _divided(spans, free[fitting - 1])
    return (), spans


def _candidates(window: str, end: int, *, anywhere: bool) -> Iterator[tuple[list[int], bool]]:
    """Ever worse places to cut a text at, and whether they may lie within a link."""
    words = [match.start() for match in _WORD_END.finditer(window)]
    yield [match.end() for match in _SENTENCE_END.finditer(window) if match.end() < end], False
    yield words, False
    if anywhere:
        yield words, True
        # The window may end within a character, so its last boundary tells nothing.
        yield [place for place in boundaries(window) if place < len(window)], True
        yield list(range(1, len(window))), True


def _link_ranges(spans: Spans) -> list[tuple[int, int]]:
    """Where links stand, but for those as long as a paragraph, which may be cut like one."""
    ranges = []
    start = 0
    for link, group in groupby(spans, lambda span: span.link):
        end = start + len(plain_text(group))
        if link is not None and end - start <= _LONGEST_LABEL:
            ranges.append((start, end))
        start = end
    return ranges


def _within(ranges: list[tuple[int, int]], place: int) -> bool:
    return any(start < place < end for start, end in ranges)


def _divided(spans: Spans, place: int) -> tuple[Spans, Spans]:
    for index, span in enumerate(spans):
        if place <= len(span.text):
            before = replace(span, text=span.text[:place])
            after = replace(span, text=span.text[place:])
            return _trimmed([*spans[:index], before]), _trimmed([after, *spans[index + 1 :]])
        place -= len(span.text)
    return spans, ()


def _trimmed(spans: list[Span]) -> Spans:
    """The spans without white space at either end, which Discord would cut off."""
    kept = [span for span in spans if span.text]
    while kept and not (text := kept[0].text.lstrip()):
        del kept[0]
    if kept:
        kept[0] = replace(kept[0], text=text)
    while kept and not (text := kept[-1].text.rstrip()):
        del kept[-1]
    if kept:
        kept[-1] = replace(kept[-1], text=text)
    return tuple(kept)
