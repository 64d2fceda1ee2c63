"""What WordPress's REST API answers about posts and comments, saved to a file; pages of answers may be joined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from bot.errors import SourceError
from bot.formats.addresses import parts_of, without_fragment
from bot.formats.base import NO_ID, UNTITLED, Format, ReadOptions
from bot.formats.fields import line_in, parent_in, text_in, unescaped_line
from bot.formats.json_stream import walk
from bot.formats.sections import sections_of
from bot.formats.wordpress_site import (
    KIND,
    Clock,
    key_of_avatar,
    key_of_email,
    key_of_user,
    omitted_type,
    site_of,
    status_of,
)
from bot.model import Notice, Omission, SourceArticle, SourceAuthor, SourceComment, SourceRecord, Status
from bot.text import html, markdown

NAME = "wordpress-rest"

Fields = Mapping[str, object]


def recognises(head: bytes) -> bool:
    """Objects with rendered content and WordPress's links to its own API."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return start in (b"[", b"{") and b'"rendered"' in head and (b"/wp/v2/" in head or b"wp\\/v2" in head)


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[SourceRecord]:
    """Every public post and comment; comments without their post belong to an article known by its address only.

    Posts may come after their comments, so the input is read twice.
    """
    left_out: dict[str, str] = {}
    known: set[str] = set()
    clock, notices = Clock(), list[Notice]()
    for fields in _objects(stream):
        if _is_comment(fields):
            continue
        ref = line_in(fields, "id")
        if why := _why_left_out(fields):
            left_out[ref] = why
            yield Omission(ref, None, why)
        elif ref not in known:
            known.add(ref)
            yield _article(fields, clock, notices)
        yield from _taken(notices)
    for fields in filter(_is_comment, _objects(stream)):
        ref = line_in(fields, "post")
        if ref not in known and ref not in left_out:
            record = _stand_in(fields)
            if isinstance(record, Omission):
                left_out[ref] = record.reason
            known.add(ref)
            yield record
        if ref in left_out:
            yield Omission(ref, line_in(fields, "id"), f"Its article is left out. {left_out[ref]}")
        else:
            yield _comment(fields, options, clock, notices)
        yield from _taken(notices)
    if not known and not left_out:
        raise SourceError(
            "This JSON holds no posts or comments.", remedy="Save what /wp-json/wp/v2/ answers."
        )


def _taken(notices: list[Notice]) -> list[Notice]:
    taken = notices[:]
    notices.clear()
    return taken


def _objects(stream: BinaryIO) -> Iterator[Fields]:
    """The posts and comments in lists, alone, or under the names of an object's fields."""
    single: dict[str, object] = {}
    for name, value in walk(stream):
        if isinstance(value, dict) and "id" in value:
            yield value
        elif name is not None:
            single[name] = value
    if "id" in single:
        yield single


def _is_comment(fields: Fields) -> bool:
    return "post" in fields


def _rendered(fields: Fields, name: str) -> str:
    value = fields.get(name)
    return text_in(value, "rendered") if isinstance(value, dict) else text_in(fields, name)


def _links(fields: Fields) -> Iterator[tuple[str, Fields]]:
    links = fields.get("_links")
    for name, targets in links.items() if isinstance(links, dict) else ():
        for target in targets if isinstance(targets, list) else ():
            if isinstance(target, dict):
                yield str(name), target


def _site(fields: Fields) -> str:
    api = next((text_in(target, "href") for name, target in _links(fields) if name == "self"), "")
    return site_of(api) or site_of(line_in(fields, "link")).partition("/")[0]


def _why_left_out(fields: Fields) -> str:
    kind, content = line_in(fields, "type"), fields.get("content")
    if kind not in ("", "post"):
        return f"It is of type “{kind[:40]}”, not a post."
    if line_in(fields, "status") not in ("", "publish"):
        return "It is not published."
    if isinstance(content, dict) and content.get("protected"):
        return "It is protected by a password."
    return ""


def _article(fields: Fields, clock: Clock, notices: list[Notice]) -> SourceArticle:
    ref, url = line_in(fields, "id"), line_in(fields, "link")
    title = unescaped_line(_rendered(fields, "title"))
    if not title:
        notices.append(Notice("untitled", f"post {ref}", "The post has no title.", ref))
    return SourceArticle(
        ref=ref,
        title=title or UNTITLED,
        sections=sections_of(html.parse(_rendered(fields, "content"), url)),
        kind=KIND,
        site=_site(fields),
        post_id=ref or None,
        author=_author_name(fields),
        url=url or None,
        published_at=clock.time(
            line_in(fields, "date_gmt"), line_in(fields, "date"), f"post {ref}", notices, ref
        ),
    )


def _author_name(fields: Fields) -> str | None:
    """The author's name, which is there only when the API was asked to embed it."""
    embedded = fields.get("_embedded")
    authors = embedded.get("author") if isinstance(embedded, dict) else None
    first = authors[0] if isinstance(authors, list) and authors else None
    return unescaped_line(text_in(first, "name")) or None if isinstance(first, dict) else None


def _stand_in(fields: Fields) -> SourceArticle | Omission:
    """The article of a comment that came without it."""
    ref = line_in(fields, "post")
    up = next((target for name, target in _links(fields) if name == "up"), {})
    kind = line_in(up, "post_type")
    if kind not in ("", "post"):
        return Omission(ref, None, f"It is of type “{kind[:40]}”, not a post.")
    url = without_fragment(line_in(fields, "link"))
    slug = parts_of(url).path.rstrip("/").rpartition("/")[2]
    title = re.sub(r"[-_]+", " ", slug).strip().capitalize() or f"Post {ref}"
    return SourceArticle(ref, title, (), KIND, _site(fields), ref, url=url or None)


def _comment(
    fields: Fields, options: ReadOptions, clock: Clock, notices: list[Notice]
) -> SourceComment | Omission:
    source_id, article_ref = line_in(fields, "id"), line_in(fields, "post")
    if not source_id:
        return Omission(article_ref, None, NO_ID)
    parent_ref = parent_in(fields, "parent")
    status = status_of(line_in(fields, "status"), options)
    if why := omitted_type(line_in(fields, "type")):
        return Omission(article_ref, source_id, why, parent_ref)
    if not isinstance(status, Status):
        return Omission(article_ref, source_id, status, parent_ref)
    avatars = fields.get("author_avatar_urls")
    avatar = next((text_in(avatars, size) for size in avatars), "") if isinstance(avatars, dict) else ""
    email = line_in(fields, "author_email")
    return SourceComment(
        article_ref=article_ref,
        ref=source_id,
        author=SourceAuthor(
            name=unescaped_line(text_in(fields, "author_name")) or None,
            key=key_of_avatar(avatar) or key_of_email(email) or key_of_user(line_in(fields, "author")),
        ),
        text=markdown.write(html.parse(_rendered(fields, "content"), line_in(fields, "link"))),
        source_id=source_id,
        parent_ref=parent_ref,
        created_at=clock.time(
            line_in(fields, "date_gmt"), line_in(fields, "date"), f"comment {source_id}", notices, article_ref
        ),
        status=status,
    )


FORMAT = Format(
    NAME, "WordPress REST answers (JSON)", recognises, read, aliases=("rest",), published_only=True
)
