"""A web server on loopback that answers as a test says, and notes what it was asked."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """What stands at which path, and the paths with their queries that were asked for."""

    pages: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    address: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        self.agents.add(request.headers.get("User-Agent", ""))
        page = self.pages.get(request.path_qs, self.pages.get(request.path))
        if isinstance(page, list) and page and isinstance(page[0], web.StreamResponse):
            page = page.pop(0)
        if page is None:
            return web.json_response({"code": "rest_no_route", "message": "No route."}, status=404)
        if callable(page):
            answered: web.StreamResponse = await page(request)
            return answered
        if isinstance(page, web.StreamResponse):
            return page
        if isinstance(page, str):
            return web.Response(text=page, content_type="text/html")
        return web.Response(text=json.dumps(page), content_type="application/json")


@dataclass
class Pauses:
    """Stands in for the clock: what should have been slept."""

    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as site:
        yield site


@asynccontextmanager
async def serving(host: str = "127.0.0.1", port: int | None = None) -> AsyncIterator[Site]:
    site = Site()
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    async with TestServer(app, host=host, port=port) as server:
        site.address = f"http://{host}:{server.port}"
        yield site


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()
