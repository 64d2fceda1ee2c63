"""How long, how wide and how divisible a text is, as Discord and the eye count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_INVISIBLE = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_ZERO_WIDTH_JOINER = "\u200d"
_EMOJI_MODIFIERS = range(0x1F3FB, 0x1F400)
_REGIONAL_INDICATORS = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)
_HANGUL_VOWELS_AND_FINALS = (range(0x1160, 0x1200), range(0xD7B0, 0xD800))


def utf16_length(text: str) -> int:
    """The length in UTF-16 units: never below Discord's own count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_visible(text: str) -> bool:
    """Whether the text shows anything; Discord refuses messages and names that do not."""
    return bool(_INVISIBLE.sub("", text))


def boundaries(text: str) -> Iterator[int]:
    """The places between what a reader takes for characters (grapheme clusters), without 0, with the end."""
    flags = 0
    for index in range(1, len(text)):
        before, after = text[index - 1], text[index]
        flags = flags + 1 if ord(before) in _REGIONAL_INDICATORS else 0
        half_a_flag = flags % 2 == 1 and ord(after) in _REGIONAL_INDICATORS
        if not (half_a_flag or before == _ZERO_WIDTH_JOINER or _extends(after)):
            yield index
    if text:
        yield len(text)


def _extends(character: str) -> bool:
    """Whether a character belongs to the one before it."""
    code = ord(character)
    return code > 0x2FF and (
        unicodedata.category(character) in ("Mn", "Mc", "Me")
        or character == _ZERO_WIDTH_JOINER
        or code in _EMOJI_MODIFIERS
        or code in _TAGS
        or any(code in syllables for syllables in _HANGUL_VOWELS_AND_FINALS)
    )


def clip(text: str, limit: int) -> str:
    """The text in at most `limit` UTF-16 units; where it is cut, between characters, it ends in `…`."""
    if utf16_length(text) <= limit:
        return text
    room = limit - 1
    kept = 0
    end = 0
    for boundary in boundaries(text):
        kept += utf16_length(text[end:boundary])
        if kept > room:
            break
        end = boundary
    return text[:end].rstrip() + "…" if limit > 0 else ""


def width(text: str) -> int:
    """The columns a text takes in a fixed-width font, where East Asian characters and emoji take two."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
