"""Disqus's export, read and written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.errors import SourceError
from bot.formats.base import ReadOptions, Unpublished
from bot.formats.disqus import FORMAT
from bot.model import Status
from tests.formats.reading import article, comment, read, written

HEAD = """<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
<category dsq:id="1"><forum>blog</forum><title>General</title></category>
"""


def thread(number: int, link: str = "https://example.org/a/", title: str = "The &amp;amp; article") -> str:
    return (
        f'<thread dsq:id="{number}"><id></id><forum>blog</forum><category dsq:id="1"/><link>{link}</link>'
        f"<title>{title}</title><message/><createdAt>2022-08-16T11:30:00Z</createdAt>"
        "<author><name>Owner</name><isAnonymous>false</isAnonymous></author><isClosed>false</isClosed></thread>"
    )


def post(
    number: int, thread: int, inner: str = "", message: str = "<p>Some <b>text</b></p>", **flags: str
) -> str:
    author = "<author><email>ann@example.org</email><name>Ann</name><isAnonymous>false</isAnonymous></author>"
    return (
        f'<post dsq:id="{number}"><id/><message><![CDATA[{message}]]></message>'
        f"<createdAt>2022-08-16T18:04:11Z</createdAt><isDeleted>{flags.get('deleted', 'false')}</isDeleted>"
        f"<isSpam>{flags.get('spam', 'false')}</isSpam>{author}<ipAddress>198.51.100.7</ipAddress>"
        f'<thread dsq:id="{thread}"/>{inner}</post>'
    )


def export(*parts: str) -> str:
    return HEAD + "".join(parts) + "</disqus>"


def test_threads_and_posts() -> None:
    reading = read(
        FORMAT,
        export(
            thread(7), thread(8, "https://example.org/b/"), post(1, 7), post(2, 7, '<parent dsq:id="1"/>')
        ),
    )
    source = reading.article
    assert (source.title, source.site, source.post_id) == ("The & article", "blog", "7")
    assert source.published_at == datetime(2022, 8, 16, 11, 30, tzinfo=UTC)
    assert reading.tree() == [("1", None), ("2", "1")]
    assert reading.texts == ["Some **text**"] * 2
    assert reading.comments[0].author.name == "Ann"
    assert "ann@" not in repr(reading)
    assert "198.51" not in repr(reading)


def test_threads_of_one_address_are_one_article() -> None:
    reading = read(FORMAT, export(thread(7), thread(8), post(1, 7), post(2, 8)))
    assert len(reading.articles) == 1
    assert {entry.article_ref for entry in reading.comments} == {"7"}


def test_what_is_no_public_post_is_left_out_with_the_reason() -> None:
    content = export(thread(7), post(1, 7, deleted="true"), post(2, 7, spam="true"), post(3, 99), post(4, 7))
    reading = read(FORMAT, content)
    assert {left.source_id: left.reason for left in reading.omissions} == {
        "1": "It was deleted.",
        "2": "It is marked as spam.",
        "3": "Its thread is not in this export.",
    }
    asked = read(FORMAT, content, ReadOptions(include=frozenset(Unpublished)))
    assert [entry.status for entry in asked.comments] == [Status.HIDDEN, Status.REJECTED, Status.VISIBLE]


def test_a_removed_comment_keeps_its_place_without_name_and_text() -> None:
    comments = [comment(1, text="Secret", author="Hidden", status=Status.HIDDEN), comment(2, 1, "Answer")]
    content = written(FORMAT, article(), comments)
    assert b"Secret" not in content
    assert b"Hidden" not in content
    reading = read(FORMAT, content)
    assert [(entry.status, entry.text) for entry in reading.comments] == [
        (Status.DELETED, ""),
        (Status.VISIBLE, "Answer"),
    ]
    assert reading.comments[1].parent_ref == reading.comments[0].ref


@pytest.mark.parametrize(
    "content", ["", export(), export(thread(7)), export(thread(7), post(1, 7))[:-20], "<rss/>"]
)
def test_what_is_no_whole_export_is_refused(content: str) -> None:
    with pytest.raises(SourceError):
        read(FORMAT, content)
