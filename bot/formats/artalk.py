"""Artalk's transfer file (Artrans): one JSON list of all comments, every value a string."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from bot.errors import SourceError
from bot.formats.base import NO_ID, Format, ReadOptions, Unpublished
from bot.formats.fields import line_in, parent_in, text_in, time_of
from bot.formats.json_stream import walk
from bot.model import Omission, SourceArticle, SourceAuthor, SourceComment, SourceRecord, Status
from bot.text import markdown

KIND = "artalk"


def recognises(head: bytes) -> bool:
    """A list of objects with Artalk's names of fields."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[") and b'"page_key"' in head and b'"rid"' in head


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[SourceRecord]:
    """Each page as an article without text, and its comments."""
    known: set[str] = set()
    for _, value in walk(stream):
        if not isinstance(value, dict) or not line_in(value, "page_key"):
            raise SourceError(
                "A comment names no page.", remedy="Export it from Artalk once more.", place=repr(value)[:60]
            )
        page = line_in(value, "page_key")
        if page not in known:
            known.add(page)
            yield _article(value, page)
        yield _comment(value, page, options)


def _article(fields: Mapping[str, object], page: str) -> SourceArticle:
    return SourceArticle(
        ref=page,
        title=line_in(fields, "page_title") or page,
        sections=(),
        kind=KIND,
        site=line_in(fields, "site_name"),
        post_id=page,
        url=page if page.startswith(("http://", "https://")) else None,
    )


def _comment(fields: Mapping[str, object], page: str, options: ReadOptions) -> SourceComment | Omission:
    source_id, parent_ref = line_in(fields, "id"), parent_in(fields, "rid")
    if not source_id:
        return Omission(page, None, NO_ID)
    pending = line_in(fields, "is_pending").lower() == "true"
    if pending and Unpublished.PENDING not in options.include:
        return Omission(page, source_id, "It awaits moderation.", parent_ref)
    return SourceComment(
        article_ref=page,
        ref=source_id,
        author=SourceAuthor(line_in(fields, "nick") or None, line_in(fields, "email") or None),
        text=markdown.write(markdown.parse(text_in(fields, "content"))),
        source_id=source_id,
        parent_ref=parent_ref,
        created_at=time_of(line_in(fields, "created_at")),
        status=Status.PENDING if pending else Status.VISIBLE,
    )


FORMAT = Format(KIND, "Artalk (Artrans JSON)", recognises, read)
