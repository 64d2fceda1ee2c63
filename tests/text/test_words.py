from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.tree import Style
from bot.text.words import END_OF_HIT, HIT, excerpt, indexed, is_soon_ranked, match, storable

TABLE = """
CREATE VIRTUAL TABLE t USING fts5 (words, tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* Co'")
"""


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """An empty index with the tokenizer of the real one."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(TABLE)
        yield connection


def found(index: sqlite3.Connection, text: str, asked: str, *, loosely: bool = False) -> str | None:
    """What is shown of a text for what was asked, hits in brackets; None where it is not found."""
    index.execute("DELETE FROM t")
    index.execute("INSERT INTO t VALUES (?)", (indexed(text),))
    row = index.execute(
        "SELECT snippet(t, 0, ?, ?, '…', 24) FROM t WHERE t MATCH ?",
        (HIT, END_OF_HIT, match(asked, loosely=loosely)),
    ).fetchone()
    if row is None:
        return None
    return "".join(f"[{span.text}]" if Style.STRONG in span.style else span.text for span in excerpt(row[0]))


@pytest.mark.parametrize(
    ("text", "asked", "shown"),
    [
        ("The river runs.", "RIVER", "The [river] runs."),
        ("The river runs.", "runs river", "The [river] [runs]."),
        ("The river runs.", "river stands", None),
        ("The river runs.", '"the river"', "[The river] runs."),
        ("The river runs.", '"river the"', None),
        ("The rivers run.", "riv*", "The [rivers] run."),
        ("The rivers run.", "river", None),
        ("I can't swim.", "can't", "I [can't] swim."),
        ("Café Ångström", "cafe angstrom", "[Café] [Ångström]"),
        # Each letter of the Ukrainian alphabet is its own.
        ("Їжак їсть йогурт", "їжак йогурт", "[Їжак] їсть [йогурт]"),
        ("Їжак їсть йогурт", "іжак", None),
        ("Мій край", "мии", None),
        ("Ґанок", "ганок", None),
        # и and a breve written one after the other are й, and a stress mark is no letter.
        ("Йод у за́мку", "йод замку", "[Йод] у [за́мку]"),
        ("हिन्दी में", "हिन्दी", "[हिन्दी] में"),
        # Chinese, Japanese, Thai and Korean, in which words are not parted or take endings.
        ("我住在河流旁边。", "河流", "我住在[河流]旁边。"),
        ("我住在河流旁边。", "住在河", "我[住在河]流旁边。"),
        ("我住在河流旁边。", "旁边 河流", "我住在[河流][旁边]。"),
        ("我住在河流旁边。", "流河", None),
        ("我住在大河。", "河", "我住在大[河]。"),
        ("川の流れのように", "流れ", "川の[流れ]のように"),
        ("ฉันรักแม่น้ำ", "แม่น้ำ", unicodedata.normalize("NFKC", "ฉันรัก[แม่น้ำ]")),
        ("강은 흐른다", "강은", "[강은] 흐른다"),
        ("买了iPhone手机壳", "iphone手机", "买了[iPhone手机]壳"),
        ("买了iPhone手机壳", "iphone", "买了[iPhone]手机壳"),
        ("ＡＢＣ１２３", "abc123", "[ABC123]"),
        ("𠮷野家", "野家", "𠮷[野家]"),
        ("word\x02with\x1fcontrol\x1echaracters", "control", "word with [control] characters"),
    ],
)
def test_words_are_found_as_people_take_them(
    index: sqlite3.Connection, text: str, asked: str, shown: str | None
) -> None:
    assert found(index, text, asked) == shown


@pytest.mark.parametrize(
    ("text", "asked", "shown"),
    [
        ("Дві річки", "річка", "Дві [річки]"),
        ("The rivers run.", "river", "The [rivers] run."),
        ("Run, run.", "runs", None),
    ],
)
def test_asked_loosely_other_endings_are_found(
    index: sqlite3.Connection, text: str, asked: str, shown: str | None
) -> None:
    assert found(index, text, asked, loosely=True) == shown


@pytest.mark.parametrize("asked", ["", " ", '"', '""', "*", "()", "-- ; '", "🌊", "\u200b", "❤️", "\0"])
def test_without_a_word_there_is_nothing_to_ask(asked: str) -> None:
    assert match(asked) is None


@pytest.mark.parametrize(
    "asked", ["NEAR(", "words:", "a OR", "NOT", "^a", "{a b}: c", 'a" b', "a*b*", "+ a", "a*"]
)
def test_what_has_a_meaning_to_sqlite_is_a_word_like_any_other(index: sqlite3.Connection, asked: str) -> None:
    assert found(index, f"He said {asked} and left.", asked) is not None


def test_a_word_that_is_asked_for_twice_is_looked_for_once() -> None:
    assert match("river wide river") == match("river wide")


def test_the_beginnings_of_a_letter_or_two_are_words_as_they_stand(index: sqlite3.Connection) -> None:
    assert found(index, "wide", "wid*") == "[wide]"
    assert found(index, "wide", "wi*") is None
    assert found(index, "wi wide", "wi*") == "[wi] wide"


@pytest.mark.parametrize(
    ("asked", "soon"),
    [
        ("one two three", True),
        ("a b c d e f g", False),
        ('"a b c d e f g"', False),
        ("rive*", True),
        ("river*", False),
    ],
)
def test_what_is_soon_ranked_has_few_words_and_short_beginnings(asked: str, *, soon: bool) -> None:
    expression = match(asked)
    assert expression is not None
    assert is_soon_ranked(expression) is soon


def test_any_text_can_be_stored_and_most_of_it_stays(index: sqlite3.Connection) -> None:
    assert storable("a\0b\ud83dc 🌊") == "abc 🌊"


TEXTS = st.text(st.sampled_from('ab éйї й河流域の強강 \x1f\x02.,"*()\n') | st.characters(), max_size=60)


@settings(max_examples=150)
@given(TEXTS, TEXTS)
def test_no_input_breaks_the_index_or_the_question(text: str, asked: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(TABLE)
        connection.execute("INSERT INTO t VALUES (?)", (indexed(text.encode("utf-8", "replace").decode()),))
        for loosely in (False, True):
            expression = match(asked.encode("utf-8", "replace").decode(), loosely=loosely)
            if expression is not None:
                connection.execute("SELECT * FROM t WHERE t MATCH ?", (f"words : ({expression})",)).fetchall()


@settings(max_examples=150)
@given(st.text("河流域の強度강ไ", min_size=1, max_size=12), st.data())
def test_every_part_of_a_run_is_found_and_shown(run: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(run) - 1))
    part = run[start : data.draw(st.integers(start + 1, len(run)))]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(TABLE)
        shown = found(connection, f"Ab {run}, cd.", part)
    assert shown is not None
    assert shown.replace("[", "").replace("]", "") == f"Ab {run}, cd."
    if len(part) > 1:
        assert f"[{part}" in shown


@given(st.text(st.characters(exclude_categories=["C"]), max_size=80))
def test_what_goes_in_comes_out(text: str) -> None:
    plain = "".join(each for each in unicodedata.normalize("NFKC", text) if not "\ufe00" <= each <= "\ufe0f")
    assert "".join(span.text for span in excerpt(indexed(text))) == plain
