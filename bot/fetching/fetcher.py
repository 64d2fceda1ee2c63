"""One page after the other, over HTTP: within bounds of size and time, and again where that may help."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import version
from typing import BinaryIO, cast
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from bot.errors import SourceError
from bot.fetching.guard import Guard
from bot.formats.addresses import parts_of

_IN_MEMORY = 4 << 20
_CHUNK = 64 << 10
_REDIRECTS = 10
_UNREADABLE = (
    "image/",
    "video/",
    "audio/",
    "font/",
    "application/pdf",
    "application/zip",
    "application/javascript",
)
_PASSING = {408, 425, 429, 500, 502, 503, 504}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may take, its repetitions included; `pause` seconds lie between two requests.

    A site that asks for more `patience` seconds than this before the next attempt is not asked again.
    """

    size: int = 256 << 20
    seconds: float = 120.0
    attempts: int = 4
    pause: float = 0.25
    patience: float = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered with success, and where it was found after redirects.

    `headers` are by lower-case name; several of one name are joined by commas.
    """

    url: str
    headers: Mapping[str, str]
    body: BinaryIO

    @property
    def content_type(self) -> str:
        """The type without its parameters, in lower case; empty where none is given."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str:
        """The encoding that the type names, if any."""
        return self.headers.get("content-type", "").lower().partition("charset=")[2].strip(" \"';")


class AnswerError(SourceError):
    """An address answered that it will not give what was asked for; `body` is the beginning of what it said."""

    def __init__(self, url: str, status: int, body: bytes) -> None:
        super().__init__(f"The address answers {_named(status)}.", remedy=_remedy(status), place=shown(url))
        self.status = status
        self.body = body


class _PassingError(Exception):
    """A failure that may be over soon; `wait` is what the site asks for, in seconds."""

    def __init__(self, cause: SourceError, wait: float | None = None) -> None:
        super().__init__()
        self.cause = cause
        self.wait = wait


