"""Feeds of comments."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import SourceError
from bot.formats.base import INCOMPLETE
from bot.formats.feeds import FORMAT
from tests.formats.reading import read

URL = "https://example.org/a/"
RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Comments on: The article</title><link>{URL}</link>
<item><title>By: Bert</title><link>{URL}#comment-5</link><dc:creator><![CDATA[Bert &amp; Co]]></dc:creator>
<pubDate>Tue, 16 Aug 2022 20:19:44 +0000</pubDate><description>x</description>
<content:encoded>
<![CDATA[<p>In reply to <a href="{URL}#comment-4">Ann</a>.</p><p>I agree.</p>]]></content:encoded></item>
<item><title>By: A page</title><link>{URL}#comment-4</link><dc:creator>Ann</dc:creator>
<content:encoded><![CDATA[<p>[&#8230;] as they say [&#8230;]</p>]]></content:encoded></item>
</channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0">
<title>Comments for Blog</title>
<entry><title>Comment on The article by Bert</title><link rel="alternate" href="{URL}#comment-5"/>
<author><name>Bert</name></author><id>{URL}#comment-5</id><updated>2022-08-16T20:19:44Z</updated>
<content type="html">&lt;p&gt;I agree.&lt;/p&gt;</content>
<thr:in-reply-to ref="{URL}#comment-4" href="{URL}#comment-4" type="text/html"/></entry></feed>"""


@pytest.mark.parametrize("content", [RSS, ATOM])
def test_comments_with_parents_of_one_article(content: str) -> None:
    reading = read(FORMAT, content)
    assert (reading.article.title, reading.article.url) == ("The article", URL)
    (entry,) = reading.comments
    assert (entry.source_id, entry.parent_ref, entry.text) == ("5", "4", "I agree.")
    assert entry.created_at == datetime(2022, 8, 16, 20, 19, 44, tzinfo=UTC)
    assert reading.codes == [INCOMPLETE]


def test_what_looks_like_a_pingback_is_left_out() -> None:
    assert [left.source_id for left in read(FORMAT, RSS).omissions] == ["4"]


@pytest.mark.parametrize("content", ["", RSS.replace("#comment-5", ""), RSS[:-40], "<feed"])
def test_a_feed_of_articles_or_a_cut_one_is_refused(content: str) -> None:
    with pytest.raises(SourceError):
        read(FORMAT, content)


def test_real_feed(real_data: Path) -> None:
    reading = read(FORMAT, (real_data / "wordpress/feed-comments-article.rss").read_bytes())
    assert sorted(reading.tree()) == [("2", None), ("3", None), ("4", "3"), ("5", "4")]
    assert [left.source_id for left in reading.omissions] == ["332"]


def test_a_link_that_is_no_address_is_no_crash() -> None:
    item = "<item><title>T</title><link>http://[x#comment-1</link><description>Words</description></item>"
    reading = read(FORMAT, f"<rss version='2.0'><channel><title>Comments on: A</title>{item}</channel></rss>")
    assert reading.texts == ["Words"]
