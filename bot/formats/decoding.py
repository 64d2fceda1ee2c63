"""Bytes to text for the formats that people write by hand, where nobody can be sure of the encoding."""

from __future__ import annotations

import codecs
import re

from bot.errors import SourceError
from bot.model import Notice
from bot.text.canonical import clean

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LEGACY = re.compile(
    r"iso-8859-(?:[1-9]|1[0-6])|windows-125[0-8]|koi8-[ru]|gb2312|gbk|big5|euc-(?:jp|kr)", re.IGNORECASE
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LETTERS = rb"\xa8\xaa\xaf\xb2-\xb4\xb8\xba\xbf\xc0-\xff"  # of Windows-1251 beyond ASCII
_LETTER = re.compile(rb"[%b]" % _LETTERS)
_WORD = re.compile(rb"(?<![A-Za-z%b])[%b]{2,}(?![A-Za-z%b])" % (_LETTERS, _LETTERS, _LETTERS))
_VOWEL = re.compile("[АЕЄЁИІЇОУЫЭЮЯаеєёиіїоуыэюя]".encode("cp1251"))
_BROKEN = re.compile(r"[\udc80-\udcff]")
_SAVE_AS_UTF8 = "Save it as plain text in UTF-8."


def decode(content: bytes, declared: str = "") -> tuple[str, list[Notice]]:
    """The text in `content`, with a notice wherever it had to be guessed or repaired.

    UTF-8, or UTF-16 and UTF-32 with a byte order mark, is taken as it is; bytes that are no UTF-8 are read
    in the legacy encoding that was `declared`, else in the one they look like. Raises
    `SourceError` for what is not text at all.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _declared(content[len(mark) :], encoding), []
    if _is_binary(content):
        raise SourceError("This is a binary file, not text.", remedy=_SAVE_AS_UTF8)
    try:
        return clean(content.decode()), []
    except UnicodeDecodeError:
        if is_legacy(declared):
            return clean(_legacy(content, declared)), []
        return _repaired(content)


def encoding_of(head: bytes) -> str:
    """The encoding of a text of which these are the first bytes."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return "utf-8-sig" if mark == codecs.BOM_UTF8 else encoding[:6].rstrip("-")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return _legacy_encoding(head)
    return "utf-8"


def is_legacy(encoding: str) -> bool:
    """Whether this names one of the encodings that texts had before UTF-8."""
    return _LEGACY.fullmatch(encoding) is not None


def _declared(content: bytes, encoding: str) -> str:
    try:
        return clean(content.decode(encoding))
    except UnicodeDecodeError as error:
        raise SourceError(
            f"The text says that it is {encoding.upper()}, but it is not.",
            remedy=_SAVE_AS_UTF8,
            place=f"byte {error.start + 1}",
        ) from error


def _is_binary(content: bytes) -> bool:
    return b"\x00" in content or len(_CONTROL.findall(content)) > len(content) // 100 + 1


def _repaired(content: bytes) -> tuple[str, list[Notice]]:
    text = content.decode(errors="surrogateescape")
    broken = _BROKEN.findall(text)
    sound = sum(character > "\x7f" for character in text) - len(broken)
    if sound * 4 > len(broken):  # in other encodings hardly anything looks like sound UTF-8
        text = _BROKEN.sub(lambda match: _legacy(match[0].encode(errors="surrogateescape"), "cp1252"), text)
        message = f"{len(broken)} bytes were not UTF-8 and were read as Windows-1252."
    else:
        encoding = _legacy_encoding(content)
        text = _legacy(content, encoding)
        message = f"The text is not UTF-8; it was read as Windows-{encoding[2:]}."
    line = content.count(b"\n", 0, _first_broken(content)) + 1
    return clean(text), [Notice("encoding", f"line {line}", message)]


def _first_broken(content: bytes) -> int:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return error.start
    return len(content)


def _legacy_encoding(content: bytes) -> str:
    """Cyrillic stands in words of its own, which have vowels; an accent in Latin text among ASCII letters."""
    in_words = sum(len(word) for word in _WORD.findall(content) if _VOWEL.search(word))
    return "cp1251" if 0 < len(_LETTER.findall(content)) <= 2 * in_words else "cp1252"


def _legacy(content: bytes, encoding: str) -> str:
    return content.decode(encoding, errors="replace")
