"""Remark42's backup: a first line about the backup, then one comment a line, each a JSON object of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from bot.errors import SourceError
from bot.formats.base import Format, ReadOptions
from bot.formats.fields import line_in, text_in, time_of
from bot.formats.json_stream import MAX_RECORD
from bot.model import SourceArticle, SourceAuthor, SourceComment, SourceRecord, Status
from bot.text import html, markdown

KIND = "remark42"


def recognises(head: bytes) -> bool:
    """The line about the backup, or a comment with Remark42's locator."""
    first, _, second = head.lstrip().partition(b"\n")
    line = second if b'"version"' in first and b'"users"' in first else first
    return line.lstrip().startswith(b"{") and b'"locator"' in line and b'"pid"' in line


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[SourceRecord]:
    """Each page as an article without text, and its comments; deleted ones keep their place."""
    known: set[str] = set()
    for number, fields in _objects(stream):
        locator = fields.get("locator")
        if not isinstance(locator, dict):
            if number == 1 and "version" in fields:
                continue
            raise _damaged(number)
        page = line_in(locator, "url")
        if not page or not line_in(fields, "id"):
            raise _damaged(number)
        if page not in known:
            known.add(page)
            yield _article(fields, locator, page)
        yield _comment(fields, page)
    if not known:
        raise SourceError("This backup holds no comments.", remedy="Make the backup of the site once more.")


def _objects(stream: BinaryIO) -> Iterator[tuple[int, dict[str, object]]]:
    stream.seek(0)
    number = 0
    while line := stream.readline(MAX_RECORD):
        number += 1
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _damaged(number) from error
        if not isinstance(value, dict):
            raise _damaged(number)
        yield number, value


def _damaged(number: int) -> SourceError:
    return SourceError(
        "A line of this backup is no comment, or it ends too early.",
        remedy="Make the backup once more.",
        place=f"line {number}",
    )


def _article(fields: Mapping[str, object], locator: Mapping[str, object], page: str) -> SourceArticle:
    return SourceArticle(
        ref=page,
        title=line_in(fields, "title") or page,
        sections=(),
        kind=KIND,
        site=line_in(locator, "site"),
        post_id=page,
        url=page if page.startswith(("http://", "https://")) else None,
    )


def _comment(fields: Mapping[str, object], page: str) -> SourceComment:
    user, edit = fields.get("user"), fields.get("edit")
    person = user if isinstance(user, dict) else {}
    typed, deleted = text_in(fields, "orig"), fields.get("delete") is True
    document = markdown.parse(typed) if typed else html.parse(text_in(fields, "text"), page)
    return SourceComment(
        article_ref=page,
        ref=line_in(fields, "id"),
        author=SourceAuthor(line_in(person, "name") or None, line_in(person, "id") or None),
        text="" if deleted else markdown.write(document),
        source_id=line_in(fields, "id"),
        parent_ref=line_in(fields, "pid") or None,
        created_at=time_of(line_in(fields, "time")),
        edited_at=time_of(line_in(edit, "time")) if isinstance(edit, dict) else None,
        status=Status.DELETED if deleted else Status.VISIBLE,
    )


FORMAT = Format(KIND, "Remark42 backup", recognises, read)
