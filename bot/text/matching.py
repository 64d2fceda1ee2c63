"""Finding words and links in members' texts as people read them, however they are spelt.

Every search here takes time in proportion to the text: nothing that a moderator or member writes becomes a pattern.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_LOOKALIKES = str.maketrans(
    # Cyrillic and Greek letters that look like Latin ones.
    "авекмнорстухіјѕԁԛԝѵһαβεικνορτυχ"
    # Digits and signs that stand for letters inside words.
    "013457@$",
    "abekmhopctyxijsdqwvhabeiknoptuxoieastas",
)
# Marks above letters, format characters (zero-width ones, direction marks), and what is not assigned.
_SILENT = {"Mn", "Me", "Cf", "Cc", "Cn", "Co", "Cs"}
_WORDS = re.compile(r"[^\W_]+")
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_LINK = re.compile(r"\bhttps?://[^\s/]|\bwww\.[^\s.]|\]\([^\s)]", re.IGNORECASE)
_INVITE = re.compile(
    r"\bdiscord(?:app)?\.com/invite/\w|\bdiscord\.gg/\w|\bdsc\.gg/\w|\bdiscord\.me/\w", re.IGNORECASE
)


def folded(text: str) -> str:
    """A text without what the eye does not see: compatibility forms, case, accents and zero-width characters.

    Cyrillic keeps its letters: й and ї are not и and і with an accent.
    """
    if text.isascii():
        return text.casefold()
    composed = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(map(_bare, composed))


def same_text(text: str) -> str:
    """What two texts have in common that say the same: their folded words, one space apart."""
    return " ".join(_WORDS.findall(folded(text)))


class Words:
    """Words and phrases to look for, each as a whole; within Chinese, Japanese and Korean as a part."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self._single: dict[str, str] = {}
        self._phrases: dict[str, str] = {}
        self._parts: dict[str, str] = {}
        for each in wanted:
            for key in (same_text(each), _latin(each)):
                if not key:
                    continue
                if _IDEOGRAPHS.search(key):
                    self._parts[key.replace(" ", "")] = each
                elif " " in key:
                    self._phrases[f" {key} "] = each
                else:
                    self._single[key] = each

    def found_in(self, text: str) -> str | None:
        """The first of them, as it was given, that a text holds; None if it holds none."""
        for reading in (same_text(text), _latin(text)):
            for word in reading.split(" "):
                if word in self._single:
                    return self._single[word]
            framed, joined = f" {reading} ", reading.replace(" ", "")
            for phrase, given in self._phrases.items():
                if phrase in framed:
                    return given
            for part, given in self._parts.items():
                if part in joined:
                    return given
        return None


def has_link(text: str) -> bool:
    """Whether a text holds the address of a page, bare or behind words."""
    return _LINK.search(_visible(text)) is not None


def has_invite(text: str) -> bool:
    """Whether a text invites to another Discord server."""
    return _INVITE.search(_visible(text)) is not None


def _bare(character: str) -> str:
    """A character without its accents; nothing for one that is not seen."""
    if character.isascii() or (
        "\u0400" <= character <= "\u052f" and unicodedata.category(character) not in _SILENT
    ):
        return character
    decomposed = unicodedata.normalize("NFD", character)
    return "".join(each for each in decomposed if unicodedata.category(each) not in _SILENT)


def _visible(text: str) -> str:
    return text if text.isascii() else folded(text)


def _latin(text: str) -> str:
    """The words of a text with letters that look alike as one."""
    return " ".join(_WORDS.findall(folded(text).translate(_LOOKALIKES)))


@lru_cache(maxsize=64)
def words(wanted: tuple[str, ...]) -> Words:
    """The words to look for, made ready once for each list."""
    return Words(wanted)
