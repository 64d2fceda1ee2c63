"""The comments in a page made by WordPress, whatever its theme has made of their markup.

All themes keep an element with the id `comment-N` around each comment and say `depth-K` in its class; replies stand
within the element of what they answer. Beyond the site's greatest depth they stand beside it instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from lxml import etree
from lxml import html as lxml_html

from bot.formats.addresses import joined, without_fragment
from bot.formats.base import ReadOptions
from bot.formats.fields import one_line, time_of
from bot.formats.wordpress_site import key_of_avatar, omitted_type, status_of
from bot.model import Notice, Omission, SourceAuthor, SourceComment, SourceRecord, Status
from bot.text import html, markdown

_ID = re.compile(r"(?:li-)?comment-(\d+)")
_DEPTH = re.compile(r"(?:^|\s)depth-(\d{1,4})(?:\s|$)")
_PAGE = re.compile(r"(/comment-page-|[?&]cpage=)(\d{1,6})((?:/|&[^#]*)?)(?:#comments)?$")
_OWN_PAGE = re.compile(r"(?:/comment-page-|[?&]cpage=)(\d{1,6})[^#]*#comment-\d+$")
_HEADINGS = ("wp-block-comments-title", "comments-title")
_NUMBER = re.compile(r"[^\"“«„‘\d]*(\d{1,3}(?:[., ]?\d{3})?)\b")
_SAYS = re.compile(r"\s+says:?$", re.IGNORECASE)
_PINGS = ("pingback", "trackback")
_TEXTS = (
    "comment-content",
    "wp-block-comment-content",
    "comment-text",
    "comment_text",
    "comment-entry",
    "comment-body",
)
_NAMES = ("fn", "wp-block-comment-author-name", "comment-author-name", "comment-author")
_NO_TEXT = (
    "comment-awaiting-moderation",
    "comment-author",
    "comment-meta",
    "comment-metadata",
    "reply",
    "children",
)
_LEAST_LIMIT, _USUAL_LIMIT = 2, 5

MAX_PAGES = 500
"""How many pages of comments of one article are read."""

Element: TypeAlias = lxml_html.HtmlElement


@dataclass(slots=True, eq=False)
class _Comment:
    """What a page shows of one comment; in our own pages `section` and `removed` too."""

    id: str
    classes: list[str]
    depth: int
    parent: _Comment | None
    section: int | None = None
    name: str = ""
    key: str | None = None
    text: Element | None = None
    time: datetime | None = None
    edited: datetime | None = None
    awaits_moderation: bool = False
    can_be_answered: bool = False


def comments_in(
    page: Element, body: Element | None, article_ref: str, url: str | None, options: ReadOptions
) -> Iterator[SourceRecord]:
    """The comments of the page in order, pings and what awaits moderation as omissions.

    `body` is the article's own text: nothing in it is a comment. Links are relative to `url`.
    """
    elements = _elements(page, body)
    comments = _comments(elements)
    _fill(page, comments)
    doubtful = _doubtful(list(comments.values()))
    for comment in comments.values():
        yield _record(comment, article_ref, url, options)
        if comment in doubtful:
            message = "The page shows no deeper replies; this one may answer another one beside it."
            yield Notice("parent-approximate", f"comment {comment.id}", message, article_ref)


def unfinished(page: Element, shown: int, *, all_pages: bool) -> str:
    """Why an article may have more comments than the `shown` ones; empty where nothing speaks for that."""
    if not shown:
        return ""
    if not all_pages and any(_PAGE.search(link.get("href", "")) for link in page.iter("a")):
        return "The article has more pages of comments than this one."
    said = _said_number(page)
    return f"The page speaks of {said} comments and shows {shown}." if shown < said else ""


def other_pages(page: Element, url: str) -> dict[int, str]:
    """The addresses of an article's other pages of comments by number, up to the highest that this one links to."""
    found: dict[int, str] = {}
    own = set()
    for link in page.iter("a"):
        address = joined(url, link.get("href", ""))
        if match := _PAGE.search(address):
            found[int(match[2])] = without_fragment(address)
        elif match := _OWN_PAGE.search(address):
            own.add(int(match[1]))
    if not found:
        return {}
    highest = max(found)
    return {
        number: found.get(number) or _PAGE.sub(rf"\g<1>{number}\g<3>", found[highest])
        for number in range(1, min(highest, MAX_PAGES) + 1)
        if own != {number}
    }


def without_page(url: str) -> str:
    """An article's address out of that of one of its pages of comments."""
    return _PAGE.sub(lambda match: "/" if match[1].startswith("/") else "", url)


def _said_number(page: Element) -> int:
    """How many comments the heading above them tells of; 0 where it gives no number before the article's title."""
    for name in _HEADINGS:
        for element in page.find_class(name):
            if match := _NUMBER.match(one_line(element.text_content())):
                return int(re.sub(r"\D", "", match[1]))
    return 0


