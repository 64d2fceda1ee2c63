"""One line of Discord's Markdown from styled spans, in which foreign text means nothing but itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from bot.text.canonical import clean
from bot.text.tree import Closing, Inline, Opening, Span, Style, nested

SEPARATOR = "\u200b"
"""Keeps two pieces of markup apart where only something between them helps; shows nothing, takes no room."""

_URL = r"https?://[^\s<>]+[^<>.,:;\"')\]\s]"  # what Discord makes a link of, and takes to the letter
_MARKUP = r"""
      [\\`_]
    | (?<!\s)\* | \*(?!\s)
    | ~(?=~) | (?<=~)~ | ~\Z | \A~
    | \|(?=\|) | (?<=\|)\|
    | <(?=[@\#:/+A-Za-z])
    | @(?=everyone|here)
    | (?<=\])\(                              # only "](" makes a link
"""
_IN_BODY = re.compile(rf"(?P<url>{_URL}) | {_MARKUP}", re.VERBOSE)
_IN_NAME = re.compile(rf"(?<=http)(?=://) | (?<=https)(?=://) | {_MARKUP}", re.VERBOSE)
_LINE_START = re.compile(
    r"(?P<number>\d+)(?=\.(?:\s|\Z)) | (?=[-+*](?:\s|\Z)) | (?=-?\#) | (?=>)", re.VERBOSE
)
_MORE_OF_A_URL = re.compile(r"[^\s<]*>")
_BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_RIGHT_TO_LEFT = ("R", "AL", "AN")
_PAIRED_BACKTICK = re.compile("`(?=`)")
_DELIMITERS = {Style.STRONG: "**", Style.EMPHASIS: "*", Style.STRIKE: "~~"}
_STARRED = (Style.STRONG, Style.EMPHASIS)
_IN_ADDRESS = {ord(character): f"%{ord(character):02X}" for character in "()[]*~|`\\<> "}


def escape(text: str) -> str:
    """A name, title or label as dead text on one line.

    Nothing in it is markup, a mention or a link for Discord, wherever on its line it stands; and should it run
    from right to left, the rest of the line does not.
    """
    line = " ".join(clean(text).translate(_BIDI_CONTROLS).split())
    escaped = _guard_line_start(_IN_NAME.sub(r"\\\g<0>", line))
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in line):
        return f"\u2068{escaped}\u2069"  # isolated from what follows
    return escaped


def _guard_line_start(escaped: str) -> str:
    match = _LINE_START.match(escaped)
    return f"{escaped[: match.end()]}\\{escaped[match.end() :]}" if match else escaped


def write(spans: Sequence[Inline]) -> str:
    """Discord text for one line of spans, to stand at the start of a line or after its marker."""
    parts = list(nested(spans))
    written: list[str] = []
    for index, part in enumerate(parts):
        before = parts[index - 1] if index else None
        after = parts[index + 1] if index + 1 < len(parts) else None
        if isinstance(part, Opening):
            together = isinstance(before, Closing) and before.mark in _STARRED and part.mark in _STARRED
            spaced = isinstance(after, Span) and after.text[:1].isspace()
            written.append(SEPARATOR * together + _opening(part) + SEPARATOR * spaced)
        elif isinstance(part, Closing):
            spaced = isinstance(before, Span) and before.text[-1:].isspace()
            written.append(SEPARATOR * spaced + _closing(part))
        elif isinstance(part, Span):
            written.append(_code(part.text) if Style.CODE in part.style else _text(part, after))
    return _guard_line_start("".join(written))


def _opening(part: Opening) -> str:
    return "[" if isinstance(part.mark, str) else _DELIMITERS[part.mark]


def _closing(part: Closing) -> str:
    return f"]({address(part.mark)})" if isinstance(part.mark, str) else _DELIMITERS[part.mark]


def address(url: str) -> str:
    """The same address without characters that could end a link, or close the styles around it."""
    return url.translate(_IN_ADDRESS)


def _code(text: str) -> str:
    runs = {len(run) for run in re.findall("`+", text)}
    if {1, 2} <= runs:
        # Discord takes three backticks for a block, and two are all that is left.
        text, runs = _PAIRED_BACKTICK.sub(f"`{SEPARATOR}", text), {1}
    fence = "``" if 1 in runs else "`"
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def _text(span: Span, after: Opening | Closing | Inline | None) -> str:
    text = span.text

    def escaped(match: re.Match[str]) -> str:
        url = match["url"]
        if url is None:
            return f"\\{match[0]}"
        if ("*" in url and span.style & (Style.STRONG | Style.EMPHASIS)) or (
            "~~" in url and Style.STRIKE in span.style
        ):
            return _IN_NAME.sub(r"\\\g<0>", url)  # as a link it would close the style
        runs_on = match.end() == len(text) and not (after is None or isinstance(after, Closing))
        return f"<{url}>" if runs_on or _MORE_OF_A_URL.match(text, match.end()) else url

    return _IN_BODY.sub(escaped, text)
