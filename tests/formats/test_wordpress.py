"""WordPress's export file, read and written."""

from __future__ import annotations

import io
import tracemalloc
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import SourceError
from bot.formats.base import ReadOptions, Unpublished
from bot.formats.stream import open_source
from bot.formats.wordpress import FORMAT
from bot.model import Status
from tests.formats.reading import Reading, article, comment, read, written

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/{version}/">
<channel><title>A site</title><wp:base_blog_url>https://www.example.org/blog/</wp:base_blog_url>
<wp:author><wp:author_login>ann</wp:author_login><wp:author_display_name>Ann Author</wp:author_display_name></wp:author>
"""
TAIL = "</channel></rss>"
POST = {
    "title": "A <em>title</em> &amp; more",
    "link": "https://example.org/blog/a-title/",
    "dc:creator": "ann",
    "content:encoded": "First paragraph.\n\n<h2>Heading</h2>\nSecond,\nwith a break.",
    "wp:post_id": "6",
    "wp:post_date": "2022-08-16 14:30:00",
    "wp:post_date_gmt": "2022-08-16 11:30:00",
    "wp:status": "publish",
    "wp:post_type": "post",
}
COMMENT = {
    "wp:comment_id": "2",
    "wp:comment_author": "A &amp; B",
    "wp:comment_author_email": "ab@example.org",
    "wp:comment_author_IP": "198.51.100.7",
    "wp:comment_date": "2022-08-16 21:04:11",
    "wp:comment_date_gmt": "2022-08-16 18:04:11",
    "wp:comment_content": "One\nline.\n\nAnother <strong>paragraph</strong>.",
    "wp:comment_approved": "1",
    "wp:comment_type": "comment",
    "wp:comment_parent": "0",
    "wp:comment_user_id": "0",
}


def tags(fields: dict[str, str]) -> str:
    return "".join(
        f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"
        for name, value in fields.items()
    )


def item(post: dict[str, str] | None = None, *comments: dict[str, str]) -> str:
    inner = "".join(f"<wp:comment>{tags(COMMENT | entry)}</wp:comment>" for entry in comments)
    return f"<item>{tags(POST | (post or {}))}{inner}</item>"


def export(*items: str, version: str = "1.2") -> str:
    return HEAD.format(version=version) + "".join(items) + TAIL


def one(entry: dict[str, str], options: ReadOptions | None = None) -> Reading:
    return read(FORMAT, export(item({}, entry)), options)


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_a_post_and_its_comment(version: str) -> None:
    reading = read(FORMAT, export(item({}, {}), version=version))
    source = reading.article
    assert (source.title, source.author, source.url) == ("A title & more", "Ann Author", POST["link"])
    assert (source.kind, source.site, source.post_id) == ("wordpress", "example.org/blog", "6")
    assert source.published_at == datetime(2022, 8, 16, 11, 30, tzinfo=UTC)
    assert reading.headings == [None, "Heading"]
    assert source.sections[1].text == "Second,\nwith a break."
    (entry,) = reading.comments
    assert (entry.source_id, entry.parent_ref, entry.author.name) == ("2", None, "A & B")
    assert entry.text == "One\nline.\n\nAnother **paragraph**."
    assert entry.created_at == datetime(2022, 8, 16, 18, 4, 11, tzinfo=UTC)
    assert entry.status is Status.VISIBLE


def test_nothing_personal_is_in_what_is_read() -> None:
    reading = read(FORMAT, export(item({}, {})))
    assert "example.org" not in repr(reading.comments).replace("https://example.org", "")
    assert "198.51" not in repr(reading)


def test_people_of_one_name_are_told_apart_by_their_address() -> None:
    entries = [
        {"wp:comment_id": str(number), "wp:comment_author_email": email}
        for number, email in enumerate(["a@example.org", "A@example.org ", "b@example.org", ""])
    ]
    keys = [entry.author.key for entry in read(FORMAT, export(item({}, *entries))).comments]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert keys[3] is None


@pytest.mark.parametrize(
    ("post", "reason"),
    [
        ({"wp:status": "draft"}, "It is a draft."),
        ({"wp:status": "private"}, "It is private."),
        ({"wp:status": "future"}, "It is scheduled, not yet published."),
        ({"wp:status": "trash"}, "It is in the trash."),
        ({"wp:post_password": "sesame"}, "It is protected by a password."),
        ({"wp:post_type": "page"}, "It is of type “page”, not a post."),
    ],
)
def test_what_is_not_published_is_left_out_with_its_comments(post: dict[str, str], reason: str) -> None:
    reading = read(FORMAT, export(item(post, {})))
    assert not reading.articles
    assert not reading.comments
    assert [(left.source_id, left.reason) for left in reading.omissions] == [
        (None, reason),
        ("2", f"Its article is left out. {reason}"),
    ]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"wp:comment_approved": "0"}, "It awaits moderation."),
        ({"wp:comment_approved": "spam"}, "It is marked as spam."),
        ({"wp:comment_approved": "trash"}, "It is in the trash."),
        ({"wp:comment_approved": "post-trashed"}, "It is in the trash."),
        ({"wp:comment_type": "pingback"}, "It is a pingback, not a comment."),
        ({"wp:comment_type": "trackback"}, "It is a trackback, not a comment."),
        ({"wp:comment_type": "note"}, "It is an editor's note, not a comment."),
        ({"wp:comment_type": "review"}, "It is of type “review”, not a comment."),
    ],
)
def test_what_is_no_public_comment_is_left_out_with_the_reason(entry: dict[str, str], reason: str) -> None:
    reading = one(entry)
    assert not reading.comments
    assert [(left.article_ref, left.source_id, left.reason) for left in reading.omissions] == [
        ("6", "2", reason)
    ]


@pytest.mark.parametrize(
    ("kind", "approved", "status"),
    [
        (Unpublished.PENDING, "0", Status.PENDING),
        (Unpublished.SPAM, "spam", Status.REJECTED),
        (Unpublished.TRASH, "trash", Status.HIDDEN),
    ],
)
def test_what_was_asked_for_is_read_but_not_shown(kind: Unpublished, approved: str, status: Status) -> None:
    reading = one({"wp:comment_approved": approved}, ReadOptions(include=frozenset({kind})))
    assert [entry.status for entry in reading.comments] == [status]


def test_fields_that_old_exports_lack() -> None:
    content = export(item({}, {})).replace("<wp:comment_type><![CDATA[comment]]></wp:comment_type>", "")
    content = content.replace("<wp:comment_parent><![CDATA[0]]></wp:comment_parent>", "")
    assert [entry.parent_ref for entry in read(FORMAT, content).comments] == [None]


def test_a_missing_utc_time_is_reckoned_from_the_sites_offset() -> None:
    reading = one({"wp:comment_date_gmt": "0000-00-00 00:00:00"})
    assert reading.comments[0].created_at == datetime(2022, 8, 16, 18, 4, 11, tzinfo=UTC)
    assert [(notice.code, notice.place) for notice in reading.notices] == [("gmt-missing", "comment 2")]
    assert "offset" in reading.notices[0].message


def test_split_cdata_and_html_entities_are_whole() -> None:
    reading = one({"wp:comment_content": "a ]]> b &nbsp;&copy; <code>x &amp;&amp; y</code> & z"})
    assert reading.texts == ["a ]]> b \xa0© `x && y` & z"]


def test_control_characters_are_left_out_and_noticed_with_their_line() -> None:
    content = export(item({}, {"wp:comment_content": "be\x08fore\x00 &#7; after"}))
    reading = read(FORMAT, content)
    assert reading.texts == ["before after"]
    assert reading.codes == ["control-characters"]


def test_a_bare_ampersand_outside_cdata_is_read() -> None:
    content = export(item({}, {})).replace(
        "<wp:comment_author_IP>",
        "<wp:comment_author_url>http://a/?x=1&y=2</wp:comment_author_url><wp:comment_author_IP>",
    )
    assert len(read(FORMAT, content).comments) == 1


def test_a_legacy_encoding_that_is_declared() -> None:
    content = export(item({"title": "Été"}, {})).replace("UTF-8", "ISO-8859-1")
    assert read(FORMAT, content.encode("iso-8859-1")).article.title == "Été"


def test_a_post_without_title_is_named_and_noticed() -> None:
    reading = read(FORMAT, export(item({"title": ""})))
    assert reading.article.title == "Untitled"
    assert reading.codes == ["untitled"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "empty|early"),
        ("<a/>", "not a <rss>"),
        (export(), "no posts"),
        (export(item({}, {}))[:-30], "early"),
        (export(item({}, {}))[:-400], "early"),
        (export(item({}, {})).replace("</item>", "</itam>"), "damaged"),
        ('<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "b">]><rss>&a;</rss>', "entities"),
        (
            '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>',
            "entities",
        ),
        ("<rss>" + "<a>" * 5000, "damaged|early"),
    ],
)
def test_what_is_no_whole_export_is_refused(content: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read(FORMAT, content)


def test_a_cut_export_names_the_line() -> None:
    with pytest.raises(SourceError) as refusal:
        read(FORMAT, export(item({}, {}))[:-30])
    assert refusal.value.place
    assert refusal.value.place.startswith("line ")


def test_memory_does_not_grow_with_the_number_of_comments() -> None:

    def peak(number: int) -> int:
        content = export(item({}, *({"wp:comment_id": str(each)} for each in range(number)))).encode()
        tracemalloc.start()
        for _ in FORMAT.read(open_source(io.BytesIO(content)), ReadOptions()):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(300) < peak(50) * 2


def test_status_and_deleted_places_come_back() -> None:
    comments = [
        comment(1, text="", status=Status.DELETED, author="Gone"),
        comment(2, 1, "Answer", source_id="77"),
        comment(3, text="Held", status=Status.PENDING),
        comment(4, text="Bad", status=Status.REJECTED),
        comment(5, text="Hidden", status=Status.HIDDEN),
        comment(6, text="", status=Status.DELETED),
    ]
    content = written(FORMAT, article(), comments)
    reading = read(FORMAT, content, ReadOptions(include=frozenset(Unpublished)))
    assert [entry.status for entry in reading.comments] == [
        Status.DELETED,
        Status.VISIBLE,
        Status.PENDING,
        Status.REJECTED,
        Status.HIDDEN,
    ]
    assert reading.comments[1].source_id == "77"
    assert reading.comments[1].parent_ref == reading.comments[0].ref
    assert b"Gone" not in content


def test_real_export_is_read_whole(real_data: Path) -> None:
    reading = read(FORMAT, (real_data / "wordpress/export.xml").read_bytes())
    assert {(source.post_id, source.site) for source in reading.articles} == {
        (post, "127.0.0.1:8081") for post in ("6", "8", "15")
    }
    assert Counter(entry.article_ref for entry in reading.comments) == {"6": 4, "8": 300}
    comments_left_out = [left for left in reading.omissions if left.source_id]
    assert len(reading.comments) + len(comments_left_out) == 325
    assert Counter(left.reason for left in comments_left_out if left.article_ref in ("6", "8")) == {
        "It awaits moderation.": 8,
        "It is in the trash.": 5,
        "It is a trackback, not a comment.": 2,
        "It is a pingback, not a comment.": 3,
    }
    parents = {entry.ref: entry.parent_ref for entry in reading.comments}
    assert [parents[ref] for ref in ("2", "3", "4", "5")] == [None, None, "3", "4"]
    assert max(_depth(ref, parents) for ref in parents) == 10


def _depth(ref: str, parents: dict[str, str | None]) -> int:
    depth = 1
    while (above := parents[ref]) in parents:
        assert above
        ref, depth = above, depth + 1
    return depth
