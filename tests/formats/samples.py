"""A small sound input of every format, and what it is spoilt with."""

from __future__ import annotations

import functools
import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bot.formats.base import Format
from tests.formats.reading import article, comment, written

NASTY = [
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\\ud800",
    b"]]>",
    b"<![CDATA[",
    b"&#0;&#x1F;&nosuch;&",
    b"<!-- ",
    b"-->",
    b"1e999",
    b"9" * 5000,
    b"0000-00-00 00:00:00",
    b"99999-01-01T00:00:00Z",
    "\u202e\u2028\ufeff".encode(),
    b"\r\r\n",
    b'"',
    b"\n\n  1. ",
    b"\n        \xe2\x80\xa2 ",
]

_COMMENTS = [
    comment(1, text="One **bold** [link](https://example.org/)", author="Ann", source_id="11"),
    comment(2, 1, "Two\nlines\n\n> quoted\n\n- a\n- b", author="Ben", source_id="12"),
    comment(3, 2, "Three `code`", author="Ann", source_id="13"),
]
_ARTICLE = article(
    "The title", [(None, "Intro."), ("Head", "Text.")], source_url="https://example.org/a/", author="Ann"
)

_TIME = "2022-08-16T18:04:11Z"
_PAGE = "https://example.org/a/"
_BLOGGER_KIND = "<category scheme='http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#"
_ARTALK = {
    "id": "1",
    "rid": "0",
    "content": "x",
    "nick": "Ann",
    "page_key": "/a/",
    "page_title": "T",
    "created_at": "2021-10-28 20:50:15 +0800",
    "is_pending": "false",
}
_COMMENTO = {
    "commentHex": "c",
    "domain": "example.org",
    "url": "/a/",
    "commenterHex": "u",
    "markdown": "x",
    "parentHex": "root",
    "state": "approved",
    "creationDate": _TIME,
}
_COMENTARIO = {"id": "c", "pageId": "p", "markdown": "x", "userCreated": "u", "createdTime": _TIME}
_REMARK42 = {
    "id": "1",
    "pid": "",
    "text": "<p>x</p>",
    "orig": "x",
    "user": {"name": "Ann", "id": "u"},
    "locator": {"site": "s", "url": _PAGE},
    "time": _TIME,
}
_REST = [
    {"id": 6, "type": "post", "title": {"rendered": "T"}, "content": {"rendered": "<p>x</p>"}, "link": _PAGE},
    {
        "id": 2,
        "post": 6,
        "parent": 0,
        "author_name": "Ann",
        "date_gmt": "2022-08-16T18:04:11",
        "content": {"rendered": "<p>y</p>"},
        "_links": {"self": [{"href": "https://example.org/wp-json/wp/v2/comments/2"}]},
    },
]
_FEED = f"""<?xml version='1.0'?><rss version='2.0'><channel><title>Comments on: T</title>
<item><link>{_PAGE}#comment-5</link><author>Ann</author><description>&lt;p&gt;x&lt;/p&gt;</description>
<pubDate>Tue, 16 Aug 2022 20:19:44 +0000</pubDate></item></channel></rss>"""
_BLOGGER = (
    "<?xml version='1.0'?>"
    "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:thr='http://purl.org/syndication/thread/1.0'>"
    + "".join(
        f"<entry><id>tag:blogger.com,1999:blog-1.post-{number}</id><published>{_TIME}</published>"
        f"{_BLOGGER_KIND}{kind}'/><title>T</title><content type='html'>&lt;p&gt;Text&lt;/p&gt;</content>"
        "<author><name>Ann</name></author><thr:in-reply-to ref='tag:blogger.com,1999:blog-1.post-2'/></entry>"
        for number, kind in ((2, "post"), (3, "comment"))
    )
    + "</feed>"
)
_BY_HAND = {
    "artalk": json.dumps([_ARTALK]),
    "blogger": _BLOGGER,
    "comentario": json.dumps(
        {
            "version": 3,
            "pages": [{"id": "p", "path": "/a/", "title": "T"}],
            "comments": [_COMENTARIO],
            "commenters": [{"id": "u", "name": "Ann"}],
        }
    ),
    "comment-feed": _FEED,
    "commento": json.dumps(
        {"version": 1, "comments": [_COMMENTO], "commenters": [{"commenterHex": "u", "name": "Ann"}]}
    ),
    "remark42": '{"version":1,"users":[],"posts":[]}\n' + json.dumps(_REMARK42),
    "wordpress-rest": json.dumps(_REST),
}
_ISSO = """
CREATE TABLE threads (id INTEGER PRIMARY KEY, uri TEXT, title TEXT);
CREATE TABLE comments (tid, id INTEGER PRIMARY KEY, parent, created, modified, mode, text, author, email);
INSERT INTO threads VALUES (1, '/a/', 'T');
INSERT INTO comments VALUES (1, 1, NULL, 1660673051.5, NULL, 1, 'x', 'Ann', NULL);
"""


@functools.cache
def of(form: Format) -> tuple[bytes, ...]:
    """Sound inputs of that format."""
    found = [_BY_HAND[form.name].encode()] if form.name in _BY_HAND else []
    if form.name == "isso":
        found.append(_isso_database())
    if form.write:
        found.append(written(form, _ARTICLE, _COMMENTS))
    return tuple(found)


def _isso_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "isso.db")
        with closing(sqlite3.connect(path)) as database, database:
            database.executescript(_ISSO)
        return path.read_bytes()
