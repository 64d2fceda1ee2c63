"""The gateway's transport compression."""

from __future__ import annotations

import zlib

from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.compression import compressor


@given(st.lists(st.binary(min_size=1), max_size=20))
def test_each_message_unpacks_by_itself_in_one_stream(messages: list[bytes]) -> None:
    pack = compressor("zlib-stream")
    assert pack is not None
    stream = zlib.decompressobj()
    for message in messages:
        packed = pack(message)
        assert packed.endswith(b"\x00\x00\xff\xff")
        assert stream.decompress(packed) == message


def test_nothing_is_packed_unasked() -> None:
    assert compressor(None) is None
