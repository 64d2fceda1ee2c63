"""Transport compression of the gateway: one stream a connection, flushed after each message."""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable

Compressor = Callable[[bytes], bytes]


def compressor(asked: str | None) -> Compressor | None:
    """Return what packs one connection's messages, or None if none was asked for."""
    if asked == "zlib-stream":
        return _zlib()
    if asked == "zstd-stream":
        return _zstd()
    return None


def _zlib() -> Compressor:
    stream = zlib.compressobj()
    return lambda message: stream.compress(message) + stream.flush(zlib.Z_SYNC_FLUSH)


def _zstd() -> Compressor:
    """Use whichever library made discord.py ask for it: the stdlib's from Python 3.14, else zstandard."""
    try:
        library = importlib.import_module("compression.zstd")
    except ModuleNotFoundError:
        library = importlib.import_module("zstandard")
        stream = library.ZstdCompressor().compressobj()
        flush = library.COMPRESSOBJ_FLUSH_BLOCK
    else:
        stream = library.ZstdCompressor()
        flush = stream.FLUSH_BLOCK
    return lambda message: stream.compress(message) + stream.flush(flush)
