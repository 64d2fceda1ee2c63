"""What a Discord client shows for a message: its Markdown rules, as its users have described them.

Written from the patterns of the client's own parser (simple-markdown with Discord's rules), so that the
renderer is judged by the other side's grammar and not by its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_QUOTE = re.compile(r" *>>> ([\s\S]*)|( *> [^\n]*(?:\n *> [^\n]*)*\n?)")
_CODE_BLOCK = re.compile(r"```(?:([a-z0-9_+\-.#]+?)\n)?\n*([^\n][\s\S]*?)\n*```", re.IGNORECASE)
_HEADING = re.compile(r" *(#{1,3})\s+([^\n]+?)#*\s*(?:\n|\Z)")
_SUBTEXT = re.compile(r" *-#\s+([^\n]+?)\s*(?:\n|\Z)")
_ITEM = re.compile(r"( *)([*+-]|\d+\.) +")
_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_AUTOLINK = re.compile(r"<(https?://[^>\s]+)>", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s<]+[^<.,:;\"')\]\s]")
_LINK = re.compile(
    r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]"
    r"\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?(?:\s+['\"]([\s\S]*?)['\"])?\s*\)"
)
_MENTION = re.compile(
    r"<@!?\d*>|<@&\d*>|<#\d*>|<t:-?\d+(?::[tTdDfFsSR])?>|</[^>:]+:\d+>|<a?:\w+:\d+>|<id:\w+>|<\+[\d ]+>"
    r"|@everyone|@here"
)
_EM = re.compile(
    r"_((?:__|\\[\s\S]|[^\\_])+?)_(?!\w)"
    r"|\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)"
)
_STRONG = re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)")
_UNDERLINE = re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)")
_STRIKE = re.compile(r"~~([\s\S]+?)~~(?!_)")
_SPOILER = re.compile(r"\|\|([\s\S]+?)\|\|")
_CODE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
_TEXT = re.compile(
    r"\n|[\s\S][0-9A-Za-z\s\u00c0-\U0010ffff]*?(?=[^0-9A-Za-z\s\u00c0-\U0010ffff]|\n|[0-9A-Za-z_]+:\S|\Z)"
)


@dataclass
class Shown:
    """What a reader sees: the characters, and what looks like more than characters."""

    text: str = ""
    headings: list[str] = field(default_factory=list)
    subtexts: list[str] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)
    codes: list[tuple[str, str]] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    styles: list[tuple[str, str]] = field(default_factory=list)
    items: list[int] = field(default_factory=list)


def show(message: str) -> Shown:
    """Read a message as a client would."""
    shown = Shown()
    _read(message, shown, in_quote=False)
    return shown


def _read(source: str, shown: Shown, *, in_quote: bool, at_start: bool = True) -> None:
    position = 0
    while position < len(source):
        end = 0
        if at_start:
            end = _block(source, position, shown, in_quote=in_quote)
        end = end or _inline(source, position, shown, in_quote=in_quote)
        at_start = source[end - 1] == "\n" or (at_start and bool(_ITEM.fullmatch(source, position, end)))
        position = end


def _block(source: str, position: int, shown: Shown, *, in_quote: bool) -> int:
    if not in_quote and (match := _QUOTE.match(source, position)):
        content = match[1] if match[1] is not None else re.sub(r"^ *> ?", "", match[2], flags=re.MULTILINE)
        shown.quotes.append(content)
        _read(content, shown, in_quote=True)
        return match.end()
    for pattern, group, kept in ((_HEADING, 2, shown.headings), (_SUBTEXT, 1, shown.subtexts)):
        if match := pattern.match(source, position):
            kept.append(match[group])
            _read(match[group], shown, in_quote=in_quote, at_start=False)
            shown.text += "\n"
            return match.end()
    if match := _ITEM.match(source, position):
        shown.items.append(len(match[1]))
        return match.end()
    return 0


def _inline(source: str, position: int, shown: Shown, *, in_quote: bool) -> int:
    if match := _CODE_BLOCK.match(source, position):
        shown.codes.append((match[1] or "", match[2]))
        shown.text += match[2]
    elif match := _ESCAPE.match(source, position):
        shown.text += match[1]
    elif match := (_AUTOLINK.match(source, position) or _URL.match(source, position)):
        url = match[match.lastindex or 0]
        shown.links.append((url, url))
        shown.text += url
    elif match := _LINK.match(source, position):
        before = len(shown.text)
        _read(match[1], shown, in_quote=in_quote, at_start=False)
        shown.links.append((shown.text[before:], match[2]))
    elif match := _MENTION.match(source, position):
        shown.mentions.append(match[0])
    else:
        return _styled(source, position, shown, in_quote=in_quote)
    return match.end()


def _styled(source: str, position: int, shown: Shown, *, in_quote: bool) -> int:
    # Of these the longest wins, and the first of equals.
    rivals = [
        (name, match)
        for name, pattern in (("em", _EM), ("strong", _STRONG), ("underline", _UNDERLINE))
        if (match := pattern.match(source, position))
    ]
    if rivals:
        name, match = max(rivals, key=lambda rival: rival[1].end())
    elif match := _STRIKE.match(source, position):
        name = "strike"
    elif match := _SPOILER.match(source, position):
        name = "spoiler"
    elif match := _CODE.match(source, position):
        shown.styles.append(("code", match[2].strip()))
        shown.text += match[2]
        return match.end()
    else:
        match = _TEXT.match(source, position)
        assert match is not None
        shown.text += match[0]
        return match.end()
    before = len(shown.text)
    _read(match[match.lastindex or 0], shown, in_quote=in_quote, at_start=False)
    shown.styles.append((name, shown.text[before:]))
    return match.end()
