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
from bot.text.canonical import clean

KIND = "disqus"

_NAMESPACE = "http://disqus.com"
_INTERNALS = "http://disqus.com/disqus-internals"
_NSMAP = {None: _NAMESPACE, "dsq": _INTERNALS}
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
    message = fields.get("message", "")
    status = _status(fields, message, options)
    if not isinstance(status, Status):
        return Omission(owner.ref, source_id, status)
    author, parent = post.find("{*}author"), post.find("{*}parent")
    person = {} if author is None else children(author)
    return SourceComment(
        article_ref=owner.ref,
        ref=source_id,
        author=SourceAuthor(
            name=one_line(person.get("name", "")) or None,
            key=person.get("username") or person.get("email") or None,
        ),
        text=markdown.render(html.parse(message, owner.url)),
        source_id=source_id,
        parent_ref=None if parent is None else parent.get(_ID),
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
    with etree.xmlfile(stream, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element(_tag("disqus"), nsmap=_NSMAP):
            thread = _element("thread", article.slug)
            _add(thread, "id", article.slug)
            _add(thread, "link", article.source_url or "")
            _add(thread, "title", article.title)
            _add(thread, "createdAt", iso(article.published_at) or "")
            xml.write(thread, pretty_print=True)
            for entry in public(export.comments):
                xml.write(_post(entry, article), pretty_print=True)


def _post(entry: Entry, article: Article) -> etree._Element:
    comment = entry.comment
    post = _element("post", exported_id(comment))
    _add(post, "message", "" if entry.removed else html.render(markdown.parse(comment.text)))
    _add(post, "createdAt", iso(comment.created_at) or "")
    _add(post, "isDeleted", "true" if entry.removed else "false")
    _add(post, "isSpam", "false")
    author = etree.SubElement(post, _tag("author"))
    _add(author, "name", "" if entry.removed else comment.author)
    post.append(_element("thread", article.slug))
    if entry.parent:
        post.append(_element("parent", exported_id(entry.parent)))
    return post


def _tag(name: str) -> str:
    return f"{{{_NAMESPACE}}}{name}"


def _element(name: str, ref: str) -> etree._Element:
    return etree.Element(_tag(name), {_ID: clean(ref)}, nsmap=_NSMAP)  # type: ignore[arg-type]  # None names the default namespace


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, _tag(name)).text = clean(text)


FORMAT = Format(KIND, "Disqus export (XML)", recognises, read, write)
