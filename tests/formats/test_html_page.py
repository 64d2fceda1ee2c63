"""The discussion as one page."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from lxml import html as lxml_html

from bot.formats.html_page import FORMAT
from bot.model import Status
from tests.formats.reading import article, comment, read, written

WRITTEN_AT = datetime(2022, 8, 16, 18, 4, 11, tzinfo=UTC)
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def test_everything_public_is_on_the_page_and_comes_back() -> None:
    comments = [
        comment(1, source_id="77", created_at=WRITTEN_AT, edited_at=WRITTEN_AT, section=2),
        comment(2, 1, "**Answer**", author="Ben"),
        comment(3, text="Secret", author="Hidden person", status=Status.HIDDEN),
        comment(4, 3, "Reply"),
    ]
    source = article(
        sections=[(None, "Intro."), ("Head", "Text.")],
        author="Ann",
        source_url="https://example.org/a/",
        published_at=WRITTEN_AT,
    )
    content = written(FORMAT, source, comments)
    assert b"Secret" not in content
    assert b"Hidden person" not in content
    reading = read(FORMAT, content)
    found = reading.article
    assert (found.title, found.author, found.url, found.published_at) == (
        "A title",
        "Ann",
        "https://example.org/a/",
        WRITTEN_AT,
    )
    assert [(section.heading, section.text) for section in found.sections] == [
        (None, "Intro."),
        ("Head", "Text."),
    ]
    assert reading.tree() == [("77", None), ("oped-2", "77"), ("oped-3", None), ("oped-4", "oped-3")]
    first = reading.comments[0]
    assert (first.created_at, first.edited_at, first.section) == (WRITTEN_AT, WRITTEN_AT, 2)
    assert reading.comments[2].status is Status.DELETED
    assert reading.texts == ["A comment.", "**Answer**", "", "Reply"]
    assert reading.notices == []


def test_a_comment_without_the_id_it_had_is_known_by_its_place_on_the_page() -> None:
    content = written(FORMAT, article(), [comment(1, source_id="77"), comment(2, 1)])
    assert read(FORMAT, content.replace(b'"77"', b'" "')).tree() == [("1", None), ("oped-2", "1")]


def test_control_characters_beside_what_is_no_text_do_no_harm() -> None:
    content = written(FORMAT, article(), [comment(1, text="MARK")])
    beside = b'a&#1;<div class="reply">Answer</div>&#2;b'
    assert read(FORMAT, content.replace(b"MARK", beside)).texts == ["a\n\nb"]


def test_foreign_text_is_only_text() -> None:
    source = article(
        title=HOSTILE, sections=[(HOSTILE, HOSTILE)], author=HOSTILE, source_url=f"javascript:{HOSTILE}"
    )
    page = lxml_html.document_fromstring(
        written(FORMAT, source, [comment(1, text=HOSTILE, author=HOSTILE, source_id=HOSTILE)])
    )
    assert not page.xpath("//script | //img | //*[@onerror] | //iframe")
    assert not page.xpath("//a[starts-with(@href, 'javascript')]")
    assert page.xpath("string(//*[@class='fn'])") == HOSTILE


def test_nothing_is_loaded_and_nothing_runs() -> None:
    source = article(sections=[(None, "![An image](https://example.org/x.png)")])
    content = written(FORMAT, source, [comment(1)]).decode()
    assert "default-src 'none'" in content
    assert not re.search(r"@import|url\(|<script|<link rel=\"stylesheet", content)


def test_a_thousand_deep_is_closed_in_order() -> None:
    chain = [comment(number, number - 1 or None) for number in range(1, 1001)]
    content = written(FORMAT, article(), [*chain, comment(1001)]).decode()
    for tag in ("ol", "li", "article", "section", "main"):
        assert len(re.findall(rf"<{tag}\b", content)) == content.count(f"</{tag}>")
    assert "in reply to" in content
    reading = read(FORMAT, content)
    assert reading.tree()[999] == ("oped-1000", "oped-999")
    assert reading.tree()[1000] == ("oped-1001", None)


def test_an_article_without_comments_has_no_empty_list() -> None:
    content = written(FORMAT, article()).decode()
    assert "<ol" not in content
    assert "Comments" not in content
