"""A saved web page: the article in it and, where WordPress or a theme for it made the page, its comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from lxml import etree
from lxml import html as lxml_html

from bot.errors import SourceError
from bot.formats.addresses import parts_of, without_fragment
from bot.formats.base import INCOMPLETE, ReadOptions
from bot.formats.decoding import decode
from bot.formats.fields import one_line, time_of
from bot.formats.sections import sections_of
from bot.formats.stream import whole
from bot.formats.unmarked import article_in
from bot.formats.web_comments import comments_in, other_pages, unfinished, without_page
from bot.formats.wordpress_site import KIND, site_of
from bot.model import Notice, Omission, SourceArticle, SourceComment, SourceRecord
from bot.text import html

_WEB = "web"
_HTML_START = re.compile(
    rb"\s*(?:<!--(?:(?!-->).)*-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?\s*([\w.-]{1,40})", re.IGNORECASE)
_POST_ID = re.compile(r"(?:^|\s)postid-(\d+)(?:\s|$)")

_TITLES = ("wp-block-post-title", "entry-title", "post-title", "article-title")
_CONTENTS = ("wp-block-post-content", "entry-content", "post-content", "article-content", "article-body")
_AUTHORS = ("wp-block-post-author__name", "wp-block-post-author-name", "author-name", "author", "byline")
_NO_TEXT = (
    "sharedaddy",
    "jp-relatedposts",
    "screen-reader-text",
    "post-navigation",
    "comment-respond",
    "comments-area",
    "comment-list",
    "commentlist",
    "wp-block-comments",
)


def recognises(head: bytes) -> bool:
    """HTML of any kind."""
    return _HTML_START.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[SourceRecord]:
    """The one article of a page and the comments that are on this page."""
    return read_pages((stream,), options, all_pages=False)


def read_pages(
    streams: Sequence[BinaryIO], options: ReadOptions, *, all_pages: bool
) -> Iterator[SourceRecord]:
    """An article and its comments out of several pages of comments, with `all_pages` all that there are."""
    article: SourceArticle | None = None
    seen: set[str | None] = set()
    for stream in streams:
        text, notices = _text(stream, options)
        page = _parsed(text)
        url, body = _address(page, options), _body(page)
        ref = article.ref if article else _post_id(page) or url or "page"
        # An element of the theme may well hold the comments too; one that holds just the text holds none.
        own = None if body is None or body.tag == "article" else body
        comments = list(comments_in(page, own, ref, url or None, options))
        if article is None:
            if body is None and (body := article_in(text, url)) is not None:
                message = "The page does not say where its article is. What reads like one was taken."
                notices.append(Notice("article-searched-for", "page", message))
            article = _article(page, body, ref, url)
            if not article.title or (body is None and not comments):
                raise SourceError(
                    "No article was found in this page.",
                    remedy="Save the article's own page, with its comments, as HTML.",
                )
            yield article
        yield from (replace(notice, article_ref=ref) for notice in notices)
        known = frozenset(seen)
        seen |= {_id(record) for record in comments} - {None}
        yield from (record for record in comments if _id(record) not in known)
        if why := unfinished(page, len(seen), all_pages=all_pages) if stream is streams[-1] else "":
            yield Notice(INCOMPLETE, "comments", why, ref)


def pages_of(content: bytes, url: str) -> dict[int, str]:
    """The addresses of all pages of comments that the page at `url` belongs to, by number."""
    return other_pages(_parsed(decode(content)[0]), url)


def _id(record: SourceRecord) -> str | None:
    return record.source_id if isinstance(record, SourceComment | Omission) else None


def _text(stream: BinaryIO, options: ReadOptions) -> tuple[str, list[Notice]]:
    content = whole(stream)
    declared = _CHARSET.search(content[:4096])
    return decode(content, options.charset or (declared[1].decode() if declared else ""))


def _article(
    page: lxml_html.HtmlElement, body: lxml_html.HtmlElement | None, ref: str, url: str
) -> SourceArticle:
    post_id = _post_id(page)
    return SourceArticle(
        ref=ref,
        title=_title(page),
        sections=() if body is None else sections_of(html.parse(_source(body), url or None)),
        kind=KIND if post_id else _WEB,
        site=_site(page, url),
        post_id=post_id or parts_of(url).path.strip("/") or None,
        author=_author(page),
        url=url or None,
        published_at=_published_at(page),
    )


def _parsed(text: str) -> lxml_html.HtmlElement:
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(text.encode(), parser=parser)
    except etree.ParserError as error:
        raise SourceError("The page is empty.", remedy="Save the article's page once more.") from error


def _address(page: lxml_html.HtmlElement, options: ReadOptions) -> str:
    """Where the page says that it is, else where it came from."""
    links = [link.get("href", "") for link in page.iter("link") if link.get("rel", "").lower() == "canonical"]
    places = [*links, _meta(page, "og:url"), options.url or ""]
    found = next((place.strip() for place in places if place.strip().startswith("http")), "")
    return without_page(without_fragment(found))


def _meta(page: lxml_html.HtmlElement, *names: str) -> str:
    values = {
        (meta.get("property") or meta.get("name") or "").lower(): one_line(meta.get("content", ""))
        for meta in page.iter("meta")
    }
    return next((values[name] for name in names if values.get(name)), "")


def _post_id(page: lxml_html.HtmlElement) -> str | None:
    for body in page.iter("body"):
        if match := _POST_ID.search(body.get("class", "")):
            return match[1]
    for link in page.iter("link"):
        if match := re.search(r"/wp/v2/posts/(\d+)$|[?&]p=(\d+)$", link.get("href", "")):
            return match[1] or match[2]
    field = page.get_element_by_id("comment_post_ID", None)
    return field.get("value") if field is not None and field.get("value", "").isdecimal() else None


def _site(page: lxml_html.HtmlElement, url: str) -> str:
    for link in page.iter("link"):
        if link.get("rel", "") == "https://api.w.org/":
            return site_of(link.get("href", ""))
    return site_of(url).partition("/")[0]


def _title(page: lxml_html.HtmlElement) -> str:
    headings = [
        element for name in _TITLES for element in page.find_class(name) if element.tag in ("h1", "h2")
    ]
    for element in [*headings, *page.iter("h1")]:
        if title := one_line(element.text_content()):
            return title
    return _meta(page, "og:title") or one_line(page.findtext(".//title") or "")


def _author(page: lxml_html.HtmlElement) -> str | None:
    if name := _meta(page, "author"):
        return name
    for known in _AUTHORS:
        for element in page.find_class(known):
            if name := one_line(element.text_content()):
                return re.sub(r"^by\s+", "", name, flags=re.IGNORECASE)[:200]
    return None


def _published_at(page: lxml_html.HtmlElement) -> datetime | None:
    if time := time_of(_meta(page, "article:published_time")):
        return time
    for known in ("wp-block-post-date", "published", "entry-date"):
        for element in page.find_class(known):
            for candidate in element.iter("time"):
                if time := time_of(candidate.get("datetime", "")):
                    return time
    return None


def _body(page: lxml_html.HtmlElement) -> lxml_html.HtmlElement | None:
    for known in _CONTENTS:
        for element in page.find_class(known):
            return element
    return next(page.iter("article"), None)


def _source(body: lxml_html.HtmlElement) -> str:
    """The article's own HTML, without what themes and plugins hang into it."""
    for name in _NO_TEXT:
        for element in body.find_class(name):
            if element is not body:
                element.drop_tree()
    return etree.tostring(body, encoding="unicode", method="html", with_tail=False)
