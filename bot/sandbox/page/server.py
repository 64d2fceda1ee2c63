"""The page's server: static files, one WebSocket for each open page, and files dropped on it.

It listens on the loopback address only and answers nobody else's pages: the Host header must name it, which
stops names that were pointed at this machine (DNS rebinding), and what changes anything must come from it.
"""

from __future__ import annotations

import asyncio
import errno
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from aiohttp import web

from bot.sandbox.page import views
from bot.sandbox.page.direct import ReadMarks
from bot.sandbox.page.session import Session

if TYPE_CHECKING:
    from bot.sandbox.errors import Json
    from bot.sandbox.objects import Application
    from bot.sandbox.people import Person
    from bot.sandbox.sandbox import Sandbox

STATIC = Path(__file__).parent / "static"
FILE_LIMIT = 256 * 1024 * 1024
"""Bytes that a dropped file may have."""

_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_PNG = b"\x89PNG\r\n\x1a\n"
_LOOK_AGAIN = 0.2
"""Seconds between two looks at whether the bot is connected."""

TakeFile = Callable[[Path], Awaitable[str]]


class PortTaken(Exception):  # noqa: N818 - what the operating system says
    """Another program listens on the port that was asked for."""


class NotTaken(Exception):  # noqa: N818 - what the person is told
    """A dropped file is no use; the sentence says why."""


class Page:
    """The page over one embedded Discord. `async with Page(...)` serves it.

    `people` are those whose place one can take, `first` is whose one has to begin with; `app` is the bot whose
    coming and going is shown; `take_file` gets each dropped file and says what became of it, or raises NotTaken.
    """

    def __init__(
        self,
        discord: Sandbox,
        app: Application,
        people: Sequence[Person],
        *,
        first: Person | None = None,
        take_file: TakeFile | None = None,
        port: int = 0,
    ) -> None:
        self._discord = discord
        self._app = app
        self._people = people
        self._first = first or people[0]
        self._take_file = take_file
        self._port = port
        self._sessions: set[Session] = set()
        self._dismissed: set[int] = set()
        self._marks = ReadMarks()
        self._told: dict[str, Json] = {}
        self._visited = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._watching: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen. Raises PortTaken."""
        app = web.Application(middlewares=[self._guard], client_max_size=FILE_LIMIT)
        app.router.add_get("/", self._file)
        app.router.add_get("/live", self._live)
        app.router.add_get("/{name:[a-z]+\\.(?:js|css|svg)}", self._file)
        app.router.add_get("/attachments/{channel:\\d{1,20}}/{number:\\d{1,20}}/{name}", self._attachment)
        app.router.add_post("/file", self._dropped)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            self._site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
            await self._site.start()
        except OSError as error:
            await self._runner.cleanup()
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                raise PortTaken(str(self._port)) from error
            raise
        self._port = self._runner.addresses[0][1]
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Hang up on every page and stop listening; `start` comes back on the same port."""
        if self._watching is not None:
            self._watching.cancel()
        # The door first: a page that is hung up on calls again soon.
        if self._site is not None:
            await self._site.stop()
            self._site = None
        await asyncio.gather(*(session.hang_up() for session in self._sessions))
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        """The address to open."""
        return f"http://127.0.0.1:{self._port}/"

    async def visited(self) -> None:
        """Wait until somebody has opened the page."""
        await self._visited.wait()

    def tell(self, name: str, what: Json) -> None:
        """Show all pages, now and later, something that is not Discord's: the newest of each name counts."""
        self._told[name] = what
        for session in self._sessions:
            session.push({"event": "told", "name": name, "what": what})

    async def _watch(self) -> None:
        here: bool | None = None
        while True:
            if here is not (here := self._discord.is_connected(self._app)):
                self.tell("bot", {"here": here})
            await asyncio.sleep(_LOOK_AGAIN)

    # Requests

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        ours = {f"127.0.0.1:{self._port}", f"localhost:{self._port}"}
        if request.host not in ours:
            raise web.HTTPForbidden(text="This page is served under its own address only.")
        changes = request.method != "GET" or request.path == "/live"
        if changes and request.headers.get("Origin") != f"http://{request.host}":
            raise web.HTTPForbidden(text="Only the page itself may ask for this.")
        return await handler(request)

    async def _file(self, request: web.Request) -> web.Response:
        path = STATIC / request.match_info.get("name", "index.html")
        if not path.is_file():
            raise web.HTTPNotFound
        # Read anew each time, small as they are: a reload shows what was changed.
        return web.Response(
            body=path.read_bytes(),
            content_type=_KINDS[path.suffix],
            charset="utf-8",
            headers=self._headers(request.host),
        )

    async def _attachment(self, request: web.Request) -> web.Response:
        place, number = int(request.match_info["channel"]), int(request.match_info["number"])
        found = views.file(self._discord.world, place, number)
        if found is None or not found.content:
            raise web.HTTPNotFound
        headers = self._headers(request.host)
        if found.content.startswith(_PNG):
            return web.Response(body=found.content, content_type="image/png", headers=headers)
        # What foreign files hold is never shown as a page.
        return web.Response(
            body=found.content,
            content_type="application/octet-stream",
            headers=headers | {"Content-Disposition": "attachment"},
        )

    @staticmethod
    def _headers(host: str) -> dict[str, str]:
        return {
            "Content-Security-Policy": (
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                f"connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; "
                "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
            ),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        }

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=30.0, max_msg_size=256 * 1024)
        await socket.prepare(request)
        session = Session(
            socket, self._people, self._first, self._app, self._dismissed, self._marks, self._told
        )
        self._sessions.add(session)
        self._visited.set()
        try:
            await session.serve()
        finally:
            self._sessions.discard(session)
        return socket

    async def _dropped(self, request: web.Request) -> web.Response:
        if self._take_file is None:
            return web.json_response({"error": "Files cannot be dropped here."})
        # Only the last part of a name, so that it names nothing outside the folder.
        name = Path(request.query.get("name", "")).name.strip(".")[-100:] or "article"
        try:
            with tempfile.TemporaryDirectory(prefix="oped-dropped-") as folder:
                path = Path(folder) / name
                await _keep(request, path)
                return web.json_response({"said": await self._take_file(path)})
        except NotTaken as refused:
            return web.json_response({"error": str(refused)})
        except OSError as error:
            return web.json_response({"error": f"The file cannot be kept: {error.strerror}."})


async def _keep(request: web.Request, path: Path) -> None:
    size = 0
    with path.open("wb") as file:
        async for chunk in request.content.iter_chunked(1 << 16):
            size += len(chunk)
            if size > FILE_LIMIT:
                raise NotTaken(f"The file is larger than {FILE_LIMIT >> 20} MiB. Use `oped import` for it.")
            file.write(chunk)
