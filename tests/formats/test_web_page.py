"""Saved web pages: the article in them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import SourceError
from bot.formats import wordpress
from bot.formats.base import INCOMPLETE, ReadOptions
from bot.formats.html_page import FORMAT
from tests.formats.reading import read

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>A title – Site</title>
<link rel="canonical" href="https://example.org/a-title/"><link rel="https://api.w.org/" href="https://example.org/wp-json/">
<meta property="article:published_time" content="2022-08-16T11:30:00+00:00"></head>
<body class="single postid-6"><nav><h1>Site</h1></nav><h1 class="entry-title">A <em>title</em></h1>
<span class="author vcard">By Ann Author</span>
<div class="entry-content"><p>Intro.</p><h2>Head</h2><p>Text.</p><script>alert(1)</script>
<div class="sharedaddy">Share this</div></div></body></html>"""


def test_an_article_of_wordpress() -> None:
    reading = read(FORMAT, PAGE)
    source = reading.article
    assert (source.title, source.author, source.url) == (
        "A title",
        "Ann Author",
        "https://example.org/a-title/",
    )
    assert (source.kind, source.site, source.post_id) == ("wordpress", "example.org", "6")
    assert source.published_at == datetime(2022, 8, 16, 11, 30, tzinfo=UTC)
    assert [(section.heading, section.text) for section in source.sections] == [
        (None, "Intro."),
        ("Head", "Text."),
    ]
    assert reading.comments == []


def test_an_article_of_any_site() -> None:
    page = "<html><body><h1>A title</h1><article><p>Some text.</p></article></body></html>"
    source = read(FORMAT, page, ReadOptions(url="https://Example.org/path/?x=1#top")).article
    assert (source.kind, source.site, source.post_id) == ("web", "example.org", "path")
    assert source.sections[0].text == "Some text."


def test_comments_in_the_same_element_as_the_article_are_no_part_of_its_text() -> None:
    text = '<div class="comment-content"><a href="/b">Reply</a></div>'
    comment = f'<li id="comment-1" class="comment depth-1">{text}</li>'
    article = f'<article><h1>T</h1><p>Text.</p><ol class="comment-list">{comment}</ol></article>'
    page = f"<html><body>{article}</body></html>"
    reading = read(FORMAT, page, ReadOptions(url="https://example.org/a"))
    assert "Reply" not in reading.article.sections[0].text
    assert reading.texts == ["[Reply](https://example.org/b)"]


@pytest.mark.parametrize("encoding", ["windows-1251", "iso-8859-5", "utf-8"])
def test_the_encoding_that_the_page_declares(encoding: str) -> None:
    page = PAGE.replace("utf-8", encoding).replace("Intro.", "Привет").replace("–", "-")
    assert read(FORMAT, page.encode(encoding)).article.sections[0].text == "Привет"


@pytest.mark.parametrize(
    "content", ["", "<html></html>", "<html><body><p>No article</p></body></html>", "\x00<html>"]
)
def test_a_page_without_an_article_is_refused(content: str) -> None:
    with pytest.raises(SourceError):
        read(FORMAT, content)


@pytest.mark.parametrize("theme", ["twentytwentyone", "twentytwentythree"])
def test_real_article(real_data: Path, theme: str) -> None:
    folder = real_data / "wordpress"
    reading = read(FORMAT, (folder / f"article-{theme}.html").read_bytes())
    assert reading.tree() == [("2", None), ("3", None), ("4", "3"), ("5", "4")]
    assert [left.source_id for left in reading.omissions] == ["332"]
    export = read(wordpress.FORMAT, (folder / "export.xml").read_bytes())
    assert reading.comments == export.of("6")
    assert [entry.author.key for entry in reading.comments] == [entry.author.key for entry in export.of("6")]
    (article,) = (source for source in export.articles if source.ref == "6")
    assert (reading.article.title, reading.article.site, reading.article.author) == (
        article.title,
        article.site,
        article.author,
    )
    assert reading.article.sections == article.sections
    assert len(article.sections) == 5
    assert reading.notices == []


def test_real_page_of_many_comments(real_data: Path) -> None:
    folder = real_data / "wordpress"
    reading = read(FORMAT, (folder / "nasty-twentytwentythree.html").read_bytes())
    assert (len(reading.comments), len(reading.omissions)) == (249, 3)
    export = {
        entry.ref: entry for entry in read(wordpress.FORMAT, (folder / "export.xml").read_bytes()).of("8")
    }
    doubtful = {notice.place for notice in reading.notices if notice.code == "parent-approximate"}
    assert doubtful == {"comment 27", "comment 34", "comment 135"}
    for entry in reading.comments:
        assert entry.created_at == export[entry.ref].created_at
        assert entry.author.key == export[entry.ref].author.key
        assert entry.parent_ref == export[entry.ref].parent_ref
    assert INCOMPLETE in reading.codes
