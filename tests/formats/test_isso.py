"""Isso's database and JSON."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import SourceError
from bot.formats.base import ReadOptions, Unpublished
from bot.formats.isso import FORMAT
from bot.model import Status
from tests.formats.reading import read

SCHEMA = """
CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL,
    modified FLOAT, mode INTEGER, remote_addr VARCHAR, text VARCHAR NOT NULL, author VARCHAR, email VARCHAR,
    website VARCHAR, likes INTEGER, dislikes INTEGER, voters BLOB NOT NULL, notification INTEGER DEFAULT 0);
INSERT INTO threads VALUES (1, '/article/', 'The article');
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "comments.db"
    rows = [
        (1, 1, None, 1660673051.5, None, 1, "Some *text*", "Ann", "ann@example.org"),
        (1, 2, 1, 1660673052, 1660673060, 1, "Answer", None, None),
        (1, 3, None, 1660673053, None, 2, "Held", "Bob", None),
        (1, 4, 1, 1660673054, None, 4, "", None, None),
        (9, 5, None, 1660673055, None, 1, "Lost", None, None),
    ]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(SCHEMA)
        connection.executemany(
            "INSERT INTO comments (tid, id, parent, created, modified, mode, text, author, email, voters)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, x'00')",
            rows,
        )
    return path


def test_the_database(database: Path) -> None:
    reading = read(FORMAT, database.read_bytes())
    assert (reading.article.title, reading.article.post_id, reading.article.sections) == (
        "The article",
        "/article/",
        (),
    )
    assert reading.tree() == [("1", None), ("2", "1"), ("4", "1")]
    first, second, deleted = reading.comments
    assert (first.text, first.author.name) == ("Some *text*", "Ann")
    assert first.created_at == datetime(2022, 8, 16, 18, 4, 11, 500_000, tzinfo=UTC)
    assert second.edited_at == datetime(2022, 8, 16, 18, 4, 20, tzinfo=UTC)
    assert (deleted.status, deleted.text) == (Status.DELETED, "")
    assert [(left.source_id, left.reason) for left in reading.omissions] == [
        ("3", "It awaits moderation."),
        ("5", "Its thread is not in this database."),
    ]
    assert "ann@" not in repr(reading)


def test_held_comments_on_request(database: Path) -> None:
    reading = read(FORMAT, database.read_bytes(), ReadOptions(include=frozenset({Unpublished.PENDING})))
    assert Status.PENDING in {entry.status for entry in reading.comments}


def test_a_damaged_or_other_database_is_refused(database: Path, tmp_path: Path) -> None:
    content = database.read_bytes()
    with pytest.raises(SourceError, match="sound"):
        read(FORMAT, content[:5000])
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE threads (id)")
        connection.execute("CREATE VIEW comments AS SELECT 1")
    with pytest.raises(SourceError, match="no threads and comments"):
        read(FORMAT, other.read_bytes())


def test_the_generic_json() -> None:
    thread = {
        "id": "/article/",
        "title": "The article",
        "comments": [
            {
                "id": 1,
                "author": "Ann",
                "email": "a@b.c",
                "remote_addr": "::1",
                "created": "2022-08-16 18:04:11",
                "text": "Hi",
            }
        ],
    }
    reading = read(FORMAT, json.dumps([thread]))
    assert reading.article.title == "The article"
    assert reading.comments[0].created_at == datetime(2022, 8, 16, 18, 4, 11, tzinfo=UTC)
    with pytest.raises(SourceError):
        read(FORMAT, '[{"title": "no address"}]')
