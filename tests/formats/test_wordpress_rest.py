"""Saved answers of WordPress's REST API."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SourceError
from bot.formats import wordpress
from bot.formats.wordpress_rest import FORMAT
from tests.formats.reading import Reading, read

API = "https://www.example.org/blog/wp-json/wp/v2"


def post(**fields: Any) -> dict[str, Any]:
    return {
        "id": 6,
        "date": "2022-08-16T14:30:00",
        "date_gmt": "2022-08-16T11:30:00",
        "status": "publish",
        "type": "post",
        "link": "https://www.example.org/blog/a-title/",
        "title": {"rendered": "A <em>title</em> &#038; more"},
        "content": {"rendered": "<p>Intro.</p><h2>Head</h2><p>Text.</p>", "protected": False},
        "_links": {"self": [{"href": f"{API}/posts/6"}]},
    } | fields


def comment(**fields: Any) -> dict[str, Any]:
    return {
        "id": 2,
        "post": 6,
        "parent": 0,
        "author": 0,
        "author_name": "A &amp; B",
        "date": "2022-08-16T21:04:11",
        "date_gmt": "2022-08-16T18:04:11",
        "content": {"rendered": "<p>It&#8217;s <strong>so</strong>.</p>\r\n"},
        "link": "https://www.example.org/blog/a-title/#comment-2",
        "status": "approved",
        "type": "comment",
        "author_avatar_urls": {
            "24": "https://secure.gravatar.com/avatar/2d549a0c76bf9aadd099066ca0117a12?s=24"
        },
        "_links": {
            "self": [{"href": f"{API}/comments/2"}],
            "up": [{"post_type": "post", "href": f"{API}/posts/6"}],
        },
    } | fields


def test_posts_and_comments_in_joined_lists_in_any_order() -> None:
    for content in (
        json.dumps([comment()]) + json.dumps([post()]),
        json.dumps([[post()], [comment()]]),
        json.dumps({"posts": [post()], "comments": [comment()]}),
    ):
        reading = read(FORMAT, content)
        source = reading.article
        assert (source.title, source.site, source.post_id) == ("A title & more", "example.org/blog", "6")
        assert reading.headings == [None, "Head"]
        (entry,) = reading.comments
        assert (entry.source_id, entry.author.name, entry.text) == ("2", "A & B", "It’s **so**.")
        assert entry.created_at == datetime(2022, 8, 16, 18, 4, 11, tzinfo=UTC)
        assert "avatar" not in repr(reading)


def test_comments_alone_belong_to_an_article_known_by_its_address() -> None:
    source = read(FORMAT, json.dumps([comment(), comment(id=3)])).article
    assert (source.title, source.post_id, source.sections) == ("A title", "6", ())
    assert source.url == "https://www.example.org/blog/a-title/"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "draft"}, "It is not published."),
        ({"type": "page"}, "It is of type “page”, not a post."),
        ({"content": {"rendered": "", "protected": True}}, "It is protected by a password."),
    ],
)
def test_what_is_not_public_is_left_out_with_its_comments(fields: dict[str, Any], reason: str) -> None:
    reading = read(FORMAT, json.dumps([post(**fields), comment()]))
    assert not reading.articles
    assert [left.reason for left in reading.omissions] == [reason, f"Its article is left out. {reason}"]


def test_held_comments_and_pings_are_left_out() -> None:
    rows = [post(), comment(status="hold"), comment(id=3, type="pingback")]
    assert [left.source_id for left in read(FORMAT, json.dumps(rows)).omissions] == ["2", "3"]


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", "[1]", '{"code": "rest_no_route"}', json.dumps([post()])[:-5]]
)
def test_what_holds_nothing_is_refused(content: str) -> None:
    with pytest.raises(SourceError):
        read(FORMAT, content)


def words(reading: Reading) -> dict[str | None, list[str]]:
    """What the comments say, without what WordPress's typography changes."""
    table = str.maketrans(
        {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "", ".": "", "`": "'"}
    )
    return {
        entry.source_id: entry.text.translate(table).replace("\\", "").split() for entry in reading.comments
    }


def test_real_answers_agree_with_the_export(real_data: Path) -> None:
    folder = real_data / "wordpress"
    joined = (folder / "rest-posts.json").read_bytes() + (folder / "rest-comments.json").read_bytes()
    reading = read(FORMAT, joined)
    assert Counter(entry.article_ref for entry in reading.comments) == {"6": 4, "8": 300}
    assert len(reading.comments) + len([left for left in reading.omissions if left.source_id]) == 305
    export = read(wordpress.FORMAT, (folder / "export.xml").read_bytes())
    facts = [
        {
            entry.source_id: (
                entry.article_ref,
                entry.parent_ref,
                entry.author,
                entry.author.key,
                entry.created_at,
            )
            for entry in each.comments
        }
        for each in (reading, export)
    ]
    assert facts[0] == facts[1]
    mine, theirs = words(reading), words(export)
    assert len([number for number in mine if mine[number] != theirs[number]]) <= 6
    assert {(source.kind, source.site, source.post_id) for source in reading.articles} == {
        (source.kind, source.site, source.post_id) for source in export.articles
    }
