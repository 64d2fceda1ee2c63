"""Comments as a table."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.formats.csv_file import FORMAT, recognises
from bot.formats.fields import one_line
from bot.model import Status
from tests.formats.reading import article, comment, read, stored, written

WRITTEN_AT = datetime(2022, 8, 16, 18, 4, 11, tzinfo=UTC)


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "''+1"])
def test_no_cell_is_a_formula_and_all_come_back(start: str) -> None:
    content = written(FORMAT, article(f"{start} title"), [comment(1, author=start, text="A comment.")])
    assert not [
        cell for row in cells(content) for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    ]
    reading = read(FORMAT, content)
    assert reading.article.title == f"{start} title"
    assert reading.comments[0].author.name == start


def test_everything_but_the_articles_text_comes_back() -> None:
    comments = [
        comment(1, text="", status=Status.DELETED, author="Gone"),
        comment(
            2,
            1,
            "**Two**\n\nparagraphs, “quoted”; and more",
            created_at=WRITTEN_AT,
            edited_at=WRITTEN_AT,
            section=2,
        ),
        comment(3, text="Hidden", status=Status.HIDDEN, source_id="s3"),
    ]
    content = written(FORMAT, article(source_url="https://example.org/a"), comments)
    assert b"Gone" not in content
    reading = read(FORMAT, content)
    assert (reading.article.title, reading.article.url) == ("A title", "https://example.org/a")
    assert reading.tree() == [("oped-1", None), ("oped-2", "oped-1"), ("s3", None)]
    assert reading.texts == ["", comments[1].text, "Hidden"]
    assert [entry.status for entry in reading.comments] == [Status.DELETED, Status.VISIBLE, Status.HIDDEN]
    second = reading.comments[1]
    assert (second.created_at, second.edited_at, second.section) == (WRITTEN_AT, WRITTEN_AT, 2)
    assert read(FORMAT, written(FORMAT, *stored(reading))).comments == reading.comments


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_other_tables(delimiter: str) -> None:
    rows = [
        ["Post Title", "Name", "Email", "Comment", "Date"],
        ["One", "Ann", "a@b.c", "*literal*", "2022-08-16 18:04:11"],
    ]
    content = "\n".join(delimiter.join(row) for row in rows)
    assert recognises(content.encode())
    reading = read(FORMAT, content)
    assert reading.article.title == "One"
    (entry,) = reading.comments
    assert (entry.author.name, entry.text, entry.created_at) == ("Ann", "\\*literal\\*", WRITTEN_AT)
    assert "a@b.c" not in repr(reading)


def test_held_comments_are_left_out_with_the_reason() -> None:
    reading = read(FORMAT, "id,text,status\n1,One,approved\n2,Two,0\n3,Three,odd\n")
    assert reading.texts == ["One"]
    assert [left.reason for left in reading.omissions] == [
        "It awaits moderation.",
        "Its state “odd” is not known.",
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1,2\n",
        b"id,text\n",
        b'id,text\n1,"' + b"x" * 200_000,
        b"id,text\n" + (b"1," + b"x" * 1000 + b"\n") * 90 + b"2,\xff\n",
    ],
)
def test_what_is_no_table_of_comments_is_refused(content: bytes) -> None:
    with pytest.raises(SourceError):
        read(FORMAT, content)


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=40)), min_size=1, max_size=6))
@settings(max_examples=60)
def test_names_come_back_whatever_they_are(rows: list[tuple[str, str]]) -> None:
    comments = [
        comment(number, author=one_line(name) or "X") for number, (name, _) in enumerate(rows, start=1)
    ]
    reading = read(FORMAT, written(FORMAT, article(), comments))
    assert [entry.author.name for entry in reading.comments] == [entry.author for entry in comments]
