"""Isso's database (SQLite), and its generic JSON of threads with their comments, which knows no replies."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from bot.errors import SourceError
from bot.formats.base import NO_ID, Format, ReadOptions, Unpublished
from bot.formats.fields import line_in, parent_in, records_in, text_in, time_from_epoch, time_of
from bot.formats.json_stream import walk
from bot.model import Omission, SourceArticle, SourceAuthor, SourceComment, SourceRecord, Status
from bot.text import markdown

KIND = "isso"

_SQLITE_MAGIC = b"SQLite format 3\x00"
_PENDING, _DELETED = 2, 4  # bits of the column "mode"
_COPY_AGAIN = "Copy the database while Isso is stopped."

Fields = Mapping[str, object]


def recognises(head: bytes) -> bool:
    """An SQLite file, or a list of threads with an address and comments."""
    if head.startswith(_SQLITE_MAGIC):
        return True
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"[") and b'"comments"' in head and b'"remote_addr"' in head


def read(stream: BinaryIO, options: ReadOptions) -> Iterator[SourceRecord]:
    """Each thread as an article without text, and its comments; deleted ones keep their place."""
    stream.seek(0)
    is_database = stream.read(len(_SQLITE_MAGIC)) == _SQLITE_MAGIC
    stream.seek(0)
    return _from_database(stream, options) if is_database else _from_json(stream)


def _from_json(stream: BinaryIO) -> Iterator[SourceRecord]:
    number = 0
    for _, thread in walk(stream):
        uri = line_in(thread, "id") if isinstance(thread, dict) else ""
        if not isinstance(thread, dict) or not uri:
            raise SourceError("A thread has no address.", remedy="Check the file.", place=repr(thread)[:60])
        yield _article(uri, line_in(thread, "title"))
        for fields in records_in(thread.get("comments")):
            number += 1
            source_id = line_in(fields, "id")
            yield SourceComment(
                article_ref=uri,
                ref=source_id or f"comment {number}",
                author=_author(fields),
                text=_text(fields),
                source_id=source_id or None,
                created_at=time_of(line_in(fields, "created")),
            )


def _from_database(stream: BinaryIO, options: ReadOptions) -> Iterator[SourceRecord]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "isso.db")
        with path.open("wb") as copy:
            shutil.copyfileobj(stream, copy)
        try:
            with closing(_opened(path)) as database:
                yield from _rows(database, options)
        except UnicodeDecodeError as error:  # what is wrong cannot even be said: it would quote the damage
            raise SourceError("This is no sound database of Isso.", remedy=_COPY_AGAIN) from error
        except sqlite3.Error as error:
            raise SourceError(f"This is no sound database of Isso: {error}.", remedy=_COPY_AGAIN) from error


def _opened(path: Path) -> sqlite3.Connection:
    """The database, read only, in which nothing that its schema says is trusted to be harmless."""
    database = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    database.row_factory = sqlite3.Row
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    return database


def _rows(database: sqlite3.Connection, options: ReadOptions) -> Iterator[SourceRecord]:
    tables = {row["name"] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"threads", "comments"} <= tables:
        raise SourceError("This database has no threads and comments.", remedy="Give the database of Isso.")
    uris: dict[object, str] = {}
    for row in database.execute("SELECT id, uri, title FROM threads ORDER BY id"):
        fields = dict(row)
        uris[row["id"]] = uri = line_in(fields, "uri") or f"thread {row['id']}"
        yield _article(uri, line_in(fields, "title"))
    columns = "tid, id, parent, created, modified, mode, text, author, email"
    for row in database.execute(f"SELECT {columns} FROM comments ORDER BY id"):  # noqa: S608 - our own names
        yield _comment(dict(row), uris.get(row["tid"], ""), options)


def _comment(fields: Fields, article_ref: str, options: ReadOptions) -> SourceComment | Omission:
    source_id, mode, parent_ref = line_in(fields, "id"), fields.get("mode"), parent_in(fields, "parent")
    if not source_id:
        return Omission(article_ref, None, NO_ID)
    bits = mode if isinstance(mode, int) else 0
    deleted, pending = bool(bits & _DELETED), bool(bits & _PENDING)
    if not article_ref:
        return Omission("", source_id, "Its thread is not in this database.")
    if pending and not deleted and Unpublished.PENDING not in options.include:
        return Omission(article_ref, source_id, "It awaits moderation.", parent_ref)
    return SourceComment(
        article_ref=article_ref,
        ref=source_id,
        author=SourceAuthor(None) if deleted else _author(fields),
        text="" if deleted else _text(fields),
        source_id=source_id,
        parent_ref=parent_ref,
        created_at=time_from_epoch(fields.get("created")),
        edited_at=time_from_epoch(fields.get("modified")),
        status=Status.DELETED if deleted else Status.PENDING if pending else Status.VISIBLE,
    )


def _article(uri: str, title: str) -> SourceArticle:
    url = uri if uri.startswith(("http://", "https://")) else None
    return SourceArticle(uri, title or uri, (), KIND, "", uri, url=url)


def _author(fields: Fields) -> SourceAuthor:
    return SourceAuthor(line_in(fields, "author") or None, line_in(fields, "email") or None)


def _text(fields: Fields) -> str:
    return markdown.write(markdown.parse(text_in(fields, "text")))


FORMAT = Format(KIND, "Isso database or JSON", recognises, read)
