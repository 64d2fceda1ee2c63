"""Artalk's transfer file."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.errors import SourceError
from bot.formats.artalk import FORMAT
from bot.formats.base import ReadOptions, Unpublished
from bot.model import Status
from tests.formats.reading import read

ROW = {
    "id": "1",
    "rid": "0",
    "content": "Some **text**",
    "ua": "Browser",
    "ip": "198.51.100.7",
    "is_pending": "false",
    "created_at": "2021-10-28 20:50:15 +0800",
    "nick": "Ann",
    "email": "ann@example.org",
    "page_key": "https://example.org/a/",
    "page_title": "The article",
    "site_name": "Blog",
}


def test_pages_and_comments() -> None:
    rows = [ROW, ROW | {"id": "2", "rid": "1", "nick": ""}, ROW | {"id": "3", "is_pending": "true"}]
    reading = read(FORMAT, json.dumps(rows))
    assert (reading.article.title, reading.article.site) == ("The article", "Blog")
    assert reading.tree() == [("1", None), ("2", "1")]
    assert reading.comments[0].created_at == datetime(2021, 10, 28, 12, 50, 15, tzinfo=UTC)
    assert reading.comments[1].author.name is None
    assert [left.source_id for left in reading.omissions] == ["3"]
    assert "198.51" not in repr(reading)
    asked = read(FORMAT, json.dumps(rows), ReadOptions(include=frozenset({Unpublished.PENDING})))
    assert asked.comments[2].status is Status.PENDING


@pytest.mark.parametrize("content", ["", "[1]", '[{"id": "1"}]', "[{]"])
def test_what_is_no_such_list_is_refused(content: str) -> None:
    with pytest.raises(SourceError):
        read(FORMAT, content)
