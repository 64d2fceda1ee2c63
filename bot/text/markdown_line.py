"""One line of Markdown from styled spans: delimiters, links, code, and what must be escaped between them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace

from bot.text.tree import Closing, Image, Inline, Inlines, Mark, Opening, Style, nested

_SPECIAL = r"""
      \\(?=[!-/:-@\[-`{-~\n]|.?\Z)        # would escape what follows
    | `
    | (?<!\s)\* | \*(?!\s)                # "2 * 3" needs nothing
    | (?<![^\W_])_ | _(?![^\W_])          # nor does snake_case,
    | (?<=\A.)_ | _(?=.\Z)                # unless the letter beside it becomes an entity
    | ~(?=~) | (?<=~)~ | \A~ | ~\Z
    | \](?=\() | \]\Z                     # only "](" makes a link
    | !\Z                                 # and "!" before one an image
    | <(?=[^\s<>@]+[@:])                  # an address in angle brackets
    | &(?=\#?\w+;)                        # an entity
    """
_IN_TEXT = re.compile(_SPECIAL, re.VERBOSE)
_IN_LINK = re.compile(_SPECIAL + r"| [\[\]]", re.VERBOSE)
_LINE_START = re.compile(
    r"""^(?:
      (?P<number>\d{1,9})(?=[.)](?:\s|\Z))
    | (?=[-+*](?:\s|\Z))
    | (?=\#{1,6}(?:\s|\Z))
    | (?=>)
    | (?==+$)                             # underlines a heading
    | (?=[-|:][-|:\s]*$)                  # underlines a heading or a table's header
    )""",
    re.VERBOSE | re.MULTILINE,
)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BACKTICKS = re.compile(r"`+")


def write(inlines: Inlines) -> tuple[str, str]:
    """Markdown for canonical inlines, guarded and loose.

    Guarded, it always reads back as the same inlines. In the loose one nothing is escaped: it looks better, and
    the caller must make sure that it means the same.
    """
    parts = list(nested(inlines))
    pieces = _pieces(parts, guarded=True)
    for index, part in enumerate(parts):
        if isinstance(part, Opening) and isinstance(part.mark, Style):
            _let_open(pieces, index)
        elif isinstance(part, Closing) and isinstance(part.mark, Style):
            _let_close(pieces, index)
    return "".join(pieces), "".join(_pieces(parts, guarded=False))


def _pieces(parts: Sequence[Opening | Closing | Inline], *, guarded: bool) -> list[str]:
    pieces: list[str] = []
    openings: list[int] = []
    at_line_start, in_link = True, False
    for index, part in enumerate(parts):
        if isinstance(part, Opening):
            openings.append(index)
            in_link = in_link or isinstance(part.mark, str)
            pieces.append(_opening(part.mark))
        elif isinstance(part, Closing):
            in_link = in_link and not isinstance(part.mark, str)
            pieces.append(_closing(part.mark))
            opening = openings.pop()
            if guarded and part.mark is Style.EMPHASIS and _touches_strong(parts, opening, index):
                pieces[opening] = pieces[index] = "_"
        elif isinstance(part, Image):
            pieces.append(f"![{_escaped(part.alt, in_link=True)}]({_destination(part.url)})")
        elif Style.CODE in part.style:
            pieces.append(_code(part.text))
        elif guarded:
            text = _escaped(part.text, in_link=in_link)
            pieces.append(_guard_line_starts(text, at_line_start=at_line_start))
        else:
            pieces.append(part.text)
        at_line_start = pieces[-1].endswith("\n")
    return pieces


def _opening(mark: Mark) -> str:
    return "[" if isinstance(mark, str) else _DELIMITERS[mark]


def _closing(mark: Mark) -> str:
    return f"]({_destination(mark)})" if isinstance(mark, str) else _DELIMITERS[mark]


_DELIMITERS = {Style.STRONG: "**", Style.EMPHASIS: "*", Style.STRIKE: "~~"}


def _touches_strong(parts: Sequence[Opening | Closing | Inline], opening: int, closing: int) -> bool:
    around = (opening - 1, opening + 1, closing - 1, closing + 1)
    neighbours = (parts[index] for index in around if 0 <= index < len(parts))
    return any(isinstance(part, Opening | Closing) and part.mark is Style.STRONG for part in neighbours)


def _escaped(text: str, *, in_link: bool) -> str:
    return (_IN_LINK if in_link else _IN_TEXT).sub(r"\\\g<0>", text)


def _guard_line_starts(text: str, *, at_line_start: bool) -> str:
    if at_line_start:
        return _LINE_START.sub(_guard, text)
    first, newline, rest = text.partition("\n")
    return first + newline + _LINE_START.sub(_guard, rest)


def _guard(match: re.Match[str]) -> str:
    return f"{match['number'] or ''}\\"


def _code(text: str) -> str:
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def _destination(url: str) -> str:
    url = _ENTITY.sub("&amp;", url)
    return url if _balanced(url) else f"<{url}>"


def _balanced(url: str) -> bool:
    if "(" not in url and ")" not in url:
        return True
    depth = 0
    for character in url:
        depth += (character == "(") - (character == ")")
        if not 0 <= depth <= 20:
            return False
    return depth == 0


def _let_open(pieces: list[str], index: int) -> None:
    """Spell the characters around a delimiter so that it may open (CommonMark's left-flanking run)."""
    if isWhiteSpace(ord(pieces[index + 1][0])):
        pieces[index + 1] = _first_as_entity(pieces[index + 1])
    before, after = pieces[index - 1][-1:] if index else "", pieces[index + 1][0]
    if _is_letter(before) and (pieces[index] == "_" or _is_punctuation(after)):
        pieces[index - 1] = _last_as_entity(pieces[index - 1])


def _let_close(pieces: list[str], index: int) -> None:
    """Spell the characters around a delimiter so that it may close (a right-flanking run)."""
    if isWhiteSpace(ord(pieces[index - 1][-1])):
        pieces[index - 1] = _last_as_entity(pieces[index - 1])
    before, after = pieces[index - 1][-1], pieces[index + 1][:1] if index + 1 < len(pieces) else ""
    if _is_letter(after) and (pieces[index] == "_" or _is_punctuation(before)):
        pieces[index + 1] = _first_as_entity(pieces[index + 1])


def _first_as_entity(piece: str) -> str:
    return f"&#{ord(piece[0])};{piece[1:]}"


def _last_as_entity(piece: str) -> str:
    return f"{piece[:-1]}&#{ord(piece[-1])};"


def _is_letter(character: str) -> bool:
    return bool(character) and not isWhiteSpace(ord(character)) and not _is_punctuation(character)


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)
