"""Remark42's backup."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.errors import SourceError
from bot.formats.remark42 import FORMAT
from bot.model import Status
from tests.formats.reading import read

META = {"version": 1, "users": [], "posts": []}


def line(**fields: Any) -> dict[str, Any]:
    return {
        "id": "a1",
        "pid": "",
        "text": "<p>Some <em>text</em></p>",
        "orig": "Some *text*",
        "user": {
            "name": "Ann",
            "id": "github_1",
            "ip": "198.51.100.7",
            "picture": "https://example.org/p.png",
        },
        "locator": {"site": "blog", "url": "https://example.org/a/"},
        "time": "2022-08-16T20:04:11.123+02:00",
        "title": "The article",
    } | fields


def backup(*lines: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(each) for each in lines).encode()


def test_a_backup() -> None:
    content = backup(
        META,
        line(),
        line(id="b2", pid="a1", orig="", edit={"time": "2022-08-16T19:00:00Z"}),
        line(id="c3", pid="a1", delete=True, text="", orig=""),
        line(id="d4", locator={"site": "blog", "url": "https://example.org/b/"}, title=""),
    )
    reading = read(FORMAT, gzip.compress(content))
    assert [(source.title, source.site, source.post_id) for source in reading.articles] == [
        ("The article", "blog", "https://example.org/a/"),
        ("https://example.org/b/", "blog", "https://example.org/b/"),
    ]
    assert reading.tree() == [("a1", None), ("b2", "a1"), ("c3", "a1"), ("d4", None)]
    assert reading.texts == ["Some *text*", "Some *text*", "", "Some *text*"]
    assert reading.comments[0].created_at == datetime(2022, 8, 16, 18, 4, 11, 123_000, tzinfo=UTC)
    assert reading.comments[1].edited_at == datetime(2022, 8, 16, 19, tzinfo=UTC)
    assert reading.comments[2].status is Status.DELETED
    assert "198.51" not in repr(reading)
    assert "github" not in repr(reading)


@pytest.mark.parametrize(
    "content",
    [b"", backup(META), backup(META, line())[:-3], b"{}\n", b"[]", backup(META, META), backup(line(id=""))],
)
def test_what_is_no_whole_backup_is_refused(content: bytes) -> None:
    with pytest.raises(SourceError):
        read(FORMAT, content)


def test_the_damaged_line_is_named() -> None:
    with pytest.raises(SourceError) as refusal:
        read(FORMAT, backup(META, line(), line())[:-3])
    assert refusal.value.place == "line 3"
