"""A Markdown file with front matter; below the article the comments, each under a marker that Markdown hides.

---
title: "The title"
author: "Ann Author"
date: "2022-08-16T18:04:11Z"
---

The introduction.

## A heading

Text.

<!-- comments -->

## Comments

<!-- comment {"id": "2", "parent": "1", "author": "Ada", "time": "2022-08-16T18:04:11Z"} -->

### Ada, 2022-08-16 18:04 UTC, in reply to Bert

The comment's text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from typing import BinaryIO

from bot.errors import SourceError
from bot.formats.base import Export, Format, ReadOptions
from bot.formats.decoding import decode
from bot.formats.fields import iso, line_in, one_line, time_of
from bot.formats.outline import Entry, public
from bot.formats.sections import MARKDOWN_LEVEL, document_of, sections_of
from bot.formats.stream import whole
from bot.model import Article, SourceArticle, SourceAuthor, SourceComment, SourceRecord, Status
from bot.text import markdown
from bot.text.canonical import canonical
from bot.text.tree import Document, Heading, Span, plain_text

KIND = "markdown"

_BYLINE_LEVEL = 3
_FENCE = re.compile(r"(`{3,}(?=[^`]*$)|~{3,})")
_COMMENTS = "<!-- comments -->"
_COMMENT = re.compile(r"<!-- comment (\{.*\}) -->\s*$")
_FIELD = re.compile(r"([A-Za-z_][\w-]*)\s*:\s*(.*?)\s*$")


def recognises(head: bytes) -> bool:
    """Front matter with a title, or a first line that is a heading of level 1."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return re.match(rb"---[ \t]*\n(?:.*\n)*?title[ \t]*:", start[:4096]) is not None or start.startswith(
        b"# "
    )


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[SourceRecord]:
    """The article, its sections begun by headings of level 1 and 2, and comments as our own writer marks them."""
    text, notices = decode(whole(stream))
    fields, body = _front_matter(text)
    article_lines, comment_blocks = _divided(body)
    title, document = _titled(fields, markdown.parse("\n".join(article_lines)))
    ref = fields.get("slug") or title
    yield SourceArticle(
        ref=ref,
        title=title,
        sections=sections_of(document, MARKDOWN_LEVEL),
        kind=KIND,
        author=fields.get("author") or None,
        url=fields.get("url") or fields.get("link") or None,
        published_at=time_of(fields.get("date", "")),
    )
    for notice in notices:
        yield replace(notice, article_ref=ref)
    for number, (marker, lines) in enumerate(comment_blocks, start=1):
        yield _comment(marker, lines, ref, number)


def _front_matter(text: str) -> tuple[dict[str, str], list[str]]:
    lines = text.strip("\n").split("\n")
    if lines[0].strip() != "---":
        return {}, lines
    end = next((index for index, line in enumerate(lines) if index and line.strip() in ("---", "...")), None)
    if end is None:
        raise SourceError(
            "The front matter does not end.", remedy="Close it with a line “---”.", place="line 1"
        )
    fields = {match[1].lower(): _value(match[2]) for line in lines[1:end] if (match := _FIELD.match(line))}
    return fields, lines[end + 1 :]


def _value(text: str) -> str:
    """A field's value; in double quotes it is written as in JSON, which YAML reads alike."""
    if text.startswith('"'):
        try:
            value = json.loads(text)
        except ValueError:
            value = text.strip('"')
        return one_line(value) if isinstance(value, str) else ""
    if len(text) > 1 and text[0] == text[-1] == "'":
        return one_line(text[1:-1].replace("''", "'"))
    return one_line(text)


