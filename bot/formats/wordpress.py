"""WordPress's own export file (WXR 1.0 to 1.2): all posts of a site with all their comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from html import escape
from typing import BinaryIO

from lxml import etree

from bot.errors import SourceError
from bot.formats.base import UNTITLED, Export, Format, ReadOptions
from bot.formats.fields import one_line, parent_in, unescaped_line
from bot.formats.outline import Entry, everything
from bot.formats.sections import document_of, sections_of
from bot.formats.typed import typed
from bot.formats.wordpress_site import (
    KIND,
    Clock,
    key_of_email,
    key_of_user,
    omitted_type,
    site_of,
    status_of,
)
from bot.formats.wordpress_text import with_paragraphs, without_shortcodes
from bot.formats.xml_stream import Shape, children, elements, local_name
from bot.formats.xml_writer import XmlWriter
from bot.model import (
    Article,
    Comment,
    Notice,
    Omission,
    SourceArticle,
    SourceAuthor,
    SourceComment,
    SourceRecord,
    Status,
)
from bot.text import html, markdown

_SHAPE = Shape(
    root="rss",
    within=frozenset({"channel", "item"}),
    names=frozenset({"base_blog_url", "generator", "author", "item", "comment"}),
)
_NAMESPACES = {
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
    "xmlns:wp": "http://wordpress.org/export/1.2/",
}
_STATE = {Status.VISIBLE: "1", Status.PENDING: "0", Status.REJECTED: "spam", Status.HIDDEN: "trash"}
_FOREIGN = 1 << 40
_DELETED_KEY = "_oped_deleted"
_DELETED_TEXT = "<em>This comment was deleted.</em>"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_VERSION = re.compile(r"\?v=(\d+)\.(\d+)")
_UNPUBLISHED = {
    "draft": "It is a draft.",
    "auto-draft": "It is a draft.",
    "pending": "It awaits review.",
    "private": "It is private.",
    "future": "It is scheduled, not yet published.",
    "trash": "It is in the trash.",
}
# Media, menus and layout stand among the posts of an export; nobody would miss them.
_NO_ARTICLES = frozenset({"attachment", "nav_menu_item", "revision", "custom_css", "customize_changeset"})


def recognises(head: bytes) -> bool:
    """RSS that declares WordPress's export namespace; what Disqus is fed with is that too."""
    return b"<rss" in head and b"wordpress.org/export/" in head


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[SourceRecord]:
    """Every published post with its comments; each other comment, post and page is an omission with its reason."""
    notices: list[Notice] = []
    export = _Export(options, notices)
    for element in elements(stream, _SHAPE, notices):
        yield from export.records(element)
        if notices:
            yield from notices
            notices.clear()
    yield from notices
    if export.ref is None:
        raise SourceError(
            "This export holds no posts.", remedy="In WordPress, choose Tools, Export, All content."
        )


class _Export:
    """An export as far as it was read: the site it comes from and the post that the next comments belong to."""

    def __init__(self, options: ReadOptions, notices: list[Notice]) -> None:
        self.ref: str | None = None
        self._options = options
        self._notices = notices
        self._site = ""
        self._url = ""
        self._version: tuple[int, ...] = ()
        self._authors: dict[str, str] = {}
        self._clock = Clock()
        self._item: etree._Element | None = None
        self._left_out = ""
        self._comments = 0

    def records(self, element: etree._Element) -> Iterator[SourceRecord]:
        match local_name(element):
            case "item":
                if element is not self._item:
                    yield from self._post_of(element)
                self._item = None
            case "comment" if (item := element.getparent()) is not None:
                # By now the export has told all about the post: it writes comments last.
                if item is not self._item:
                    yield from self._post_of(item)
                comment = children(element)
                deleted = "commentmeta" in comment and any(
                    key.text == _DELETED_KEY for key in element.iterfind("{*}commentmeta/{*}meta_key")
                )
                yield self._comment(comment, deleted=deleted)
            case "base_blog_url":
                self._site = site_of(element.text or "")
            case "generator" if version := _VERSION.search(element.text or ""):
                self._version = (int(version[1]), int(version[2]))
            case "author":
                author = children(element)
                self._authors[author.get("author_login", "")] = one_line(
                    author.get("author_display_name", "")
                )

    def _post_of(self, item: etree._Element) -> Iterator[SourceArticle | Omission]:
        self._item = item
        post = children(item)
        self.ref = one_line(post.get("post_id") or post.get("link") or post.get("title") or "post")
        self._left_out = _why_left_out(post)
        if not self._left_out:
            yield self._article(post, item.findtext(_CONTENT) or "", self.ref)
        elif post.get("post_type") not in _NO_ARTICLES:
            yield Omission(self.ref, None, self._left_out)

    def _article(self, post: dict[str, str], content: str, ref: str) -> SourceArticle:
        title = unescaped_line(post.get("title", ""))
        if not title:
            self._notices.append(Notice("untitled", f"post {ref}", "The post has no title.", ref))
        if "<!-- wp:" not in content:
            content = with_paragraphs(content)
        url = self._url = one_line(post.get("link", ""))
        login = post.get("creator", "")
        return SourceArticle(
            ref=ref,
            title=title or UNTITLED,
            sections=sections_of(html.parse(without_shortcodes(content), url)),
            kind=KIND,
            site=self._site or site_of(url).partition("/")[0],
            post_id=one_line(post.get("post_id", "")) or None,
            author=self._authors.get(login) or one_line(login) or None,
            url=url or None,
            published_at=self._time(post, "post_date", f"post {ref}"),
        )

    def _comment(self, comment: dict[str, str], *, deleted: bool) -> SourceComment | Omission:
        self._comments += 1
        article_ref = self.ref or ""
        source_id = one_line(comment.get("comment_id", "")) or None
        ref = source_id or f"comment {self._comments}"
        why_not = omitted_type(comment.get("comment_type", "").strip())
        status = status_of(comment.get("comment_approved", "").strip(), self._options)
        parent_ref = parent_in(comment, "comment_parent")
        if self._left_out:
            return Omission(article_ref, source_id, f"Its article is left out. {self._left_out}")
        if why_not or not isinstance(status, Status):
            return Omission(article_ref, source_id, why_not or status, parent_ref)
        return SourceComment(
            article_ref=article_ref,
            ref=ref,
            author=_author(
                comment.get("comment_author", ""),
                comment.get("comment_author_email", ""),
                comment.get("comment_user_id", ""),
                self._version,
            ),
            text="" if deleted else typed(comment.get("comment_content", ""), self._url),
            source_id=source_id,
            parent_ref=parent_ref,
            created_at=self._time(comment, "comment_date", f"comment {source_id or self._comments}"),
            status=Status.DELETED if deleted else status,
        )

    def _time(self, record: dict[str, str], name: str, place: str) -> datetime | None:
        gmt, local = record.get(f"{name}_gmt", ""), record.get(name, "")
        return self._clock.time(gmt, local, place, self._notices, self.ref)


