"""XML of any length, read one element at a time by a parser that opens nothing and expands nothing."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from html.entities import html5
from typing import Any, BinaryIO

from lxml import etree

from bot.errors import SourceError
from bot.formats.decoding import is_legacy
from bot.formats.fields import one_line
from bot.model import Notice

_EXPORT_AGAIN = "Export or download it once more."
_ENCODING = re.compile(rb"<\?xml[^>]{0,100}encoding=[\"']([\w.-]{1,40})[\"']")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# To see that nothing is illegal takes a sixth of the time of a search for what is.
_SOUND = re.compile(r"[\t\n\r -\ufffd\U00010000-\U0010ffff]*")
_REFERENCE = re.compile(r"&(?:(#(?:x[0-9a-fA-F]{1,8}|[0-9]{1,8})|[a-zA-Z][a-zA-Z0-9]{0,31});)?")
_LEGAL = ((9, 10), (13, 13), (0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_LONGEST_REFERENCE = 40
_TAIL = 4096


@dataclass(frozen=True, slots=True)
class Shape:
    """What to look for: elements named so that stand in elements named so, by local name, below the root."""

    root: str
    within: frozenset[str]
    names: frozenset[str]


def elements(stream: BinaryIO, shape: Shape, notices: list[Notice]) -> Iterator[etree._Element]:
    """Every element of that shape as it ends, whatever its namespace; it is gone when the next one comes.

    What XML does not allow but exports contain (control characters, a bare `&`, HTML's entities) is repaired and
    noted in `notices`. Raises `SourceError` with the line where the document is of another kind, is damaged or
    ends too early.
    """
    source = _Repaired(stream, notices)
    parser = etree.iterparse(
        source,
        events=("start", "end"),
        tag=[f"{{*}}{name}" for name in (shape.root, *shape.names)],
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    ended = False
    try:
        for event, element in parser:
            if event == "start":
                _check_start(element, shape.root)
            elif (parent := element.getparent()) is None:
                ended = True
            elif local_name(parent) in shape.within:
                yield element
                _let_go(element)
    except etree.XMLSyntaxError as error:
        if not ended:
            raise _damaged(error, cut=source.ends_without(f"</{shape.root}")) from error
        notices.append(
            Notice("text-after-end", f"line {error.lineno}", "What stands after the XML was left out.")
        )
    if not ended:
        raise SourceError(
            f"This XML is not a <{shape.root}> document.", remedy="Check the file, or name its format."
        )


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return _local(element.tag)


@lru_cache(1024)
def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def children(element: etree._Element) -> dict[str, str]:
    """The text of an element's children by local name; of several with one name the first."""
    texts: dict[str, str] = {}
    for child in element:
        # Almost none has elements within, and then the long way takes ten times as long.
        text = "".join(map(str, child.itertext())) if len(child) else child.text or ""
        texts.setdefault(_local(child.tag), text)
    return texts


def _check_start(element: etree._Element, root: str) -> None:
    if element.getparent() is not None:
        return
    if local_name(element) != root:
        raise SourceError(
            f"This XML is not a <{root}> document.", remedy="Check the file, or name its format."
        )
    # The stubs know neither that there may be none nor what it can do.
    declared: Any = element.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise SourceError(
            "This XML declares entities of its own, which is not allowed.", remedy=_EXPORT_AGAIN
        )


def _let_go(element: etree._Element) -> None:
    """Empty an element and drop the one of its kind before it; itself it is still in the parser's hands."""
    element.clear(keep_tail=True)  # type: ignore[call-arg]  # lxml has it, its stubs do not
    before = element.getprevious()
    parent = element.getparent()
    if before is not None and parent is not None and before.tag == element.tag:
        parent.remove(before)


def _damaged(error: etree.XMLSyntaxError, *, cut: bool) -> SourceError:
    # What follows the colon quotes the document.
    reason = one_line((error.msg or "unknown error").partition(":")[0].partition(", line")[0])
    message = "The XML ends too early." if cut else f"The XML is damaged ({reason})."
    return SourceError(message, remedy=_EXPORT_AGAIN, place=f"line {error.lineno}" if error.lineno else None)


class _Repaired:
    """The document as UTF-8 that a strict parser accepts, for `iterparse` to read from."""

    def __init__(self, stream: BinaryIO, notices: list[Notice]) -> None:
        stream.seek(0)
        self._stream = stream
        self._notices = notices
        head = stream.read(2048)
        encoding = _encoding(head)
        stream.seek(0 if encoding == "utf-16" else max(head.find(b"<?xml"), 0))
        self._decode = codecs.getincrementaldecoder(encoding)("replace")
        self._held = ""
        self._line = 1
        self._tail = ""
        self._ended = False
        self._noted: set[str] = set()

    def read(self, size: int = -1) -> bytes:
        """About `size` bytes, and none only at the end."""
        while True:
            raw = self._stream.read(max(size, 4096))
            text = self._held + self._decode.decode(raw, final=not raw)
            cut = text.rfind("&", max(0, len(text) - _LONGEST_REFERENCE)) if raw else -1
            self._held = text[cut:] if cut >= 0 else ""
            self._ended = not raw
            self._tail = (self._tail + text)[-_TAIL:]
            repaired = self._repair(text[:cut] if cut >= 0 else text)
            if repaired or not raw:
                return repaired.encode("utf-8", "replace")

    def ends_without(self, tag: str) -> bool:
        """Whether everything was read and this did not stand near the end."""
        return self._ended and tag not in self._tail

    def _repair(self, text: str) -> str:
        if "\ufffd" in text:
            self._note(
                "encoding", text.index("\ufffd"), text, "Characters in a wrong encoding became “\ufffd”."
            )
        if not _SOUND.fullmatch(text) and (illegal := _ILLEGAL.search(text)):
            self._note("control-characters", illegal.start(), text, "Control characters were left out.")
            text = _ILLEGAL.sub("", text)
        text = _REFERENCE.sub(self._reference, text)
        self._line += text.count("\n")
        return text

    def _note(self, code: str, at: int, text: str, message: str) -> None:
        if code not in self._noted:
            self._noted.add(code)
            self._notices.append(Notice(code, f"line {self._line + text.count(chr(10), 0, at)}", message))

    @staticmethod
    def _reference(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return "&amp;"
        if name in _XML_NAMES:
            return match[0]
        if name.startswith("#"):
            number = int(f"0{name[1:]}", 16 if name[1] == "x" else 10)
            return match[0] if any(first <= number <= last for first, last in _LEGAL) else ""
        return escape(html5.get(f"{name};", f"&{name};"))


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _ENCODING.search(head)
    name = declared[1].decode() if declared else ""
    return name if is_legacy(name) else "utf-8-sig"
