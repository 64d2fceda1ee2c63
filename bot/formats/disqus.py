"""Disqus's XML export: the threads of a forum, one a page, and their posts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from bot.errors import SourceError
from bot.formats.base import NO_ID, Export, Format, ReadOptions, Unpublished
from bot.formats.fields import iso, one_line, time_of, unescaped_line
from bot.formats.outline import Entry, exported_id, public
from bot.formats.sections import sections_of
from bot.formats.xml_stream import Shape, children, elements, local_name
from bot.formats.xml_writer import XmlWriter
from bot.model import (
    Article,
    Notice,
    Omission,
    SourceArticle,
    SourceAuthor,
    SourceComment,
    SourceRecord,
    Status,
)
from bot.text import html, markdown

KIND = "disqus"

_NAMESPACE = "http://disqus.com"
_INTERNALS = "http://disqus.com/disqus-internals"
_ID = f"{{{_INTERNALS}}}id"
_SHAPE = Shape(root="disqus", within=frozenset({"disqus"}), names=frozenset({"category", "thread", "post"}))


def recognises(head: bytes) -> bool:
    """Disqus's own root element; what Disqus is fed with is a WordPress export instead."""
    return b"<disqus" in head and _NAMESPACE.encode() in head


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[SourceRecord]:
    """The threads that have posts, each as an article without text, and their posts.

    Disqus keeps several threads for a page whose address was written differently; those of one address are one.
    """
    notices: list[Notice] = []
    threads: dict[str, SourceArticle] = {}  # by the thread's id
    by_url: dict[str, SourceArticle] = {}
    told: set[str] = set()
    for element in elements(stream, _SHAPE, notices):
        match local_name(element):
            case "thread":
                article = _article(element)
                threads[article.ref] = by_url.setdefault(article.url or article.ref, article)
            case "post":
                thread = element.find("{*}thread")
                owner = threads.get("" if thread is None else thread.get(_ID, ""))
                if owner and owner.ref not in told:
                    told.add(owner.ref)
                    yield owner
                yield _comment(element, owner, options)
        yield from notices
        notices.clear()
    yield from notices
    if not told:
        raise SourceError("This export holds no comments.", remedy="Request the export in Disqus once more.")


def _article(thread: etree._Element) -> SourceArticle:
    ref, fields = thread.get(_ID, ""), children(thread)
    url = one_line(fields.get("link", ""))
    return SourceArticle(
        ref=ref,
        title=unescaped_line(fields.get("title", "")) or url or f"Thread {ref}",
        sections=sections_of(html.parse(fields.get("message", ""), url or None)),
        kind=KIND,
        site=one_line(fields.get("forum", "")),
        post_id=ref or None,
        url=url or None,
        published_at=time_of(fields.get("createdAt", "")),
    )


def _comment(
    post: etree._Element, owner: SourceArticle | None, options: ReadOptions
) -> SourceComment | Omission:
    source_id, fields = post.get(_ID, ""), children(post)
    if owner is None:
        return Omission("", source_id or None, "Its thread is not in this export.")
    if not source_id:
        return Omission(owner.ref, None, NO_ID)
    message, parent = fields.get("message", ""), post.find("{*}parent")
    parent_ref = None if parent is None else parent.get(_ID)
    status = _status(fields, message, options)
    if not isinstance(status, Status):
        return Omission(owner.ref, source_id, status, parent_ref)
    author = post.find("{*}author")
    person = {} if author is None else children(author)
    return SourceComment(
        article_ref=owner.ref,
        ref=source_id,
        author=SourceAuthor(
            name=one_line(person.get("name", "")) or None,
            key=person.get("username") or person.get("email") or None,
        ),
        text=markdown.write(html.parse(message, owner.url)),
        source_id=source_id,
        parent_ref=parent_ref,
        created_at=time_of(fields.get("createdAt", "")),
        status=status,
    )


def _status(fields: dict[str, str], message: str, options: ReadOptions) -> Status | str:
    """The post's status or why it is left out; of a deleted post without text the place is all there is."""
    if fields.get("isDeleted", "").strip() == "true":
        if not message.strip():
            return Status.DELETED
        return _held(Unpublished.TRASH, "It was deleted.", options)
    if fields.get("isSpam", "").strip() == "true":
        return _held(Unpublished.SPAM, "It is marked as spam.", options)
    return Status.VISIBLE


def _held(kind: Unpublished, why: str, options: ReadOptions) -> Status | str:
    return kind.status if kind in options.include else why


def write(export: Export, stream: BinaryIO) -> None:
    """The article as a thread, and what anybody may read of its comments as posts."""
    article = export.article
    xml = XmlWriter(stream)
    with xml.element("disqus", {"xmlns": _NAMESPACE, "xmlns:dsq": _INTERNALS}):
        with xml.element("thread", {"dsq:id": article.slug}):
            xml.field("id", article.slug)
            xml.field("link", article.source_url or "")
            xml.field("title", article.title)
            xml.field("createdAt", iso(article.published_at) or "")
        for entry in public(export.comments):
            _write_post(xml, entry, article)


def _write_post(xml: XmlWriter, entry: Entry, article: Article) -> None:
    comment = entry.comment
    with xml.element("post", {"dsq:id": exported_id(comment)}):
        xml.field("message", "" if entry.removed else html.render(markdown.parse(comment.text)))
        xml.field("createdAt", iso(comment.created_at) or "")
        xml.field("isDeleted", "true" if entry.removed else "false")
        xml.field("isSpam", "false")
        with xml.element("author"):
            xml.field("name", "" if entry.removed else comment.author)
        xml.field("thread", attributes={"dsq:id": article.slug})
        if entry.parent:
            xml.field("parent", attributes={"dsq:id": exported_id(entry.parent)})


FORMAT = Format(KIND, "Disqus export (XML)", recognises, read, write, suffix="xml")
