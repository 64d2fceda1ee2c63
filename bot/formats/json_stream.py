"""JSON of any length, read one record at a time."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO

from bot.errors import SourceError

MAX_RECORD = 16 << 20
"""Characters that one record may have."""

_CHUNK = 64 << 10
_SPACE = " \t\r\n"


def walk(stream: BinaryIO) -> Iterator[tuple[str | None, object]]:
    """Every record of the JSON values in a stream, joined end to end or not.

    The elements of a list come one by one under None; so do those of lists in it (pages that were joined). An
    object's fields come one by one under their names, the elements of a field that is a list each by itself.
    Raises `SourceError` with the place for anything that is not JSON or ends too early.
    """
    text = _Text(stream)
    if text.peek() == "":
        raise SourceError("The input is empty.", remedy="Give a file with JSON in it.")
    while first := text.peek():
        if first == "[":
            yield from ((None, value) for value in _elements(text))
        elif first == "{":
            yield from _members(text)
        else:
            raise text.error("This is not JSON.")


def _elements(text: _Text) -> Iterator[object]:
    """The elements of the list that begins here; those of a list directly within it in its stead."""
    depth = 0
    while True:
        if text.take("["):
            depth += 1
            if depth > 2:
                raise text.error("These lists are nested too deep.")
            if not text.take("]"):
                continue
            depth -= 1
        else:
            yield text.value()
        while depth and not text.take(","):
            text.expect("]")
            depth -= 1
        if not depth:
            return


def _members(text: _Text) -> Iterator[tuple[str, object]]:
    text.expect("{")
    if text.take("}"):
        return
    while True:
        name = text.value()
        if not isinstance(name, str):
            raise text.error("A field has no name.")
        text.expect(":")
        if text.peek() == "[":
            yield from ((name, value) for value in _list(text))
        else:
            yield name, text.value()
        if not text.take(","):
            text.expect("}")
            return


def _list(text: _Text) -> Iterator[object]:
    text.expect("[")
    if text.take("]"):
        return
    yield text.value()
    while text.take(","):
        yield text.value()
    text.expect("]")


class _Text:
    """The characters of a stream, with as much of them in memory as one record takes."""

    def __init__(self, stream: BinaryIO) -> None:
        stream.seek(0)
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self._scan = json.JSONDecoder(strict=False).raw_decode
        self._buffer = ""
        self._at = 0
        self._line = 1
        self._ended = False

    def error(self, message: str) -> SourceError:
        line = self._line + self._buffer.count("\n", 0, self._at)
        return SourceError(message, remedy="Export or download it once more.", place=f"line {line}")

    def peek(self) -> str:
        """The next character that is not space, or nothing at the end."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if self._ended:
                return ""
            self._more(_CHUNK)

    def take(self, character: str) -> bool:
        """Step over the character if it is next."""
        if self.peek() != character:
            return False
        self._at += 1
        return True

    def expect(self, character: str) -> None:
        """Step over the character, which has to be next."""
        if not self.take(character):
            raise self.error(f"“{character}” is missing here." if self.peek() else "The JSON ends too early.")

    def value(self) -> object:
        """The JSON value that is next, whole."""
        self.peek()
        size = _CHUNK
        while True:
            try:
                value, end = self._scan(self._buffer, self._at)
                if end < len(self._buffer) or self._ended:  # a number could go on in the next chunk
                    self._at = end
                    return value
            except RecursionError as error:
                raise self.error("This JSON is nested too deep.") from error
            except ValueError as error:
                if self._ended:
                    raise self.error("The JSON ends too early or is damaged.") from error
                if len(self._buffer) - self._at > MAX_RECORD:
                    message = f"The JSON is damaged, or a record is longer than {MAX_RECORD >> 20} MiB."
                    raise self.error(message) from error
            self._more(size)
            size *= 2

    def _more(self, size: int) -> None:
        chunk = self._stream.read(size)
        self._ended = not chunk
        try:
            text = self._decode.decode(chunk, final=self._ended)
        except UnicodeDecodeError as error:
            raise self.error("The JSON is not in UTF-8.") from error
        self._line += self._buffer.count("\n", 0, self._at)
        self._buffer = self._buffer[self._at :] + text
        self._at = 0
