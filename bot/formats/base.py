"""What every format is: how to recognise it, read it and write it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from bot.model import Article, Comment, SourceRecord


@dataclass(frozen=True, slots=True)
class Export:
    """What a writer gets: an article and its comments, depth first, siblings in order; iterable once."""

    article: Article
    comments: Iterable[Comment]


@dataclass(frozen=True, slots=True)
class Format:
    """One format in one file: pure functions from a stream to the model and back.

    `recognises` is given the first 64 KiB (uncompressed) and must not guess from names. `read` yields each
    article before the comments that refer to it; it raises `SourceError` with the place when the input is not
    what it claims to be or ends too early. It never reads more into memory than one article with its largest
    comment needs. `write` writes the whole export to the stream; None where a format cannot carry it.
    """

    name: str
    title: str
    recognises: Callable[[bytes], bool]
    read: Callable[[BinaryIO], Iterator[SourceRecord]]
    write: Callable[[Export, BinaryIO], None] | None = None