def _divided(lines: list[str]) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The article's lines, and each comment's marker and lines; what looks like a marker in code is code."""
    article: list[str] = []
    comments: list[tuple[str, list[str]]] = []
    current, began, fence = article, False, ""
    for line in lines:
        if not fence and line.strip() == _COMMENTS:
            current, began = [], True
            continue
        marker = _COMMENT.match(line) if began and not fence else None
        if marker:
            current = []
            comments.append((marker[1], current))
            continue
        fence = _fence_after(line, fence)
        current.append(line)
    return article, comments


def _fence_after(line: str, fence: str) -> str:
    """The fence that is open after a line, empty outside of code."""
    match = _FENCE.match(line)
    if not match:
        return fence
    if not fence:
        return match[1]
    closes = match[1].startswith(fence) and not line[match.end() :].strip()
    return "" if closes else fence


def _titled(fields: dict[str, str], document: Document) -> tuple[str, Document]:
    """The title and the article below it; a first heading of level 1 is the title, or repeats it."""
    first = document.blocks[0] if document.blocks else None
    heading = one_line(plain_text(first.inlines)) if isinstance(first, Heading) and first.level == 1 else ""
    title = fields.get("title") or heading
    if not title:
        raise SourceError(
            "The title is missing.", remedy="Begin the file with a line “# Title”.", place="line 1"
        )
    return title, Document(document.blocks[1:]) if heading == title else document


def _comment(marker: str, lines: list[str], article_ref: str, number: int) -> SourceComment:
    try:
        fields = json.loads(marker)
    except (ValueError, RecursionError) as error:
        raise SourceError("A comment's marker is damaged.", place=f"comment {number}") from error
    if not isinstance(fields, dict):
        raise SourceError("A comment's marker is damaged.", place=f"comment {number}")
    document = markdown.parse("\n".join(lines))
    byline = document.blocks[:1]
    below = document.blocks[1:] if byline and isinstance(byline[0], Heading) else document.blocks
    section, removed = line_in(fields, "section"), fields.get("removed") is True
    return SourceComment(
        article_ref=article_ref,
        ref=line_in(fields, "id") or str(number),
        author=SourceAuthor(line_in(fields, "author") or None),
        text="" if removed else markdown.write(Document(below)),
        source_id=line_in(fields, "source") or None,
        parent_ref=line_in(fields, "parent") or None,
        created_at=time_of(line_in(fields, "time")),
        edited_at=time_of(line_in(fields, "edited")),
        section=int(section) if section.isdecimal() and len(section) < 9 else None,
        status=Status.DELETED if removed else Status.VISIBLE,
    )


def write(export: Export, stream: BinaryIO) -> None:
    """The article with front matter, and what anybody may read of its comments."""
    stream.write(_article_text(export.article).encode())
    began = False
    for entry in public(export.comments):
        if not began:
            stream.write(f"\n{_COMMENTS}\n\n## Comments\n".encode())
            began = True
        stream.write(_comment_text(entry).encode())


def _article_text(article: Article) -> str:
    fields = {
        "title": article.title,
        "author": article.author,
        "date": iso(article.published_at),
        "url": article.source_url,
        "slug": article.slug,
    }
    front = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items() if value]
    text = _guarded(markdown.render(document_of(article.sections, MARKDOWN_LEVEL)))
    return "\n".join(["---", *front, "---", "", text, ""])


def _comment_text(entry: Entry) -> str:
    comment = entry.comment
    fields = {
        "id": str(comment.id),
        "parent": str(entry.parent.id) if entry.parent else None,
        "source": comment.source_id,
        "section": comment.section,
        "time": iso(comment.created_at),
        "edited": iso(comment.edited_at),
    }
    fields |= {"removed": True} if entry.removed else {"author": comment.author}
    known = {name: value for name, value in fields.items() if value is not None}
    marker = json.dumps(known, ensure_ascii=False).replace("--", "-\\u002d").replace(">", "\\u003e")
    byline = ["Removed comment" if entry.removed else comment.author]
    byline += [f"{comment.created_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"] if comment.created_at else []
    if entry.parent and entry.parent.status is Status.VISIBLE:
        byline.append(f"in reply to {entry.parent.author}")
    heading = canonical(Document((Heading(_BYLINE_LEVEL, (Span(", ".join(byline)),)),)))
    blocks = () if entry.removed else markdown.parse(comment.text).blocks
    text = markdown.write(Document((*heading.blocks, *blocks)))
    return f"\n<!-- comment {marker} -->\n\n{_guarded(text)}\n"


def _guarded(text: str) -> str:
    """The same Markdown in which no line of prose looks like one of our markers."""
    lines, fence = [], ""
    for line in text.split("\n"):
        lines.append(f"\\{line}" if line.startswith("<!--") and not fence else line)
        fence = _fence_after(line, fence)
    return "\n".join(lines)


FORMAT = Format(KIND, "Markdown", recognises, read, write, aliases=("md",), suffix="md")
