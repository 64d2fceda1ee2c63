"""The input of an import as one bounded, seekable stream of uncompressed bytes."""

from __future__ import annotations

import gzip
import io
import tempfile
import zlib
from typing import BinaryIO, cast

from bot.errors import SourceError

MAX_BYTES = 2 << 30
"""Bytes, uncompressed, that one input may have."""

MAX_DOCUMENT = 32 << 20
"""Bytes that an input may have whose format has to be held in memory as a whole."""

MAX_LINES = 1_000_000
"""Lines that such an input may have: each takes memory of its own, however short."""

HEAD = 64 << 10
"""Bytes that are looked at to recognise a format."""

_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = 1 << 20


def open_source(stream: BinaryIO, limit: int = MAX_BYTES) -> BinaryIO:
    """Make any input readable by every format: seekable, unpacked if it is gzip, at most `limit` bytes.

    Whether it is gzip is told by its content. A stream that cannot seek is copied to an unnamed temporary
    file first. Reading raises `SourceError` once the limit is passed or the compressed data is damaged.
    Closing the result removes that copy and leaves `stream` itself open.
    """
    spooled = None if stream.seekable() else _spool(stream, limit)
    source = spooled or stream
    magic = source.read(len(_GZIP_MAGIC))
    source.seek(0)
    unpacked = cast("BinaryIO", gzip.GzipFile(fileobj=source, mode="rb")) if magic == _GZIP_MAGIC else source
    return io.BufferedReader(_Bounded(unpacked, limit, spooled), HEAD)


def head_of(stream: BinaryIO) -> bytes:
    """The first `HEAD` bytes of a seekable stream, which is put back to its start."""
    stream.seek(0)
    head = stream.read(HEAD)
    stream.seek(0)
    return head


def whole(stream: BinaryIO, limit: int = MAX_DOCUMENT) -> bytes:
    """Everything in the stream, or a `SourceError` when that is more than `limit` bytes or `MAX_LINES` lines."""
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise _too_large(_size(limit))
    if content.count(b"\n") > MAX_LINES:
        raise _too_large(f"{MAX_LINES:,} lines")
    return content


def _spool(stream: BinaryIO, limit: int) -> BinaryIO:
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the stream that reads it
    while chunk := stream.read(_CHUNK):
        copy.write(chunk)
        if copy.tell() > limit:
            copy.close()
            raise _too_large(_size(limit))
    copy.seek(0)
    return cast("BinaryIO", copy)


def _size(limit: int) -> str:
    return f"{limit >> 20} MiB" if limit >> 20 else f"{limit} bytes"


def _too_large(size: str) -> SourceError:
    return SourceError(
        f"The input is larger than {size}, which is the limit for this kind of input.",
        remedy="Export fewer articles at a time, or in a format that is read piece by piece, such as JSON.",
    )


class _Bounded(io.RawIOBase):
    """A seekable stream that raises `SourceError` when it passes `limit` bytes or cannot be unpacked."""

    def __init__(self, source: BinaryIO, limit: int, owned: BinaryIO | None) -> None:
        self._source = source
        self._owned = owned
        self._limit = limit
        self._position = 0

    def close(self) -> None:
        if self._owned:
            self._owned.close()
        super().close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # BufferedReader passes a memoryview
        try:
            data = self._source.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise SourceError(
                "The compressed input is damaged or ends too early.", remedy="Fetch or export it once more."
            ) from error
        self._position += len(data)
        if self._position > self._limit:
            raise _too_large(_size(self._limit))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_CUR:
            offset, whence = self._position + offset, io.SEEK_SET
        self._position = self._source.seek(offset, whence)
        return self._position

    def tell(self) -> int:
        return self._position
