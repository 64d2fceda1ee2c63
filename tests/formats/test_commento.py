"""Commento's and Comentario's exports."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.errors import SourceError
from bot.formats.base import ReadOptions, Unpublished
from bot.formats.commento import COMENTARIO_FORMAT, COMMENTO_FORMAT
from bot.model import Status
from tests.formats.reading import read

NOBODY = "00000000-0000-0000-0000-000000000000"


def commento(**fields: Any) -> dict[str, Any]:
    return {
        "commentHex": "c1",
        "domain": "example.org",
        "url": "/a/",
        "commenterHex": "u1",
        "markdown": "Some *text*",
        "html": "",
        "parentHex": "root",
        "state": "approved",
        "creationDate": "2022-08-16T18:04:11Z",
        "deleted": False,
    } | fields


def comentario(**fields: Any) -> dict[str, Any]:
    return {
        "id": "c1",
        "pageId": "p1",
        "markdown": "Some *text*",
        "html": "<p>Some <em>text</em></p>",
        "isApproved": True,
        "isPending": False,
        "isDeleted": False,
        "createdTime": "2022-08-16T18:04:11Z",
        "userCreated": "u1",
    } | fields


def test_commento() -> None:
    export = {
        "version": 1,
        "comments": [
            commento(),
            commento(commentHex="c2", parentHex="c1", commenterHex="anonymous"),
            commento(commentHex="c3", state="unapproved"),
            commento(commentHex="c4", deleted=True, markdown="[deleted]"),
        ],
        "commenters": [{"commenterHex": "u1", "name": "Ann", "email": "ann@example.org"}],
    }
    reading = read(COMMENTO_FORMAT, json.dumps(export))
    assert (reading.article.url, reading.article.post_id) == ("https://example.org/a/", "/a/")
    assert reading.tree() == [("c1", None), ("c2", "c1"), ("c4", None)]
    assert [entry.author.name for entry in reading.comments[:2]] == ["Ann", None]
    assert reading.texts == ["Some *text*", "Some *text*", ""]
    assert [left.reason for left in reading.omissions] == ["It awaits moderation."]
    assert "ann@" not in repr(reading)


def test_comentario() -> None:
    export = {
        "version": 3,
        "comments": [
            comentario(),
            comentario(id="c2", parentId="c1", userCreated=NOBODY, authorName="Guest"),
            comentario(id="c3", isPending=True, isApproved=False),
            comentario(id="c4", isApproved=False),
            comentario(id="c5", pageId="p9"),
        ],
        "pages": [{"id": "p1", "path": "/a/", "title": "The article"}],
        "commenters": [{"id": "u1", "name": "Ann", "email": "ann@example.org"}],
    }
    reading = read(COMENTARIO_FORMAT, json.dumps(export))
    assert reading.article.title == "The article"
    assert [(entry.ref, entry.parent_ref, entry.author.name) for entry in reading.comments] == [
        ("c1", None, "Ann"),
        ("c2", "c1", "Guest"),
    ]
    assert reading.comments[1].author.key is None
    assert [left.source_id for left in reading.omissions] == ["c3", "c4", "c5"]
    asked = ReadOptions(include=frozenset({Unpublished.PENDING, Unpublished.SPAM}))
    statuses = [entry.status for entry in read(COMENTARIO_FORMAT, json.dumps(export), asked).comments]
    assert statuses == [Status.VISIBLE, Status.VISIBLE, Status.PENDING, Status.REJECTED]


@pytest.mark.parametrize("form", [COMMENTO_FORMAT, COMENTARIO_FORMAT], ids=lambda form: form.name)
@pytest.mark.parametrize("content", ["", "{}", "[]", '{"comments": [1, 2]}', '{"comments": ['])
def test_what_holds_no_comments_is_refused(form: Any, content: str) -> None:
    with pytest.raises(SourceError):
        read(form, content)


def test_a_page_that_says_nothing_of_itself_is_untitled() -> None:
    without = json.dumps({"version": 1, "comments": [commento(url="", domain="")], "commenters": []})
    assert read(COMMENTO_FORMAT, without).article.title == "Untitled"
    without = json.dumps({"version": 3, "pages": [{"id": ""}], "comments": [], "commenters": []})
    assert read(COMENTARIO_FORMAT, without).article.title == "Untitled"
