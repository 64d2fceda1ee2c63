"""Any input as one bounded stream."""

from __future__ import annotations

import gzip
import io
import os
from collections import deque

import pytest

from bot.errors import SourceError
from bot.formats.stream import head_of, open_source, whole


def test_plain_and_gzip_read_alike_and_can_be_read_twice() -> None:
    content = os.urandom(200_000)
    for raw in (content, gzip.compress(content)):
        stream = open_source(io.BytesIO(raw))
        assert head_of(stream) == content[: 64 << 10]
        assert whole(stream) == content
        stream.seek(0)
        assert stream.read(10) == content[:10]


def test_a_pipe_can_be_read_twice() -> None:
    reader, writer = os.pipe()
    os.write(writer, gzip.compress(b"content"))
    os.close(writer)
    with open(reader, "rb") as pipe, open_source(pipe) as stream:  # noqa: PTH123 - a pipe has no path
        assert (whole(stream), stream.seek(0), whole(stream)) == (b"content", 0, b"content")


@pytest.mark.parametrize("cut", [1, 8, 40])
def test_damaged_gzip_is_an_error(cut: int) -> None:
    with pytest.raises(SourceError, match="damaged"):
        whole(open_source(io.BytesIO(gzip.compress(os.urandom(100))[:-cut])))


def test_a_gzip_bomb_ends_at_the_limit() -> None:
    bomb = gzip.compress(b"\0" * (9 << 20))
    stream = open_source(io.BytesIO(bomb), limit=8 << 20)
    with pytest.raises(SourceError, match="8 MiB"):
        deque(iter(lambda: stream.read(1 << 16), b""), maxlen=0)


def test_an_endless_pipe_ends_at_the_limit() -> None:
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # BufferedReader passes a memoryview
            return len(buffer)

    with pytest.raises(SourceError, match="3 MiB"):
        open_source(io.BufferedReader(Endless()), limit=3 << 20)


def test_a_whole_document_is_bounded_too() -> None:
    with pytest.raises(SourceError, match="100 bytes"):
        whole(open_source(io.BytesIO(b"x" * 101)), limit=100)
    with pytest.raises(SourceError, match="1,000,000 lines"):
        whole(open_source(io.BytesIO(b"\n" * 1_000_001)))