def _elements(page: Element, body: Element | None) -> dict[Element, str]:
    """The outermost element of each comment and its id, in the order of the page."""
    elements: dict[Element, str] = {}
    seen: set[str] = set()
    for element in page.iter("li", "div", "article", "section"):
        match = _ID.fullmatch(element.get("id", ""))
        if match and match[1] not in seen and _is_comment(element) and body not in element.iterancestors():
            seen.add(match[1])
            elements[element] = one_line(element.get("data-source-id", "")) or match[1]
    return elements


def _is_comment(element: Element) -> bool:
    classes = element.get("class", "")
    return bool(_DEPTH.search(classes)) or not {"comment", *_PINGS}.isdisjoint(classes.split())


def _comments(elements: dict[Element, str]) -> dict[Element, _Comment]:
    comments: dict[Element, _Comment] = {}
    by_id: dict[str, _Comment] = {}
    last: dict[int, _Comment] = {}  # the last comment seen at each depth, for themes that do not nest
    for element, number in elements.items():
        parent = _owner(element, comments)
        said = _DEPTH.search(element.get("class", ""))
        depth = int(said[1]) if said else parent.depth + 1 if parent else 1
        if parent is None and depth > 1:
            parent = last.get(depth - 1)
        by_id[number] = comments[element] = last[depth] = _Comment(
            id=number,
            classes=element.get("class", "").split(),
            depth=depth,
            parent=by_id.get(element.get("data-parent-id", ""), parent),
            section=_number(element.get("data-section", "")),
        )
    return comments


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 9 else None


def _owner(element: Element, comments: dict[Element, _Comment]) -> _Comment | None:
    return next((comments[above] for above in element.iterancestors() if above in comments), None)


def _fill(page: Element, comments: dict[Element, _Comment]) -> None:
    """Give to each comment what stands in its own element and not in that of a reply, the best place first."""
    for comment, element in _owned(comments, (found for name in _TEXTS for found in page.find_class(name))):
        comment.text = element if comment.text is None else comment.text
    for comment, element in _owned(comments, (found for name in _NAMES for found in page.find_class(name))):
        comment.name = comment.name or _SAYS.sub("", one_line(element.text_content()))
    for comment, element in _owned(comments, page.iterfind(".//span[@class='edited']/time")):
        comment.edited = time_of(element.get("datetime", ""))
    for comment, element in _owned(comments, page.iter("time")):
        comment.time = comment.time or time_of(element.get("datetime", ""))
    for comment, element in _owned(comments, page.iter("img")):
        comment.key = comment.key or key_of_avatar(element.get("src", ""))
    for comment, _ in _owned(comments, page.find_class("comment-awaiting-moderation")):
        comment.awaits_moderation = True
    for comment, _ in _owned(comments, page.find_class("comment-reply-link")):
        comment.can_be_answered = True


def _owned(
    comments: dict[Element, _Comment], elements: Iterable[Element]
) -> Iterator[tuple[_Comment, Element]]:
    for element in elements:
        if owner := _owner(element, comments):
            yield owner, element


def _doubtful(comments: list[_Comment]) -> set[_Comment]:
    """Comments at the greatest depth that the site shows: each may answer one that stands before it."""
    greatest = max((comment.depth for comment in comments), default=0)
    deepest = [comment for comment in comments if comment.depth == greatest]
    can_answer_elsewhere = any(comment.can_be_answered for comment in comments)
    limited = can_answer_elsewhere or greatest >= _USUAL_LIMIT
    if greatest < _LEAST_LIMIT or not limited or any(comment.can_be_answered for comment in deepest):
        return set()
    followed: set[_Comment | None] = set()
    doubtful = set()
    for comment in deepest:
        if comment.parent in followed:
            doubtful.add(comment)
        followed.add(comment.parent)
    return doubtful


def _record(
    comment: _Comment, article_ref: str, url: str | None, options: ReadOptions
) -> SourceComment | Omission:
    ping = next((ping for ping in _PINGS if ping in comment.classes), "")
    removed = "removed" in comment.classes
    status = status_of("0" if comment.awaits_moderation else "1", options)
    parent_ref = comment.parent.id if comment.parent else None
    if why := omitted_type(ping):
        return Omission(article_ref, comment.id, why, parent_ref)
    if not isinstance(status, Status):
        return Omission(article_ref, comment.id, status, parent_ref)
    return SourceComment(
        article_ref=article_ref,
        ref=comment.id,
        author=SourceAuthor(comment.name or None, comment.key),
        text=""
        if removed or comment.text is None
        else markdown.write(html.parse(_source(comment.text), url)),
        source_id=comment.id,
        parent_ref=parent_ref,
        created_at=comment.time,
        edited_at=comment.edited,
        section=comment.section,
        status=Status.DELETED if removed else status,
    )


def _source(element: Element) -> str:
    for name in _NO_TEXT:
        for inner in element.find_class(name):
            if inner is not element:
                # Not dropped: lxml would have to join the texts around it, and refuses control characters.
                inner.clear(keep_tail=True)
                inner.tag = "span"
    return etree.tostring(element, encoding="unicode", method="html", with_tail=False)
