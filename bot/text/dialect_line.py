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
      [\\`_\[]
    | (?<!\s)\* | \*(?!\s)
    | ~(?=~) | (?<=~)~ | ~\Z | \A~
    | \|(?=\|) | (?<=\|)\|
    | <(?=[@\#:/+A-Za-z])
    | @(?=everyone|here)
    | (?<=\])\(                          # or a link's label might end here
"""
_IN_BODY = re.compile(rf"(?P<url>{_URL}) | {_MARKUP}", re.VERBOSE)
_IN_STARS = re.compile(rf"(?P<url>{_URL}) | \* | {_MARKUP}", re.VERBOSE)
_IN_NAME = re.compile(rf"(?<=http)(?=://) | (?<=https)(?=://) | {_MARKUP}", re.VERBOSE)
_LINE_START = re.compile(
    r"(?P<number>\d+)(?=\.(?:\s|\Z)) | (?=[-+*](?:\s|\Z)) | (?=-?\#) | (?=>)", re.VERBOSE
)
_UNSAFE_IN_URL = re.compile(r"\\|\]\(")
_LABEL_END = re.compile(r"^([^\[]*\])(?=\()")
_REST_OF_WORD = re.compile(r"\S*")
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
            close = isinstance(after, Span) and after.text[:1].isspace()
            written.append(SEPARATOR * together + _opening(part) + SEPARATOR * close)
        elif isinstance(part, Closing):
            close = isinstance(before, Span) and (
                before.text[-1:].isspace() or (part.mark is Style.STRIKE and before.text[-1:] == "~")
            )
            written.append(SEPARATOR * close + _closing(part))
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


def inert(code: str) -> str:
    """Code in which nothing ends the label of a link that began before it."""
    return _LABEL_END.sub(rf"\1{SEPARATOR}", code)


def _code(text: str) -> str:
    text = inert(text)
    runs = {len(run) for run in re.findall("`+", text)}
    if {1, 2} <= runs:
        # Discord takes three backticks for a block, and two are all that is left.
        text, runs = _PAIRED_BACKTICK.sub(f"`{SEPARATOR}", text), {1}
    fence = "``" if 1 in runs else "`"
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def _text(span: Span, after: Opening | Closing | Inline | None) -> str:
    text = span.text
    starred = bool(span.style & (Style.STRONG | Style.EMPHASIS))
    struck = Style.STRIKE in span.style

    def escaped(match: re.Match[str]) -> str:
        url = match["url"]
        if url is None:
            return f"\\{match[0]}"
        if _UNSAFE_IN_URL.search(url) or (starred and "*" in url) or (struck and "~~" in url):
            return _IN_NAME.sub(r"\\\g<0>", url)  # taken to the letter it would end the markup around it
        rest = _REST_OF_WORD.match(text, match.end())
        joined = rest is not None and rest.end() == len(text) and not (after is None or _is_apart(after))
        # Discord would take an escape, or markup, right behind the address for a part of it.
        return f"<{url}>" if joined or (rest and re.search("[<>]", rest[0])) else url

    return (_IN_STARS if starred else _IN_BODY).sub(escaped, text)


def _is_apart(part: Opening | Closing | Inline) -> bool:
    if isinstance(part, Span):
        return part.text[:1].isspace() and Style.CODE not in part.style
    return isinstance(part, Closing)
