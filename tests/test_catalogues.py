"""The catalogues are complete, and what they say fits where it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message

from bot.language import Language, gettext, speaking
from tests import catalogues

TRANSLATED = [each for each in Language if each is not Language.ENGLISH]

LIMITS = {"title": 45, "label": 45, "text": 45, "description": 100, "placeholder": 100}
"""Characters by the argument that a text is given as (reference, Components: modals and their fields)."""

WIDER = {("Button", "label"): 80, ("SelectOption", "label"): 100}
"""Where an argument of the name holds more."""

COMMAND = re.compile(r"(?<![\w/])/[a-z][a-z-]*(?: [a-z-]+)?")
MIXED = re.compile(r"\w*(?:[a-z][а-яіїєґ]|[а-яіїєґ][a-z])\w*", re.IGNORECASE)
TYPED = re.compile(r"`[^`]*`")


@cache
def wanted() -> Catalog:
    return catalogues.template()


@pytest.fixture(params=TRANSLATED)
def language(request: pytest.FixtureRequest) -> Language:
    found: Language = request.param
    return found


@pytest.fixture
def kept(language: Language) -> Catalog:
    return catalogues.catalogue(language)


def forms(message: Message) -> Iterator[tuple[str, str]]:
    """Each translation of a message with the English that it stands for."""
    if isinstance(message.id, tuple | list):
        for form in message.string or ():
            yield message.id[-1], form
    elif message.id:
        yield message.id, str(message.string)


def all_forms(kept: Catalog) -> list[tuple[str, str]]:
    return [pair for message in kept for pair in forms(message)]


def test_every_message_is_translated_and_nothing_else(kept: Catalog) -> None:
    assert {str(each.id) for each in wanted()} == {str(each.id) for each in kept}, "run make messages"
    assert catalogues.untranslated(kept) == []
    assert [each.id for each in kept if each.id and each.fuzzy] == []
    assert list(kept.obsolete) == []


def test_plurals_have_all_forms_of_the_language(kept: Catalog) -> None:
    for message in kept:
        if message.pluralizable:
            assert isinstance(message.string, tuple), message.id
            assert len(message.string) == kept.num_plurals, message.id
        else:
            assert isinstance(message.string, str), message.id


def test_what_is_put_in_stands_in_each_translation_too(kept: Catalog) -> None:
    for english, translated in all_forms(kept):
        assert _fields(translated) == _fields(english), (english, translated)


def test_commands_menus_and_markup_are_named_as_they_are(kept: Catalog) -> None:
    menus = {
        each["name"]: str((kept.get(each["name"]) or Message("")).string)
        for each in catalogues.commands()
        if each["type"] != 1
    }
    for english, translated in all_forms(kept):
        assert COMMAND.findall(translated) == COMMAND.findall(english), (english, translated)
        assert TYPED.findall(translated) == TYPED.findall(english), (english, translated)
        for mark in ("**", "*", "-#", "###"):
            assert translated.count(mark) == english.count(mark), (english, translated)
        for menu, name in menus.items():
            assert f"*{menu}*" not in english or f"*{name}*" in translated, (english, translated)
            assert f"“{menu}”" not in english or f"«{name}»" in translated, (english, translated)


def test_each_language_is_written_in_its_own_letters(kept: Catalog) -> None:
    for _english, translated in all_forms(kept):
        read = Formatter().vformat(translated, (), _Blank())
        assert MIXED.findall(read) == []
        assert "'" not in TYPED.sub("", read), f"an apostrophe is ’: {translated}"
        assert not set("“”") & set(read), f"quotation marks are «»: {translated}"


def test_commands_fit_in_every_language_and_only_what_is_typed_stays_english() -> None:
    described = catalogues.commands()
    for english, limit in catalogues.read_in_commands(described):
        for language in Language:
            with speaking(language):
                assert len(gettext(english)) <= limit, english
    for each in described:
        is_menu = each["type"] != 1
        assert (set(each.get("name_localizations") or {}) == {"uk"}) == is_menu, each["name"]
        assert is_menu or set(each["description_localizations"]) == {"uk"}, each["name"]


def test_texts_of_components_fit_in_every_language() -> None:
    given = list(catalogues.given_to_components())
    assert {("Button", "label"), ("Modal", "title"), ("reason_form", "description")} <= {
        (call, argument) for call, argument, _english in given
    }
    for call, argument, english in given:
        for language in Language:
            with speaking(language):
                limit = WIDER.get((call, argument)) or LIMITS.get(argument, 2000)
                assert len(gettext(english)) <= limit, (call, argument, english)


def _fields(text: str) -> set[str | None]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return " "
