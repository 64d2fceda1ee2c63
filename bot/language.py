"""The languages that Oped speaks, and which of them it speaks at the moment.

A sentence is written in English where it arises and looked up in the catalogue of the language that is spoken
there: a member's in what answers them, the server's in what stands in its channels, English on the command line.
"""

from __future__ import annotations

import gettext as catalogues
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from importlib import resources
from io import BytesIO


class Language(StrEnum):
    """A language with a complete catalogue, by its ISO 639-1 code, which begins Discord's locales too."""

    ENGLISH = "en"
    UKRAINIAN = "uk"


_spoken: ContextVar[Language] = ContextVar("spoken language", default=Language.ENGLISH)


def language_of(locale: str | None) -> Language:
    """The language for a locale such as `uk` or `en-GB` (reference, Locales); English for one without catalogue."""
    code = (locale or "").partition("-")[0]
    return Language(code) if code in set(Language) else Language.ENGLISH


def speak(language: Language) -> None:
    """Speak this language for the rest of the current task."""
    _spoken.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak this language inside the block."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def gettext(message: str) -> str:
    """A sentence in the language spoken now. What goes into it is put in afterwards, by `str.format`."""
    return _catalogue(_spoken.get()).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """The form of a sentence that the language spoken now wants beside this number."""
    return _catalogue(_spoken.get()).ngettext(one, many, number)


def marked(message: str) -> str:
    """The sentence as it is: it is looked up where it is used, and found here by whoever fills the catalogues."""
    return message


@cache
def _catalogue(language: Language) -> catalogues.NullTranslations:
    if language is Language.ENGLISH:
        return catalogues.NullTranslations()
    # Loaded only once somebody speaks the language; the command line starts without.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    source = resources.files("bot") / "locales" / f"{language}.po"
    compiled = BytesIO()
    with source.open("rb") as stream:
        write_mo(compiled, read_po(stream))
    compiled.seek(0)
    return catalogues.GNUTranslations(compiled)