class Fetcher:
    """Asks for one page at a time; made by `fetcher`."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        guard: Guard,
        limits: Limits,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._session = session
        self._guard = guard
        self._limits = limits
        self._sleep = sleep
        self._asked = False

    async def get(self, url: str) -> Answer:
        """What stands at an address. Raises `AnswerError` for a refusal, `SourceError` for all else that fails."""
        _check(url)
        limits = self._limits
        if self._asked:
            await self._sleep(limits.pause)
        self._asked = True
        try:
            async with asyncio.timeout(limits.seconds):
                return await self._until_answered(url)
        except TimeoutError as error:
            raise SourceError(
                f"The address did not finish its answer within {limits.seconds:g} seconds.",
                remedy="Try again later, or save the page with a browser and import the file.",
                place=shown(url),
            ) from error

    async def _until_answered(self, url: str) -> Answer:
        for attempt in range(1, self._limits.attempts + 1):
            try:
                return await self._once(url)
            except _PassingError as failure:
                wait = 2.0 ** (attempt - 1) if failure.wait is None else failure.wait
                if attempt == self._limits.attempts:
                    raise reworded(
                        failure.cause, f"{failure.cause.message} It was asked {attempt} times."
                    ) from failure
                if wait > self._limits.patience:
                    words = f"{failure.cause.message} It asks to be left alone for {wait:.0f} seconds."
                    raise reworded(failure.cause, words) from failure
            await self._sleep(wait)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _once(self, url: str) -> Answer:
        self._guard.refused = None
        try:
            async with self._session.get(url, max_redirects=_REDIRECTS) as response:
                return await self._taken(response)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise self._explained(error, url) from error

    def _explained(self, error: Exception, url: str) -> Exception:
        """What to raise for something that went wrong on the way."""
        match error:
            case aiohttp.ClientConnectorError() if self._guard.refused:
                return _failure(
                    url,
                    f"The address leads to {self._guard.refused}, which is not a public one.",
                    "If it is to be read all the same, add --private.",
                )
            case TimeoutError():
                return _PassingError(_failure(url, "The address takes too long to answer."))
            case aiohttp.ClientConnectorError() | aiohttp.ClientResponseError() | ValueError():
                return _failure(url, _reason(error))
            case aiohttp.ClientConnectionError() | aiohttp.ClientPayloadError():
                return _PassingError(_failure(url, "The connection ended before the answer did."))
            case _:
                return _failure(url, _reason(error))

    async def _taken(self, response: aiohttp.ClientResponse) -> Answer:
        url = shown(str(response.url))
        if response.status != HTTPStatus.OK:
            refusal = AnswerError(url, response.status, await response.content.read(_CHUNK))
            if response.status in _PASSING:
                raise _PassingError(refusal, _retry_after(response.headers.get("Retry-After", "")))
            raise refusal
        headers = {name.lower(): ", ".join(response.headers.getall(name)) for name in response.headers}
        answer = Answer(url, headers, cast("BinaryIO", tempfile.SpooledTemporaryFile(_IN_MEMORY)))  # noqa: SIM115 - lives as long as the answer
        try:
            if answer.content_type.startswith(_UNREADABLE):
                raise _failure(url, f"The address answers with {answer.content_type}, which is no article.")
            await self._copy(response, answer.body, url)
        except BaseException:
            answer.body.close()
            raise
        answer.body.seek(0)
        return answer

    async def _copy(self, response: aiohttp.ClientResponse, body: BinaryIO, url: str) -> None:
        size = 0
        async for chunk in response.content.iter_chunked(_CHUNK):
            size += len(chunk)
            if size > self._limits.size:
                raise _failure(
                    url,
                    f"The answer is larger than {_megabytes(self._limits.size)}, the limit for one page.",
                    "Save it to a file, and import that.",
                )
            body.write(chunk)


@asynccontextmanager
async def fetcher(
    *,
    private: bool = False,
    limits: Limits | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[Fetcher]:
    """A fetcher that reaches public addresses, and with `private` any other too."""
    guard = Guard(private=private)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(socket_factory=guard, limit=1),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": f"Oped/{version('oped')} (imports articles and comments)", "Accept": "*/*"},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=20, sock_read=30),
    ) as session:
        yield Fetcher(session, guard, limits or Limits(), sleep)


def reworded(error: SourceError, message: str) -> SourceError:
    """The same error in other words."""
    error.message = message
    error.args = (message,)
    return error


def shown(url: str) -> str:
    """An address without the password that may stand in it."""
    parts = parts_of(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SourceError("This is no web address.", remedy="Give one that begins with http:// or https://.")


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.TooManyRedirects, "The address leads from one place to the next without end."),
    (aiohttp.NonHttpUrlClientError, "The address leads to something that is not on the web."),
    (aiohttp.InvalidURL, "This is no address that can be asked."),
    (aiohttp.ClientSSLError, "No safe connection can be made: the certificate is not accepted."),
    (aiohttp.ClientConnectorDNSError, "No host has that name."),
    (aiohttp.ClientConnectorError, "Nothing answers there."),
    (Exception, "What the address answers is no valid HTTP."),
)


def _reason(error: Exception) -> str:
    return next(reason for kind, reason in _REASONS if isinstance(error, kind))


def _failure(
    url: str, message: str, remedy: str = "Open the address in a browser, and check it."
) -> SourceError:
    return SourceError(message, remedy=remedy, place=shown(url))


def _megabytes(size: int) -> str:
    return f"{size >> 20} MiB" if size >> 20 else f"{size} bytes"


def _named(status: int) -> str:
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)


def _remedy(status: int) -> str:
    if status in _PASSING:
        return "Try again later."
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return "Save the page with a browser in which you are logged in, and import the file."
    return "Open the address in a browser, and check it."


def _retry_after(value: str) -> float | None:
    """Seconds to wait, from a number or a date (RFC 9110, 10.2.3)."""
    if value.strip().isdecimal() and len(value) < 10:
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
