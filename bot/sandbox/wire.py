"""The embedded Discord on a loopback socket: every request to the API passes through `Wire.serve`."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Protocol

from aiohttp import BodyPartReader, web

from bot.sandbox.clock import time_of
from bot.sandbox.drafts import Upload
from bot.sandbox.errors import Json, Refused, refusal
from bot.sandbox.gateway import Gateway, application_of
from bot.sandbox.limits import Limiter, Verdict
from bot.sandbox.rest import guilds, interactions, messages, threads
from bot.sandbox.rest.call import Call, Endpoint, Reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sandbox.faults import Faults
    from bot.sandbox.world import Event, World

API = "/api/v10"
ROUTES = [*guilds.ROUTES, *messages.ROUTES, *threads.ROUTES, *interactions.ROUTES]
OPEN = ("/interactions/", "/webhooks/")
"""Routes whose token stands in the path."""
KEPT_SIZE = 4 * 1024 * 1024
"""Bytes up to which the content of a file that comes with a request is kept."""
PUBLIC = "/gateway"
"""The route that takes no token."""
_OLD = timedelta(hours=1)


@dataclass(frozen=True)
class LoggedRequest:
    """One request that was answered."""

    method: str
    route: str
    path: str
    status: int
    time: float
    """Seconds on the machine's monotonic clock."""
    body: Json | list[Json] | None = None


class Judge(Protocol):
    """Holds requests, answers and events against a description of the API."""

    def hear(self, call: Call, query: dict[str, str], status: int, answer: object) -> None:
        """Take note of one exchange."""
        ...

    def overhear(self, event: Event) -> None:
        """Take note of one event."""
        ...


REMEMBERED = 10_000
"""So many of the latest requests are kept at least: a demonstration may go on for days."""


class Wire:
    """The HTTP side of a world. It can be opened and shut many times on one port."""

    def __init__(self, world: World, limiter: Limiter, judge: Judge | None, faults: Faults | None) -> None:
        self.world = world
        self.faults = faults
        self.limiter = limiter
        self.judge = judge
        self.requests: list[LoggedRequest] = []
        self.port = 0
        self.gateway = Gateway(world, lambda: f"ws://{self.address}/gateway", faults)
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        if judge is not None:
            world.listen(judge.overhear)

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    async def open(self, port: int) -> None:
        """Listen on a port of the loopback address; 0 for any free one."""
        app = web.Application(client_max_size=30 * 1024 * 1024)
        app.router.add_get("/gateway", self.gateway.serve)
        for method, path, endpoint in ROUTES:
            app.router.add_route(method, API + path, self._handler(path, endpoint))
        app.router.add_route("*", "/{unknown:.*}", self._handler("", _unknown))
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await self._runner.setup()
        self._site = web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True)
        await self._site.start()
        self.port = self._runner.addresses[0][1]

    async def shut(self) -> None:
        """Stop listening and hang up on everybody."""
        if self._runner is None or self._site is None:
            return
        await self._site.stop()
        # A connection that was just accepted becomes the runner's only after some turns of the loop, and whoever
        # is hung up on calls again at once: so the door is shut first, and those in it are let through.
        for _ in range(3):
            await asyncio.sleep(0)
        await self.gateway.drop_connections()
        await self._runner.cleanup()
        self._runner = self._site = None

    def _handler(self, route: str, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            return await self.serve(request, route, endpoint)

        return handle

    async def serve(self, request: web.Request, route: str, endpoint: Endpoint) -> web.Response:
        """Answer one request. Every request passes here."""
        if self.faults is None:
            return await self._answer(request, route, endpoint)
        kind = f"{request.method} {route}"
        return await self.faults.around(request, kind, lambda: self._answer(request, route, endpoint))

    async def _answer(self, request: web.Request, route: str, endpoint: Endpoint) -> web.Response:
        """Identify, count, act, take note."""
        call: Call | None = None
        headers: dict[str, str] = {}
        body: object
        try:
            call = await self._read(request, route)
            verdict = self._limit(call)
            headers = verdict.headers
            if verdict.passes:
                reply = await endpoint(call)
            else:
                headers |= {"Via": "1.1 google"}
                reply = Reply(verdict.body, 429)
        except Refused as refused:
            reply = Reply(refused.payload(), refused.status)
        self._note(request, route, call, reply)
        body = None if reply.body is None else json.dumps(reply.body).encode()
        headers |= {"Date": format_datetime(self.world.now(), usegmt=True)}
        kind = {"Content-Type": "application/json"} if body is not None else {}
        return web.Response(status=reply.status, body=body, headers=headers | kind)

    async def _read(self, request: web.Request, route: str) -> Call:
        application = application_of(self.world, _token(request))
        if application is None and route not in {"", PUBLIC} and not route.startswith(OPEN):
            raise refusal(0)
        body, uploads = await _body(request)
        return Call(
            world=self.world,
            method=request.method,
            route=route,
            path=dict(request.match_info),
            query=dict(request.query),
            sent=body,
            uploads=uploads,
            application=application,
            address=self.address,
        )

    def _limit(self, call: Call) -> Verdict:
        who = str(call.application.id) if call.application else ""
        return self.limiter.judge(who, f"{call.method} {call.route}", call.path, self._hidden_limit(call))

    def _hidden_limit(self, call: Call) -> str | None:
        if call.method != "PATCH":
            return None
        if call.route == "/channels/{channel_id}" and {"name", "topic"} & set(call.body):
            return "rename"
        message_id = call.path.get("message_id", "")
        is_old = message_id.isdecimal() and self.world.now() - time_of(int(message_id)) > _OLD
        return "old_edits" if is_old and call.route.startswith("/channels/") else None

    def _note(self, request: web.Request, route: str, call: Call | None, reply: Reply) -> None:
        sent = call.sent if call else None
        self.requests.append(
            LoggedRequest(request.method, route, request.path, reply.status, time.monotonic(), sent)
        )
        if self.judge is not None and call is not None and route:
            self.judge.hear(call, dict(request.query), reply.status, reply.body)
        if len(self.requests) > 2 * REMEMBERED:
            del self.requests[:-REMEMBERED]
        self.world.stir()


async def _unknown(call: Call) -> Reply:
    return Reply({"message": "404: Not Found", "code": 0}, 404)


def _token(request: web.Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bot" else None


async def _body(request: web.Request) -> tuple[Any, list[Upload]]:
    if not request.body_exists:
        return None, []
    if request.content_type == "multipart/form-data":
        return await _multipart(request)
    try:
        return json.loads(await request.text() or "null"), []
    except json.JSONDecodeError:
        raise refusal(50109) from None


async def _multipart(request: web.Request) -> tuple[Any, list[Upload]]:
    body: Any = {}
    uploads: list[Upload] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise refusal(50109)
        content = await part.read()
        if part.name == "payload_json":
            body = json.loads(content)
        else:
            uploads.append(
                Upload(
                    part.filename or "file",
                    len(content),
                    part.headers.get("Content-Type", ""),
                    content=content if len(content) <= KEPT_SIZE else b"",
                )
            )
    return body, uploads
