"""Words as the search index holds them, and back: what one person types finds what another wrote.

SQLite's tokenizer parts words at everything that is no letter, digit or mark, and folds upper into lower case. What
it cannot do is part texts of scripts that put no spaces between words. Their runs are therefore written as
overlapping pairs of characters with the last one alone behind them: 河流域 as 河流, 流域, 域. Any part of a run is then
found by its pairs in a row, and a single character as the beginning of a pair. (SQLite's own trigrams would not
find the words of two characters that Chinese has most, and would blow up the index of every other language.)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from bot.text.tree import Span, Style

HIT, END_OF_HIT = "\x02", "\x03"
"""What stands around the words found in an excerpt from the index."""

_JOINT, _EDGE = "\x1f", "\x1e"  # between the pairs of a run, and around it

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_INVISIBLE = re.compile("[\u00ad\ud800-\udfff\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]+")

# Thai, Lao, Myanmar, Hangul's parts, Khmer, kana, Han and Hangul, without their punctuation.
_RUN = (
    "[\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e80-\u0eff\u1000-\u1049\u1050-\u109d\u1100-\u11ff\u1780-\u17d3"
    "\u17e0-\u17e9\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003fffd]+"
)
_RUNS = re.compile(_RUN)
_WORDS = re.compile(rf"{_RUN}|(?:(?!{_RUN})[^\s])+")

# Of the character that neighbouring pairs share one copy goes: never the one that belongs to what was found.
_SHARED = (
    (re.compile(f"{END_OF_HIT}{_JOINT}{HIT}."), ""),
    (re.compile(f".{_JOINT}{HIT}"), HIT),
    (re.compile(f"{END_OF_HIT}{_JOINT}."), END_OF_HIT),
    (re.compile(f"{_JOINT}."), ""),
    (re.compile(_EDGE), ""),
)

_ASKED = re.compile(r'"([^"]*)"|([^\s"]+)')
_QUOTED = re.compile(r'"([^"]*)"(\*?)')
_PARTING = re.compile(rf"[\s{_JOINT}]+")
_SOON = 6
"""How many words are soon counted, each of which may stand in a million texts."""

_BEGINNING = 4
"""Of longer beginnings the index does not know at once where they stand."""

_LEAST = 3
_STEM = 4
"""So many letters of a word at least are kept when it is asked for loosely."""

_ENDING = 2
"""So many letters of a word may be its ending."""


def indexed(text: str) -> str:
    """A plain text in the form that the index takes; what the index gives out, `excerpt` reads."""
    return _RUNS.sub(lambda run: f"{_EDGE}{_JOINT.join(_pairs(run[0]))}{_EDGE}", _normalised(text))


def match(asked: str, *, loosely: bool = False) -> str | None:
    """What a person asked for as an FTS5 expression that finds texts with all of it; None without any word.

    "Words in quotes" stand together, and wor* is the beginning of words. Nothing else has a meaning: no input
    makes the expression invalid. `loosely` also takes words that begin alike, for languages with endings.
    """
    phrases = []
    for quoted, bare in _ASKED.findall(asked):
        text = _normalised(quoted or bare)
        # The beginnings of one or two letters are half of all words, which nobody wants to read or wait for.
        beginning = not quoted and len(text) > _LEAST and text.endswith("*")
        if loosely and not quoted and not beginning and len(text) > _STEM and text.isalnum():
            text, beginning = text[: max(_STEM, len(text) - _ENDING)], True
        if any(map(str.isalnum, text)):
            phrases.append(_phrase(text, beginning=beginning))
    return " AND ".join(dict.fromkeys(phrases)) or None


def is_soon_ranked(expression: str) -> bool:
    """Whether the index can soon tell how frequent the words of an expression of `match` are, by which it ranks."""
    number = 0
    for phrase, beginning in _QUOTED.findall(expression):
        parts = _PARTING.split(phrase)
        number += len(parts)
        if beginning and len(parts[-1].rstrip("*")) > _BEGINNING:
            return False
    return number <= _SOON


def excerpt(found: str) -> tuple[Span, ...]:
    """An excerpt as the index gives it, the words found in bold."""
    for pattern, kept in _SHARED:
        found = pattern.sub(kept, found)
    pieces = re.split(f"({HIT}[^{END_OF_HIT}]*{END_OF_HIT})", found)
    return tuple(
        Span(piece.strip(HIT + END_OF_HIT), Style.STRONG if piece.startswith(HIT) else Style.PLAIN)
        for piece in pieces
        if piece.strip(HIT + END_OF_HIT)
    )


def storable(text: str) -> str:
    """A text as SQLite takes it: no half characters, and nothing that would end it early."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "")


def spellings(name: str) -> list[str]:
    """How a name may be spelled, first as it is: SQLite itself knows upper from lower case in Latin only."""
    return list(dict.fromkeys((name, name.lower(), name.upper(), name.title(), name.capitalize())))


def _phrase(text: str, *, beginning: bool) -> str:
    """Words in a row. The last may be amid a run of the text found, those before it stand at the end of theirs."""
    *before, last = (word for word in _WORDS.findall(text.replace('"', " ")) if any(map(str.isalnum, word)))
    if _RUNS.fullmatch(last):
        beginning = len(last) == 1
        last = last if beginning else _JOINT.join(list(_pairs(last))[:-1])
    words = " ".join([*map(indexed, before), last])
    return f'"{words}"*' if beginning else f'"{words}"'


def _pairs(run: str) -> Iterator[str]:
    yield from map("".join, pairwise(run))
    yield run[-1]


def _normalised(text: str) -> str:
    """A text without differences of mere encoding, on one line.

    Full-width letters are plain ones, and a letter with its mark is one character, so that й stays apart from и.
    """
    return _CONTROL.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
