"""Comments in pages, whatever the theme."""

from __future__ import annotations

import pytest

from bot.formats.base import INCOMPLETE, ReadOptions, Unpublished
from bot.formats.html_page import FORMAT
from bot.model import Status
from tests.formats.reading import Reading, read

REPLY = '<a class="comment-reply-link" href="#respond">Reply</a>'


def page(comments: str, more: str = "") -> Reading:
    return read(
        FORMAT,
        '<html><body class="postid-6"><h1>Title</h1><div class="entry-content"><p>Text.</p>'
        '<li id="comment-99" class="comment depth-1">no comment</li></div>'
        + comments
        + more
        + "</body></html>",
    )


def classic(number: int, depth: int, inner: str = "", text: str = "<p>Text.</p>", extra: str = REPLY) -> str:
    return (
        f'<li id="comment-{number}" class="comment even depth-{depth}">'
        f'<article id="div-comment-{number}" class="comment-body"><footer class="comment-meta">'
        f'<b class="fn">Ann {number}</b> <time datetime="2022-08-16T21:04:11+03:00">then</time>'
        f'</footer><div class="comment-content">{text}</div>{extra}</article>{inner}</li>'
    )


def children(*inner: str) -> str:
    return f'<ol class="children">{"".join(inner)}</ol>'


def old(number: int, depth: int, inner: str = "") -> str:
    """The markup of themes without HTML5: no element of its own around the text."""
    return (
        f'<li class="comment depth-{depth}" id="li-comment-{number}"><div id="comment-{number}" class="comment-body">'
        f'<div class="comment-author vcard"><cite class="fn">Ann {number}</cite> <span class="says">says:</span></div>'
        f'<div class="comment-meta commentmetadata"><a href="#">August 16</a></div><p>Text.</p>'
        f'<div class="reply">{REPLY}</div></div>{inner}</li>'
    )


@pytest.mark.parametrize("theme", [classic, old])
def test_nested_lists(theme: type) -> None:
    tree = theme(1, 1, children(theme(2, 2, children(theme(3, 3))))) + theme(4, 1)
    reading = page(f'<ol class="comment-list">{tree}</ol>')
    assert reading.tree() == [("1", None), ("2", "1"), ("3", "2"), ("4", None)]
    assert reading.texts == ["Text."] * 4
    assert [entry.author.name for entry in reading.comments] == ["Ann 1", "Ann 2", "Ann 3", "Ann 4"]


def test_flat_markup_with_depths_only() -> None:
    flat = "".join(
        f'<div id="comment-{number}" class="comment depth-{depth}"><div class="comment-text">Text.</div></div>'
        for number, depth in enumerate([1, 2, 3, 2, 1, 2], start=1)
    )
    assert page(flat).tree() == [("1", None), ("2", "1"), ("3", "2"), ("4", "1"), ("5", None), ("6", "5")]


def test_beyond_the_greatest_depth_parents_are_doubtful() -> None:
    tree = classic(1, 1, children(classic(2, 2, extra=""), classic(3, 2, extra=""))) + classic(
        4, 1, children(classic(5, 2, extra=""))
    )
    reading = page(f"<ol>{tree}</ol>")
    assert [(notice.code, notice.place) for notice in reading.notices] == [
        ("parent-approximate", "comment 3")
    ]


def test_replies_that_can_be_answered_are_not_doubtful() -> None:
    assert page(f"<ol>{classic(1, 1, children(classic(2, 2), classic(3, 2)))}</ol>").notices == []


def test_what_awaits_moderation_is_left_out_unless_asked_for() -> None:
    held = classic(1, 1, text='<em class="comment-awaiting-moderation">Held.</em><p>Text.</p>')
    assert [left.reason for left in page(held).omissions] == ["It awaits moderation."]
    content = f'<html><body class="postid-6"><h1>T</h1>{held}</body></html>'
    asked = read(FORMAT, content, ReadOptions(include=frozenset({Unpublished.PENDING})))
    assert [(entry.status, entry.text) for entry in asked.comments] == [(Status.PENDING, "Text.")]


def test_pings_are_left_out() -> None:
    ping = '<li id="comment-7" class="pingback depth-1"><div class="comment-body">Pingback: x</div></li>'
    assert [(left.source_id, left.reason) for left in page(ping).omissions] == [
        ("7", "It is a pingback, not a comment.")
    ]


@pytest.mark.parametrize(
    "more",
    [
        '<a href="https://example.org/a/comment-page-2/#comments">Newer</a>',
        '<a href="https://example.org/?p=6&cpage=2">Newer</a>',
        '<h2 class="comments-title">1,303 thoughts on “7 ways”</h2>',
    ],
)
def test_a_page_that_does_not_show_all_says_so(more: str) -> None:
    assert page(classic(1, 1), more).codes == [INCOMPLETE]


@pytest.mark.parametrize(
    "more",
    [
        '<a href="https://example.org/a/comment-page-1/#comment-1">August 16</a>',
        '<h2 class="comments-title">One thought on “7 ways”</h2>',
    ],
)
def test_a_page_that_shows_all_says_nothing(more: str) -> None:
    assert page(classic(1, 1), more).codes == []
