"""Comments as a table (CSV), which spreadsheets open; formulas in it are made harmless.

Our own columns bear the names of the JSON contract, and `text` is Markdown. Other tables need a column for the text:
`html`, or for plain text `comment`, `content`, `message` or `body`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, Protocol, TypeAlias

from bot.errors import SourceError
from bot.formats.base import Export, Format, ReadOptions
from bot.formats.decoding import encoding_of
from bot.formats.fields import line_in, parent_in, time_of
from bot.formats.oped_json import comment_fields
from bot.formats.outline import everything, exported_id
from bot.formats.stream import head_of
from bot.formats.wordpress_site import status_of
from bot.model import Omission, SourceArticle, SourceAuthor, SourceComment, SourceRecord, Status
from bot.text import html, markdown, plain
from bot.text.tree import Document

KIND = "csv"

Parse: TypeAlias = Callable[[str], Document]


class Rows(Protocol):
    """What `csv.reader` gives: rows, and the line it has come to."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


_ARTICLE = ("article", "article_url", "article_slug")
_COMMENT = ("id", "parent_id", "section", "author", "created_at", "edited_at", "origin", "status", "text")
_NAMES = {
    "id": ("id", "comment_id"),
    "parent": ("parent_id", "parent", "comment_parent", "reply_to", "in_reply_to"),
    "author": ("author", "author_name", "comment_author", "name", "user", "username"),
    "key": ("author_id", "user_id", "email", "author_email", "comment_author_email"),
    "created": (
        "created_at",
        "created",
        "date_gmt",
        "comment_date_gmt",
        "date",
        "comment_date",
        "time",
        "timestamp",
    ),
    "edited": ("edited_at", "edited", "updated_at", "modified"),
    "status": ("status", "state", "comment_approved"),
    "section": ("section",),
    "article": ("article", "article_title", "title", "post_title", "page_title", "thread"),
    "url": ("article_url", "url", "page_url", "post_url", "link"),
    "slug": ("article_slug", "slug"),
}
_TEXTS: dict[str, Parse] = {
    "text": markdown.parse,
    "html": lambda cell: html.parse(cell, None),
    "comment": plain.parse,
    "content": plain.parse,
    "message": plain.parse,
    "body": plain.parse,
}
_UNTITLED = "Comments"
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_DELIMITERS = ",;\t|"


def recognises(head: bytes) -> bool:
    """A first line that names a column for the text and one for the author or the id."""
    text = head.decode(encoding_of(head), "replace")
    try:
        header = next(csv.reader(io.StringIO(text), delimiter=_delimiter(text)), [])
    except csv.Error:
        return False
    places = _places(header)
    return _text_column(places) is not None and any(
        _column(places, name) is not None for name in ("author", "id")
    )


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[SourceRecord]:
    """Each article that the rows name, without text, and their comments."""
    head = head_of(stream)
    encoding = encoding_of(head)
    text = io.TextIOWrapper(stream, encoding, newline="", errors="strict" if "utf" in encoding else "replace")
    rows = csv.reader(text, delimiter=_delimiter(head.decode(encoding, "replace")))
    try:
        yield from _records(rows, options)
    except csv.Error as error:
        raise SourceError(f"This is no sound table: {error}.", place=f"line {rows.line_num}") from error
    except UnicodeDecodeError as error:
        place = f"line {rows.line_num + 1}"
        raise SourceError(
            "The table is not in UTF-8 throughout.", remedy="Save it in UTF-8.", place=place
        ) from error
    finally:
        text.detach()


def _records(rows: Rows, options: ReadOptions) -> Iterator[SourceRecord]:
    places = _places(next(rows, []))
    typed = _text_column(places)
    if typed is None:
        raise SourceError("No column holds the comments' text.", remedy="Name one of the columns “text”.")
    columns = {ours: index for ours in _NAMES if (index := _column(places, ours)) is not None}
    columns["text"] = places[typed]
    known: set[str] = set()
    for cells in rows:
        if not any(cells):
            continue
        fields = {name: _unmarked(cells[index]) for name, index in columns.items() if index < len(cells)}
        article = _article(fields)
        if article.ref not in known:
            known.add(article.ref)
            yield article
        yield _comment(fields, article.ref, f"line {rows.line_num}", _TEXTS[typed], options)
    if not known:
        raise SourceError("This table has no rows.", remedy="Give a table with one comment a row.")


def _delimiter(text: str) -> str:
    first_line = text.removeprefix("\ufeff").partition("\n")[0]
    return max(_DELIMITERS, key=first_line.count)


def _places(header: list[str]) -> dict[str, int]:
    """The index of each column by its name in lower case, words joined by underscores."""
    names = ["_".join(name.removeprefix("\ufeff").lower().split()) for name in header]
    return {name: index for index, name in reversed(list(enumerate(names)))}


def _column(places: dict[str, int], ours: str) -> int | None:
    return next((places[name] for name in _NAMES[ours] if name in places), None)


def _text_column(places: dict[str, int]) -> str | None:
    return next((name for name in _TEXTS if name in places), None)


def _article(fields: Mapping[str, str]) -> SourceArticle:
    title, url = line_in(fields, "article"), line_in(fields, "url")
    slug = line_in(fields, "slug")
    return SourceArticle(slug or url or title, title or url or _UNTITLED, (), KIND, url=url or None)


def _comment(
    fields: Mapping[str, str], article_ref: str, place: str, parse: Parse, options: ReadOptions
) -> SourceComment | Omission:
    source_id, said = line_in(fields, "id"), line_in(fields, "status").lower()
    status = Status(said) if said in set(Status) else status_of(said, options)
    parent_ref, section = parent_in(fields, "parent"), line_in(fields, "section")
    if not isinstance(status, Status):
        return Omission(article_ref, source_id or None, status, parent_ref)
    return SourceComment(
        article_ref=article_ref,
        ref=source_id or place,
        author=SourceAuthor(line_in(fields, "author") or None, line_in(fields, "key") or None),
        text="" if status is Status.DELETED else markdown.write(parse(fields.get("text", ""))),
        source_id=source_id or None,
        parent_ref=parent_ref,
        created_at=time_of(line_in(fields, "created")),
        edited_at=time_of(line_in(fields, "edited")),
        section=int(section) if section.isdecimal() and len(section) < 9 else None,
        status=status,
    )


def write(export: Export, stream: BinaryIO) -> None:
    """One comment a row, whatever its status, with the article's name and address; its text is not carried."""
    article = export.article
    text = io.TextIOWrapper(stream, "utf-8-sig", newline="", write_through=True)
    table = csv.writer(text)
    table.writerow([*_ARTICLE, *_COMMENT])
    about = [article.title, article.source_url, article.slug]
    for entry in everything(export.comments):
        fields = comment_fields(entry.comment) | {
            "id": exported_id(entry.comment),
            "parent_id": exported_id(entry.parent) if entry.parent else None,
        }
        if entry.removed:
            fields |= {"author": None, "text": None}
        table.writerow([_marked(value) for value in [*about, *(fields[name] for name in _COMMENT)]])
    text.detach()


def _marked(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    cell = "" if value is None else str(value)
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unmarked(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


FORMAT = Format(KIND, "Table (CSV)", recognises, read, write, suffix="csv")