@lru_cache(1024)  # few write much
def _author(name: str, email: str, user: str, version: tuple[int, ...]) -> SourceAuthor:
    key = key_of_email(email, version) or key_of_user(user.strip())
    return SourceAuthor(unescaped_line(name) or None, key)


def _why_left_out(post: dict[str, str]) -> str:
    kind, status = post.get("post_type", "post").strip(), post.get("status", "publish").strip()
    if kind not in ("post", ""):
        return f"It is of type “{one_line(kind)[:40]}”, not a post."
    if status not in ("publish", ""):
        return _UNPUBLISHED.get(status, f"Its state “{one_line(status)[:40]}” is not known.")
    return "It is protected by a password." if post.get("post_password") else ""


def write(export: Export, stream: BinaryIO) -> None:
    """The article as a published post, its comments with the status that they would have in WordPress."""
    xml = XmlWriter(stream)
    with xml.element("rss", {"version": "2.0", **_NAMESPACES}), xml.element("channel"):
        for name, text in _head(export.article):
            xml.field(name, text)
        with xml.element("item"):
            for name, text in _item(export.article):
                xml.field(name, text)
            for entry in everything(export.comments):
                _write_comment(xml, entry)


def _head(article: Article) -> list[tuple[str, str]]:
    site = _address(article)
    return [
        ("title", article.title),
        ("link", site),
        ("wp:wxr_version", "1.2"),
        ("wp:base_site_url", site),
        ("wp:base_blog_url", site),
    ]


def _address(article: Article) -> str:
    """The front page of the site that the article comes from."""
    scheme, separator, rest = (article.source_url or "").partition("://")
    return f"{scheme}://{rest.partition('/')[0]}" if separator else ""


def _item(article: Article) -> list[tuple[str, str]]:
    return [
        ("title", escape(article.title, quote=False)),
        ("link", article.source_url or ""),
        ("dc:creator", article.author or ""),
        ("content:encoded", html.render(document_of(article.sections))),
        ("wp:post_id", str(article.id)),
        ("wp:post_date", _moment(article.published_at)),
        ("wp:post_date_gmt", _moment(article.published_at)),
        ("wp:comment_status", "open"),
        ("wp:ping_status", "closed"),
        ("wp:post_name", article.slug),
        ("wp:status", "publish"),
        ("wp:post_parent", "0"),
        ("wp:menu_order", "0"),
        ("wp:post_type", "post"),
        ("wp:post_password", ""),
        ("wp:is_sticky", "0"),
    ]


def _write_comment(xml: XmlWriter, entry: Entry) -> None:
    comment = entry.comment
    with xml.element("wp:comment"):
        xml.field("wp:comment_id", _number(comment))
        xml.field("wp:comment_author", "" if entry.removed else escape(comment.author, quote=False))
        xml.field("wp:comment_author_email")
        xml.field("wp:comment_author_url")
        xml.field("wp:comment_author_IP")
        xml.field("wp:comment_date", _moment(comment.created_at))
        xml.field("wp:comment_date_gmt", _moment(comment.created_at))
        text = _DELETED_TEXT if entry.removed else html.render(markdown.parse(comment.text))
        xml.field("wp:comment_content", text)
        xml.field("wp:comment_approved", "1" if entry.removed else _STATE[comment.status])
        xml.field("wp:comment_type", "comment")
        xml.field("wp:comment_parent", _number(entry.parent) if entry.parent else "0")
        xml.field("wp:comment_user_id", "0")
        if entry.removed:
            with xml.element("wp:commentmeta"):
                xml.field("wp:meta_key", _DELETED_KEY)
                xml.field("wp:meta_value", "1")


def _number(comment: Comment) -> str:
    """WordPress counts comments; one that comes from elsewhere gets a number that no site reaches."""
    known = comment.source_id or ""
    return known if known.isdecimal() and known.isascii() else str(_FOREIGN + comment.id)


def _moment(time: datetime | None) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if time else "0000-00-00 00:00:00"


FORMAT = Format(KIND, "WordPress export (WXR)", recognises, read, write, aliases=("wxr",), suffix="xml")
