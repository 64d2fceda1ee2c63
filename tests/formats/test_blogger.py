"""Blogger's backup."""

from __future__ import annotations

import pytest

from bot.errors import SourceError
from bot.formats.blogger import FORMAT
from tests.formats.reading import read

HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns='http://www.w3.org/2005/Atom' xmlns:thr='http://purl.org/syndication/thread/1.0'
 xmlns:app='http://purl.org/atom/app#'><id>tag:blogger.com,1999:blog-11.archive</id><title>Blog</title>"""
NOISE = "<author><name>Ann</name><uri>https://www.blogger.com/profile/1</uri><email>noreply@blogger.com</email></author>"


def entry(kind: str, number: int, inner: str, content: str = "Text") -> str:
    return (
        f"<entry><id>tag:blogger.com,1999:blog-11.post-{number}</id><published>2022-08-16T20:04:11.000+02:00</published>"
        "<category scheme='http://schemas.google.com/g/2005#kind'"
        f" term='http://schemas.google.com/blogger/2008/kind#{kind}'/>"
        f"<title type='text'>The article</title><content type='html'>{content}</content>{NOISE}{inner}</entry>"
    )


ANSWER = "<thr:in-reply-to ref='tag:blogger.com,1999:blog-11.post-2' href='https://b.example/a.html'/>"
RELATED = "<link rel='related' href='https://www.blogger.com/feeds/11/2/comments/default/3'/>"
LINK = "<link rel='alternate' type='text/html' href='https://b.example/a.html'/>"


def test_posts_and_comments_in_any_order() -> None:
    content = (
        HEAD
        + entry("comment", 4, ANSWER + RELATED, "An &lt;b&gt;answer&lt;/b&gt;")
        + entry("settings", 1, "")
        + entry("post", 2, LINK, "&lt;p&gt;Intro.&lt;/p&gt;&lt;h2&gt;Head&lt;/h2&gt;&lt;p&gt;Text.&lt;/p&gt;")
        + entry("comment", 3, ANSWER)
        + entry("post", 5, "<app:control><app:draft>yes</app:draft></app:control>")
        + entry("comment", 6, ANSWER.replace("post-2", "post-5"))
        + "</feed>"
    )
    reading = read(FORMAT, content)
    assert (reading.article.site, reading.article.post_id, reading.article.url) == (
        "11",
        "2",
        "https://b.example/a.html",
    )
    assert reading.headings == [None, "Head"]
    assert reading.tree() == [("4", "3"), ("3", None)]
    assert reading.texts == ["An **answer**", "Text"]
    assert [(left.article_ref, left.source_id) for left in reading.omissions] == [("5", None), ("5", "6")]
    assert "noreply" not in repr(reading)


@pytest.mark.parametrize("content", ["", "<feed/>", HEAD + "</feed>", HEAD, "<rss/>"])
def test_what_is_no_whole_backup_is_refused(content: str) -> None:
    with pytest.raises(SourceError):
        read(FORMAT, content)
