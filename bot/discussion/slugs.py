"""Slugs: the short names by which commands call articles."""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 100
_FALLBACK = "article"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

# Cyrillic as passports and road signs write it, near enough to read: Russian, Ukrainian, Belarusian.
_LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў",
        (
            *(
                "a",
                "b",
                "v",
                "g",
                "d",
                "e",
                "yo",
                "zh",
                "z",
                "i",
                "y",
                "k",
                "l",
                "m",
                "n",
                "o",
                "p",
                "r",
                "s",
            ),
            *(
                "t",
                "u",
                "f",
                "kh",
                "ts",
                "ch",
                "sh",
                "shch",
                "",
                "y",
                "",
                "e",
                "yu",
                "ya",
                "i",
                "yi",
                "ye",
                "g",
            ),
            "u",
        ),
        strict=True,
    )
) | {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
_APOSTROPHES = str.maketrans("", "", "'’ʼ`")


def slug_of(title: str) -> str:
    """A title in lower-case ASCII words joined by hyphens, at most 100 characters; never empty."""
    composed = unicodedata.normalize("NFC", title).lower().translate(_APOSTROPHES)
    spelled = "".join(_LETTERS.get(letter, letter) for letter in composed)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode("ascii")
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if len(slug) > MAX_LENGTH:
        whole_words = slug[: MAX_LENGTH + 1].rpartition("-")[0]
        slug = whole_words or slug[:MAX_LENGTH]
    return slug or _FALLBACK


def numbered(slug: str, number: int) -> str:
    """The slug itself for 1, else with the number behind it, still at most 100 characters long."""
    if number == 1:
        return slug
    suffix = f"-{number}"
    return slug[: MAX_LENGTH - len(suffix)].rstrip("-") + suffix


def is_slug(text: str) -> bool:
    """Whether a person may name an article so."""
    return len(text) <= MAX_LENGTH and _SLUG.fullmatch(text) is not None
