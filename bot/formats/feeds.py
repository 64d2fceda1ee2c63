"""The RSS and Atom feeds of comments that WordPress offers: the latest few comments, newest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from lxml import etree

from bot.errors import SourceError
from bot.formats.addresses import without_fragment
from bot.formats.base import INCOMPLETE, Format, ReadOptions
from bot.formats.fields import one_line, time_of, unescaped_line
from bot.formats.wordpress_site import KIND, site_of
from bot.formats.xml_stream import Shape, children, elements, local_name
from bot.model import Notice, Omission, SourceArticle, SourceAuthor, SourceComment, SourceRecord
from bot.text import html, markdown

NAME = "comment-feed"

_RSS = Shape(root="rss", within=frozenset({"channel"}), names=frozenset({"title", "item"}))
_ATOM = Shape(root="feed", within=frozenset({"feed"}), names=frozenset({"title", "entry"}))
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_COMMENT = re.compile(r"#comment-(\d+)$")
_ANSWERS = re.compile(
    r"\s*<p>\s*In reply to <a href=\"[^\"<>]*#comment-(\d+)\">[^<>]*</a>\.\s*(?:</p>|<br\s*/?>)",
    re.IGNORECASE,
)
_PING = re.compile(r"\[…\].*\[…\]", re.DOTALL)  # WordPress cuts pings so; a feed does not name their type
_OF_ONE_ARTICLE = re.compile(r"^Comments on:? +", re.IGNORECASE)
_OF_ONE_COMMENT = re.compile(r"^Comment on (.+) by .*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What RSS and Atom both say of a comment."""

    title: str
    link: str
    author: str
    content: str
    time: datetime | None
    parent: str | None


def recognises(head: bytes) -> bool:
    """A feed whose entries lead to comments."""
    is_feed = b"<rss" in head or b"<feed" in head
    return is_feed and (b"#comment-" in head or b"Comments on" in head or b"Comments for" in head)


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[SourceRecord]:
    """The articles that were commented on, without text, and the comments of the feed."""
    stream.seek(0)
    shape = _ATOM if b"<feed" in stream.read(4096) else _RSS
    notices: list[Notice] = []
    feed_title = ""
    known: set[str] = set()
    for element in elements(stream, shape, notices):
        if local_name(element) == "title":
            feed_title = unescaped_line(element.text or "")
            continue
        entry = _atom_entry(element) if shape is _ATOM else _rss_item(element)
        comment_id = _COMMENT.search(entry.link)
        if comment_id is None:
            raise SourceError(
                "This feed lists articles, not comments.", remedy="Give the feed of an article's comments."
            )
        url = without_fragment(entry.link)
        if url not in known:
            known.add(url)
            yield _article(entry, feed_title, url)
            yield Notice(
                INCOMPLETE, "feed", "A feed holds only the latest comments; older ones may be missing.", url
            )
        yield _comment(entry, comment_id[1], url)
    yield from notices


def _rss_item(item: etree._Element) -> _Entry:
    fields = children(item)
    content = item.findtext(_CONTENT) or fields.get("description", "")
    return _Entry(
        title=unescaped_line(fields.get("title", "")),
        link=one_line(fields.get("link", "") or fields.get("guid", "")),
        author=unescaped_line(fields.get("creator", "") or fields.get("author", "")),
        content=content,
        time=time_of(fields.get("pubDate", "")),
        parent=None,
    )


def _atom_entry(entry: etree._Element) -> _Entry:
    fields = children(entry)
    author, answered = entry.find("{*}author"), entry.find("{*}in-reply-to")
    links = [link.get("href", "") for link in entry.iterfind("{*}link")]
    parent = (
        None if answered is None else _COMMENT.search(answered.get("href", "") or answered.get("ref", ""))
    )
    return _Entry(
        title=unescaped_line(fields.get("title", "")),
        link=next((link for link in links if _COMMENT.search(link)), one_line(fields.get("id", ""))),
        author="" if author is None else unescaped_line(children(author).get("name", "")),
        content=fields.get("content", "") or fields.get("summary", ""),
        time=time_of(fields.get("published", "") or fields.get("updated", "")),
        parent=parent[1] if parent else None,
    )


def _article(entry: _Entry, feed_title: str, url: str) -> SourceArticle:
    named = _OF_ONE_COMMENT.match(entry.title)
    title = named[1] if named else _OF_ONE_ARTICLE.sub("", feed_title)
    return SourceArticle(url, title or url, (), KIND, site_of(url).partition("/")[0], url=url)


def _comment(entry: _Entry, comment_id: str, article_ref: str) -> SourceComment | Omission:
    answers = _ANSWERS.match(entry.content)
    content = entry.content[answers.end() :] if answers else entry.content
    text = markdown.write(html.parse(content, article_ref))
    if _PING.fullmatch(text.replace("\\", "")):
        return Omission(article_ref, comment_id, "It looks like a pingback, not a comment.")
    return SourceComment(
        article_ref=article_ref,
        ref=comment_id,
        author=SourceAuthor(entry.author or None),
        text=text,
        source_id=comment_id,
        parent_ref=answers[1] if answers else entry.parent,
        created_at=entry.time,
    )


FORMAT = Format(NAME, "Comment feed (RSS or Atom)", recognises, read, aliases=("rss", "atom"))
