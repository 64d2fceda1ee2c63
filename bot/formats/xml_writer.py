"""XML written as it comes, one element after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from bot.text.canonical import clean


class XmlWriter:
    """Writes a document in UTF-8; names are written as they are given, with the prefix that the root declares."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._write('<?xml version="1.0" encoding="utf-8"?>\n')

    @contextmanager
    def element(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """What is written in the block stands in this element."""
        self._write(f"<{_opening(name, attributes)}>\n")
        yield
        self._write(f"</{name}>\n")

    def field(self, name: str, text: str = "", attributes: Mapping[str, str] | None = None) -> None:
        """An element that holds nothing but text."""
        opening, content = _opening(name, attributes), escape(clean(text))
        self._write(f"<{opening}>{content}</{name}>\n" if content else f"<{opening}/>\n")

    def _write(self, text: str) -> None:
        self._stream.write(text.encode())


def _opening(name: str, attributes: Mapping[str, str] | None) -> str:
    return name + "".join(f" {key}={quoteattr(clean(value))}" for key, value in (attributes or {}).items())
