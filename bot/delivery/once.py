"""Requests that must not be sent twice.

After an error of Discord's own discord.py sends a request again by itself, also one that may have taken effect.
With a nonce that does no harm. What takes none, such as a forum post, is sent `once`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace

import aiohttp

TOO_MANY_REQUESTS = 429

_sent: ContextVar[list[str] | None] = ContextVar("sent", default=None)


@contextmanager
def once() -> Iterator[None]:
    """Let each request made inside go out once; the second try raises `aiohttp.ClientConnectionError` instead.

    A request that Discord put off certainly had no effect and may go out again. Needs a client made with
    `tracing`.
    """
    token = _sent.set([])
    try:
        yield
    finally:
        _sent.reset(token)


def tracing() -> aiohttp.TraceConfig:
    """What a client of discord.py takes as its `http_trace`, so that `once` holds for it."""
    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(_before)
    trace.on_request_end.append(_after)
    return trace


async def _before(
    _: aiohttp.ClientSession, __: SimpleNamespace, request: aiohttp.TraceRequestStartParams
) -> None:
    sent = _sent.get()
    if sent is None:
        return
    name = f"{request.method} {request.url}"
    if name in sent:
        raise aiohttp.ClientConnectionError("not sent again: it may have taken effect")
    sent.append(name)


async def _after(
    _: aiohttp.ClientSession, __: SimpleNamespace, request: aiohttp.TraceRequestEndParams
) -> None:
    sent = _sent.get()
    if sent is not None and request.response.status == TOO_MANY_REQUESTS:
        sent.remove(f"{request.method} {request.url}")
