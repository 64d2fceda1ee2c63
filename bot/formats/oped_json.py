"""Oped's own JSON, which `oped show --json` prints and `oped export` writes: the whole discussion."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from bot.errors import SourceError
from bot.formats.base import Export, Format, ReadOptions
from bot.formats.fields import iso, line_in, records_in, text_in, time_of
from bot.formats.json_stream import walk
from bot.model import (
    Article,
    Comment,
    SourceArticle,
    SourceAuthor,
    SourceComment,
    SourceRecord,
    SourceSection,
    Status,
)

KIND = "oped"


def recognises(head: bytes) -> bool:
    """An object with an article's fields and none of a list of pages or threads."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"{") and all(
        name in start for name in (b'"slug"', b'"source_url"', b'"sections"')
    )


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[SourceRecord]:
    """The article of an export and all its comments with their status; all of them count as imported now."""
    sections: list[object] = []
    fields: dict[str, object] = {}
    for name, value in walk(stream):
        if name == "sections":
            sections.append(value)
        elif name not in (None, "comments"):
            fields[str(name)] = value
    article = _article(fields, sections)
    yield article
    for name, value in walk(stream):
        if name == "comments":
            yield _comment(value, article.ref)


def _article(fields: Mapping[str, object], sections: list[object]) -> SourceArticle:
    title = line_in(fields, "title")
    if not title:
        raise SourceError(
            "This JSON has no article with a title.",
            remedy="Give a file that “oped export” wrote, or name its format.",
        )
    return SourceArticle(
        ref=line_in(fields, "slug") or title,
        title=title,
        sections=tuple(
            SourceSection(line_in(section, "heading") or None, text_in(section, "text"))
            for section in records_in(sections)
        ),
        kind=KIND,
        author=line_in(fields, "author") or None,
        url=line_in(fields, "source_url") or None,
        published_at=time_of(line_in(fields, "published_at")),
        slug=line_in(fields, "slug") or None,
    )


def _comment(value: object, article_ref: str) -> SourceComment:
    fields = value if isinstance(value, dict) else {}
    ref = line_in(fields, "id")
    if not ref:
        raise SourceError(
            "A comment has no id.", remedy="Export the article once more.", place=repr(value)[:60]
        )
    status, number = line_in(fields, "status"), line_in(fields, "section")
    if status not in set(Status):
        raise SourceError(f"A comment's status is not known: “{status[:30]}”.", place=f"comment {ref}")
    return SourceComment(
        article_ref=article_ref,
        ref=ref,
        author=SourceAuthor(line_in(fields, "author") or None),
        text=text_in(fields, "text"),
        source_id=line_in(fields, "source_id") or None,
        parent_ref=line_in(fields, "parent_id") or None,
        created_at=time_of(line_in(fields, "created_at")),
        edited_at=time_of(line_in(fields, "edited_at")),
        section=int(number) if number.isdecimal() and len(number) < 9 else None,
        status=Status(status),
    )


def write(export: Export, stream: BinaryIO) -> None:
    """The article and every comment with its status, one comment a line."""
    opening = json.dumps(article_fields(export.article), ensure_ascii=False)
    stream.write(opening.removesuffix("}").encode() + b', "comments": [')
    separator = b"\n"
    for comment in export.comments:
        stream.write(separator + json.dumps(comment_fields(comment), ensure_ascii=False).encode())
        separator = b",\n"
    stream.write(b"\n]}\n")


def article_fields(article: Article) -> dict[str, object]:
    """An article as the JSON contract has it, without its comments."""
    return {
        "slug": article.slug,
        "title": article.title,
        "author": article.author,
        "source_url": article.source_url,
        "published_at": iso(article.published_at),
        "sections": [
            {"number": section.number, "heading": section.heading, "text": section.text}
            for section in article.sections
        ],
    }


def comment_fields(comment: Comment) -> dict[str, object]:
    """A comment as the JSON contract has it: ids are strings or null, times ISO 8601 in UTC or null."""
    return {
        "id": str(comment.id),
        "source_id": comment.source_id,
        "parent_id": _id(comment.parent_id),
        "section": comment.section,
        "author": comment.author,
        "created_at": iso(comment.created_at),
        "edited_at": iso(comment.edited_at),
        "origin": str(comment.origin),
        "status": str(comment.status),
        "text": comment.text,
        "message_id": _id(comment.message_id),
    }


def _id(number: int | None) -> str | None:
    return None if number is None else str(number)


FORMAT = Format("json", "Oped's JSON", recognises, read, write, aliases=("oped",), suffix="json")
