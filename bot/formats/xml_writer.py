"""XML written as it comes, one element after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from bot.text.canonical import clean


class XmlWriter:
    """Writes a document in UTF-8; names are written as they are given, with the prefix that the root declares."""

    def __init__(self, stream: BinaryIO) -> None:
        self._out = XMLGenerator(stream, "utf-8", short_empty_elements=True)
        self._out.startDocument()

    @contextmanager
    def element(self, name: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """What is written in the block stands in this element."""
        self._start(name, attributes)
        self._out.characters("\n")
        yield
        self._out.endElement(name)
        self._out.characters("\n")

    def field(self, name: str, text: str = "", attributes: Mapping[str, str] | None = None) -> None:
        """An element that holds nothing but text."""
        self._start(name, attributes)
        self._out.characters(clean(text))
        self._out.endElement(name)
        self._out.characters("\n")

    def _start(self, name: str, attributes: Mapping[str, str] | None) -> None:
        known = {key: clean(value) for key, value in (attributes or {}).items()}
        self._out.startElement(name, AttributesImpl(known))
