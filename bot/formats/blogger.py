"""Blogger's backup: one Atom feed with the settings, posts, pages and comments of a blog."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from bot.errors import SourceError
from bot.formats.base import NO_ID, UNTITLED, Format, ReadOptions
from bot.formats.fields import one_line, time_of, unescaped_line
from bot.formats.sections import sections_of
from bot.formats.xml_stream import Shape, children, elements
from bot.model import Notice, Omission, SourceArticle, SourceAuthor, SourceComment, SourceRecord
from bot.text import html, markdown

KIND = "blogger"

_SHAPE = Shape(root="feed", within=frozenset({"feed"}), names=frozenset({"entry"}))
_KIND_SCHEME = "http://schemas.google.com/g/2005#kind"
_ATOM = "{http://www.w3.org/2005/Atom}"
_IN_REPLY_TO = "{http://purl.org/syndication/thread/1.0}in-reply-to"
_ID = re.compile(r"blog-(\d+)\.(?:post|page)-(\d+)$")


def recognises(head: bytes) -> bool:
    """An Atom feed of entries of Blogger's kinds."""
    return b"<feed" in head and b"schemas.google.com/blogger/2008" in head


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[SourceRecord]:
    """Each published post with its comments; comments may stand before their post, so the input is read twice."""
    notices: list[Notice] = []
    left_out: dict[str, str] = {}
    known: set[str] = set()
    for entry in elements(stream, _SHAPE, notices):
        if _kind(entry) != "post":
            continue
        ref = _id(entry.findtext(f"{_ATOM}id") or "")[1]
        if entry.findtext(".//{*}draft") == "yes":
            left_out[ref] = "It is a draft."
            yield Omission(ref, None, left_out[ref])
        elif ref not in known:
            known.add(ref)
            yield _article(entry)
    for entry in elements(stream, _SHAPE, []):
        if _kind(entry) == "comment":
            yield _comment(entry, known, left_out)
    yield from notices
    if not known and not left_out:
        raise SourceError(
            "This backup holds no posts.", remedy="In Blogger, choose Settings, Back up content."
        )


def _kind(entry: etree._Element) -> str:
    for category in entry.iterfind("{*}category"):
        if category.get("scheme") == _KIND_SCHEME:
            return category.get("term", "").partition("#")[2]
    return ""


def _id(tag: str) -> tuple[str, str]:
    """The blog's and the entry's number in `tag:blogger.com,1999:blog-1.post-2`."""
    match = _ID.search(tag.strip())
    return (match[1], match[2]) if match else ("", one_line(tag))


def _links(entry: etree._Element, rel: str) -> str:
    return next((link.get("href", "") for link in entry.iterfind("{*}link") if link.get("rel") == rel), "")


def _author(entry: etree._Element) -> SourceAuthor:
    author = entry.find("{*}author")
    person = {} if author is None else children(author)
    return SourceAuthor(one_line(person.get("name", "")) or None, person.get("uri") or None)


def _article(entry: etree._Element) -> SourceArticle:
    fields = children(entry)
    blog, ref = _id(fields.get("id", ""))
    url = _links(entry, "alternate")
    return SourceArticle(
        ref=ref,
        title=unescaped_line(fields.get("title", "")) or UNTITLED,
        sections=sections_of(html.parse(fields.get("content", ""), url or None)),
        kind=KIND,
        site=blog,
        post_id=ref,
        author=_author(entry).name,
        url=url or None,
        published_at=time_of(fields.get("published", "")),
    )


def _comment(entry: etree._Element, known: set[str], left_out: dict[str, str]) -> SourceComment | Omission:
    fields = children(entry)
    answered = entry.find(_IN_REPLY_TO)
    article_ref = _id("" if answered is None else answered.get("ref", ""))[1]
    source_id = _id(fields.get("id", ""))[1]
    if not source_id:
        return Omission(article_ref, None, NO_ID)
    if article_ref not in known:
        why = left_out.get(article_ref, "It is not in this backup.")
        return Omission(article_ref, source_id, f"Its article is left out. {why}")
    parent = _links(entry, "related").rstrip("/").rpartition("/")[2]
    return SourceComment(
        article_ref=article_ref,
        ref=source_id,
        author=_author(entry),
        text=markdown.write(html.parse(fields.get("content", ""), None)),
        source_id=source_id,
        parent_ref=parent if parent.isdecimal() else None,
        created_at=time_of(fields.get("published", "")),
    )


FORMAT = Format(KIND, "Blogger backup (Atom)", recognises, read)
