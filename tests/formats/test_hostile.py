"""Whatever bytes come, a reader ends in records or in one sentence that says why not."""

from __future__ import annotations

import io
import json
import random
import sqlite3
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.formats.base import Format, ReadOptions, Unpublished
from bot.formats.registry import FORMATS, recognise
from bot.formats.stream import open_source
from bot.model import SourceArticle, SourceComment, SourceRecord
from bot.text import markdown
from tests.formats import samples

ALL = ReadOptions(include=frozenset(Unpublished), url="https://example.org/")
BY_NAME = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)


def survives(form: Format, content: bytes) -> None:
    """Read; every text that comes out can be stored and shown."""
    error: SourceError | None = None
    try:
        for record in form.read(open_source(io.BytesIO(content)), ALL):
            check(record)
    except SourceError as refusal:
        error = refusal
    if error:
        assert error.message
        assert "\n" not in error.sentence()


def check(record: SourceRecord) -> None:
    texts: list[str | None] = []
    if isinstance(record, SourceArticle):
        assert record.title.strip()
        texts = [record.title, record.author, record.url, *(section.text for section in record.sections)]
    elif isinstance(record, SourceComment):
        assert record.ref
        texts = [record.author.name, record.text, record.source_id, record.parent_ref]
        document = markdown.parse(record.text)
        assert markdown.parse(markdown.write(document)) == document
    for text in filter(None, texts):
        assert "\x00" not in text
        text.encode()


@BY_NAME
@given(st.binary(max_size=300))
@settings(max_examples=15)
def test_any_bytes(form: Format, content: bytes) -> None:
    survives(form, content)


@BY_NAME
@given(st.integers(0, 2**32))
@example(97299)  # of Isso's database, names that are no text
@settings(max_examples=20)
def test_mutated_samples(form: Format, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - it makes tests, not secrets
    content = bytearray(chance.choice(samples.of(form)))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(content)) if content else 0
        match chance.randrange(4):
            case 0:
                content[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del content[at : at + chance.randrange(1, 40)]
            case 2:
                content[at:at] = chance.choice(samples.NASTY)
            case _:
                end = at + chance.randrange(1, 200)
                content[at:at] = content[at:end]
    survives(form, bytes(content))


@BY_NAME
def test_every_sample_cut_short_is_an_error_or_a_shorter_text(form: Format) -> None:
    for content in samples.of(form):
        for cut in range(0, len(content), max(1, len(content) // 25)):
            survives(form, content[:cut])


@BY_NAME
def test_the_samples_are_sound_and_recognised(form: Format) -> None:
    for content in samples.of(form):
        assert recognise(content) is form
        assert any(
            isinstance(record, SourceComment) for record in form.read(open_source(io.BytesIO(content)), ALL)
        )


@given(st.binary(max_size=200))
@settings(max_examples=50)
def test_recognising_any_bytes(content: bytes) -> None:
    for form in FORMATS:
        form.recognises(content)


@pytest.mark.parametrize(
    "piece", [b"<!---->", b"<!-- ", b"<?xml ?>", b"---\n", b"\n", b'"', b",", b"<rss", b"text,id\n"]
)
def test_recognising_what_repeats(piece: bytes) -> None:
    for content in (piece * 5000, b"---" + piece * 5000, b"<" + piece * 5000):
        for form in FORMATS:
            form.recognises(content)


@BY_NAME
@pytest.mark.parametrize(
    "content", [b"[" * 10_000, b'{"a":' * 20_000, b"<a>" * 20_000, b"> " * 20_000, b"\x1f\x8b\x08bomb"]
)
def test_deep_nesting(form: Format, content: bytes) -> None:
    survives(form, content)


@BY_NAME
def test_many_of_one_character(form: Format) -> None:
    for character in "<&[{\"'`*_•#-= \n\t,;1.":
        survives(form, character.encode() * 10_000)


def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hush")
    bomb = "".join(f'<!ENTITY e{each} "{f"&e{each - 1};" * 10}">' for each in range(1, 12))
    for declared in (f'<!ENTITY e11 SYSTEM "{secret.as_uri()}">', f'<!ENTITY e0 "ha">{bomb}'):
        for form in FORMATS:
            for sample in samples.of(form):
                if not sample.lstrip().startswith(b"<?xml"):
                    continue
                start, _, rest = sample.partition(b"?>")
                root = rest.lstrip().split()[0][1:].decode()
                content = (
                    start + f"?><!DOCTYPE {root} [{declared}]>".encode() + rest.replace(b"Ann", b"&e11;")
                )
                with pytest.raises(SourceError, match="entities"):
                    list(form.read(open_source(io.BytesIO(content)), ALL))


def test_an_isso_database_that_runs_code_on_reading(tmp_path: Path) -> None:
    path = tmp_path / "evil.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE threads (id, uri, title)")
    database.execute(
        "CREATE VIEW comments AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n"
    )
    database.close()
    with pytest.raises(SourceError):
        list(next(form for form in FORMATS if form.name == "isso").read(io.BytesIO(path.read_bytes()), ALL))


def test_names_of_ten_thousand_characters_are_read() -> None:
    row = {"id": "1", "rid": "0", "content": "x", "nick": "N" * 10_000, "page_key": "/a/"}
    artalk = next(form for form in FORMATS if form.name == "artalk")
    records = list(artalk.read(io.BytesIO(json.dumps([row]).encode()), ALL))
    assert isinstance(records[1], SourceComment)
    assert records[1].author.name == "N" * 10_000
