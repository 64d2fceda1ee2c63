"""What every format is: how to recognise it, read it and write it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from bot.model import Article, Comment, SourceRecord, Status

INCOMPLETE = "incomplete"
"""The code of a notice that the input may lack some of its article's comments: those stored are not withdrawn."""

UNTITLED = "Untitled"
"""The title of an article that has none in its source."""

NO_ID = "It has no id: its place in the discussion is not known."


class Unpublished(StrEnum):
    """The kinds of comment that a site keeps from its readers, and that are imported only on request."""

    PENDING = "pending"
    SPAM = "spam"
    TRASH = "trash"

    @property
    def status(self) -> Status:
        """What such a comment becomes here: none of them is shown."""
        return _STATUS[self]


_STATUS = {
    Unpublished.PENDING: Status.PENDING,
    Unpublished.SPAM: Status.REJECTED,
    Unpublished.TRASH: Status.HIDDEN,
}


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the person who imports asks of a reader.

    `include` names the unpublished comments to read as well. `url` is the address the input was fetched from,
    for formats in which links are relative or the address stands nowhere else; `charset` is the encoding that was
    said there to be used, if any.
    """

    include: frozenset[Unpublished] = frozenset()
    url: str | None = None
    charset: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """What a writer gets: an article and its comments, depth first, siblings in order; iterable once."""

    article: Article
    comments: Iterable[Comment]


@dataclass(frozen=True, slots=True)
class Format:
    """One format in one file: pure functions from a stream to the model and back.

    `recognises` is given the first 64 KiB (uncompressed) and must not guess from names.

    `read` is given a seekable stream (`bot.formats.stream.open_source`) and yields each article before the
    comments that refer to it, never with more in memory than one article with its largest comment needs. A
    source that knows no more of an article than its name yields it without sections. Whatever the input, it
    ends in records or in a `SourceError` that names the place where the input is not what it claims to be.

    `write` writes the whole export to the stream; it is None where a format cannot carry it. `aliases` are other
    names that people know the format by, `suffix` is what ends the name of such a file. `published_only` is a
    format that holds what anybody may see: what a site keeps to itself is not gone because it is not there.
    """

    name: str
    title: str
    recognises: Callable[[bytes], bool]
    read: Callable[[BinaryIO, ReadOptions], Iterator[SourceRecord]]
    write: Callable[[Export, BinaryIO], None] | None = None
    aliases: tuple[str, ...] = ()
    suffix: str = "txt"
    published_only: bool = False
