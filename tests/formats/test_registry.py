"""Which format an input is in."""

from __future__ import annotations

import pytest

from bot.errors import SourceError
from bot.formats.registry import FORMATS, find, recognise
from tests.formats.reading import article, comment, written

WRITERS = [form for form in FORMATS if form.write]


def test_names_are_unique() -> None:
    names = [name for form in FORMATS for name in (form.name, *form.aliases)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_each_is_found_by_its_name(form: object) -> None:
    assert find(form.name) is form  # type: ignore[attr-defined]  # a Format


@pytest.mark.parametrize(
    ("alias", "name"), [("wxr", "wordpress"), ("md", "markdown"), ("text", "plaintext"), ("oped", "json")]
)
def test_other_names_are_known_too(alias: str, name: str) -> None:
    assert find(alias).name == name


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SourceError) as refusal:
        find("wordstar")
    assert "plaintext" in refusal.value.sentence()


@pytest.mark.parametrize("form", WRITERS, ids=lambda form: form.name)
def test_what_a_format_writes_is_recognised_as_its_own(form: object) -> None:
    content = written(form, article(), [comment(1), comment(2, 1)])  # type: ignore[arg-type]  # a Format
    assert recognise(content) is form


def test_text_without_a_mark_is_plain_text() -> None:
    assert recognise(b"A title\n\nA paragraph.").name == "plaintext"


@pytest.mark.parametrize("head", [b'{"a": 1}', b"[1]", b"<a/>"])
def test_structured_data_of_no_known_kind_is_refused(head: bytes) -> None:
    with pytest.raises(SourceError, match="not known"):
        recognise(head)
