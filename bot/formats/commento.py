"""The exports of Commento (version 1) and of its successor Comentario (version 3): one JSON object each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from bot.errors import SourceError
from bot.formats.base import NO_ID, UNTITLED, Format, ReadOptions, Unpublished
from bot.formats.fields import line_in, text_in, time_of
from bot.formats.json_stream import walk
from bot.model import Omission, SourceArticle, SourceAuthor, SourceComment, SourceRecord, Status
from bot.text import html, markdown

COMMENTO, COMENTARIO = "commento", "comentario"

_NOBODY = frozenset({"", "anonymous", "00000000-0000-0000-0000-000000000000"})

Fields = Mapping[str, object]


def recognises_commento(head: bytes) -> bool:
    """An object of comments with hexadecimal ids."""
    return _is_object(head) and b'"commentHex"' in head


def recognises_comentario(head: bytes) -> bool:
    """An object of pages, and comments that refer to them."""
    return _is_object(head) and b'"pages"' in head and b'"version"' in head


def _is_object(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def read_commento(stream: BinaryIO, options: ReadOptions) -> Iterator[SourceRecord]:
    """Each page as an article without text, and its comments; commenters stand last, so the input is read twice."""
    people = {
        line_in(person, "commenterHex"): line_in(person, "name") for person in _named(stream, "commenters")
    }
    known: set[str] = set()
    for fields in _named(stream, "comments"):
        path, domain = line_in(fields, "url"), line_in(fields, "domain")
        page = domain + path
        if page not in known:
            known.add(page)
            yield _page(COMMENTO, page, path, domain, "")
        state, parent = line_in(fields, "state"), line_in(fields, "parentHex")
        said = _Said(
            id=line_in(fields, "commentHex"),
            parent=parent if parent != "root" else "",
            author=line_in(fields, "commenterHex"),
            name=people.get(line_in(fields, "commenterHex"), ""),
            created=line_in(fields, "creationDate"),
            edited="",
            deleted=fields.get("deleted") is True,
            pending=state == "unapproved",
            rejected=state == "flagged",
        )
        yield _comment(said, fields, page, options)
    if not known:
        raise _empty()


def read_comentario(stream: BinaryIO, options: ReadOptions) -> Iterator[SourceRecord]:
    """Each page as an article without text, and its comments; the input is read thrice, for the order may be any."""
    people = {line_in(person, "id"): line_in(person, "name") for person in _named(stream, "commenters")}
    pages: set[str] = set()
    for fields in _named(stream, "pages"):
        page = line_in(fields, "id")
        pages.add(page)
        yield _page(COMENTARIO, page, line_in(fields, "path"), "", line_in(fields, "title"))
    if not pages:
        raise _empty()
    for fields in _named(stream, "comments"):
        page, pending = line_in(fields, "pageId"), fields.get("isPending") is True
        author = line_in(fields, "userCreated")
        said = _Said(
            id=line_in(fields, "id"),
            parent=line_in(fields, "parentId"),
            author=author,
            name=line_in(fields, "authorName") or people.get(author, ""),
            created=line_in(fields, "createdTime"),
            edited=line_in(fields, "editedTime"),
            deleted=fields.get("isDeleted") is True,
            pending=pending,
            rejected=not pending and fields.get("isApproved") is False,
        )
        if page in pages:
            yield _comment(said, fields, page, options)
        else:
            yield Omission(page, said.id or None, "Its page is not in this export.")


@dataclass(frozen=True, slots=True)
class _Said:
    """What both say of a comment, in different words."""

    id: str
    parent: str
    author: str
    name: str
    created: str
    edited: str
    deleted: bool
    pending: bool
    rejected: bool


def _comment(said: _Said, fields: Fields, page: str, options: ReadOptions) -> SourceComment | Omission:
    status = _status(said, options)
    if not said.id:
        return Omission(page, None, NO_ID)
    if not isinstance(status, Status):
        return Omission(page, said.id, status, said.parent or None)
    return SourceComment(
        article_ref=page,
        ref=said.id,
        author=SourceAuthor(said.name or None, None if said.author in _NOBODY else said.author),
        text="" if said.deleted else _text(fields),
        source_id=said.id,
        parent_ref=said.parent or None,
        created_at=time_of(said.created),
        edited_at=time_of(said.edited),
        status=status,
    )


def _status(said: _Said, options: ReadOptions) -> Status | str:
    if said.deleted:
        return Status.DELETED
    if said.pending:
        return Status.PENDING if Unpublished.PENDING in options.include else "It awaits moderation."
    if said.rejected:
        return Status.REJECTED if Unpublished.SPAM in options.include else "A moderator rejected it."
    return Status.VISIBLE


def _named(stream: BinaryIO, name: str) -> Iterator[dict[str, object]]:
    return (value for field, value in walk(stream) if field == name and isinstance(value, dict))


def _empty() -> SourceError:
    return SourceError("This export holds no comments.", remedy="Export the domain once more.")


def _page(kind: str, ref: str, path: str, domain: str, title: str) -> SourceArticle:
    url = f"https://{domain}{path}" if domain else None
    return SourceArticle(ref, title or path or ref or UNTITLED, (), kind, domain, path or ref, url=url)


def _text(fields: Fields) -> str:
    typed = text_in(fields, "markdown")
    return markdown.write(markdown.parse(typed) if typed else html.parse(text_in(fields, "html"), None))


COMMENTO_FORMAT = Format(COMMENTO, "Commento export", recognises_commento, read_commento)
COMENTARIO_FORMAT = Format(COMENTARIO, "Comentario export", recognises_comentario, read_comentario)
