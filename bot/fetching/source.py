"""A source at an address: what it is, and everything that belongs to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO
from urllib.parse import urljoin

from bot.errors import SourceError
from bot.fetching import wordpress_api
from bot.fetching.fetcher import Answer, Fetcher, Limits, fetcher, shown
from bot.fetching.wordpress_api import Api, Gathered, Stored
from bot.formats import html_page, registry, wordpress_rest
from bot.formats.addresses import parts_of
from bot.formats.base import INCOMPLETE, Format, ReadOptions
from bot.formats.stream import head_of, open_source, whole
from bot.formats.web_page import pages_of, read_pages
from bot.model import Notice, SourceArticle, SourceRecord

REST, HTML = wordpress_rest.FORMAT, html_page.FORMAT


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was found at an address, in which format it is, and how to read it."""

    form: Format
    read: Callable[[ReadOptions], Iterator[SourceRecord]]


@asynccontextmanager
async def fetched(
    url: str,
    form: Format | None = None,
    *,
    stored: Stored | None = None,
    private: bool = False,
    limits: Limits | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[Fetched]:
    """Everything that an address stands for, fetched to its end before anything of it is read.

    That is a WordPress site where it is its front page, a post of one with all its comments where the site's API
    answers, a page with all its pages of comments, or a file. With `stored`, comments that are known already are
    not fetched again. Raises `SourceError` with the address as its place.
    """
    with ExitStack() as kept:
        async with fetcher(private=private, limits=limits, sleep=sleep) as web:
            found = await _Address(web, form, stored, kept).find(url)
        yield found


class _Address:
    """One address being followed; what it opens is `kept` until everything has been read."""

    def __init__(self, web: Fetcher, form: Format | None, stored: Stored | None, kept: ExitStack) -> None:
        self._web = web
        self._form = form
        self._stored = stored
        self._kept = kept
        self._notices: list[Notice] = []

    async def find(self, url: str) -> Fetched:
        first = await self._get(url)
        if self._form in (None, REST):
            gathered = await self._from_api(first)
            if gathered:
                return Fetched(REST, lambda options: _gathered_records(gathered, options))
        form = self._form or registry.recognise(_head(first))
        if form is HTML:
            pages = [first, *await self._comment_pages(first)]
            return Fetched(HTML, lambda options: _pages_records(pages, self._notices, options))
        return Fetched(form, lambda options: _file_records(form, first, options))

    async def _get(self, url: str) -> Answer:
        answer = await self._web.get(url)
        self._kept.callback(answer.body.close)
        return answer

    async def _from_api(self, first: Answer) -> Gathered | None:
        """What a WordPress site's API gives of the article or site at the address; None where it is no such site."""
        part = wordpress_api.api_at(first)
        api = part or wordpress_api.api_of(first)
        if api is None and self._form is REST and "json" not in first.content_type:
            api = Api(urljoin(first.url, "/wp-json/"))
        if api is None:
            return None
        try:
            if not (part or self._form or api.post or await self._is_front_page(api, first)):
                return None
            gathered = await wordpress_api.gather(self._web, api, self._stored)
        except SourceError as error:
            if part or self._form or not api.post:
                raise
            message = f"The site's API could not be used, so its page was read. {error.message}"
            self._notices.append(Notice("api-unusable", shown(api.root), message))
            return None
        self._kept.callback(gathered.stream.close)
        return gathered

    async def _is_front_page(self, api: Api, first: Answer) -> bool:
        try:
            return await wordpress_api.is_front_page(self._web, api, first.url)
        except SourceError:
            return False

    async def _comment_pages(self, first: Answer) -> list[Answer]:
        """The pages of comments beside the first one, each asked for once, on the same host only."""
        answers: list[Answer] = []
        done: set[int] = set()
        waiting = pages_of(_content(first), first.url)
        while numbers := sorted(waiting.keys() - done):
            number = numbers[0]
            done.add(number)
            if parts_of(waiting[number]).netloc != parts_of(first.url).netloc:
                continue
            answers.append(await self._get(waiting[number]))
            waiting = pages_of(_content(answers[-1]), answers[-1].url) | waiting
        return answers


def _head(answer: Answer) -> bytes:
    with open_source(answer.body) as stream:
        return head_of(stream)


def _content(answer: Answer) -> bytes:
    answer.body.seek(0)
    content = whole(answer.body)
    answer.body.seek(0)
    return content


def _file_records(form: Format, answer: Answer, options: ReadOptions) -> Iterator[SourceRecord]:
    answer.body.seek(0)
    with open_source(answer.body) as stream:
        yield from form.read(stream, replace(options, url=answer.url, charset=answer.charset))


def _pages_records(
    pages: list[Answer], notices: list[Notice], options: ReadOptions
) -> Iterator[SourceRecord]:
    options = replace(options, url=pages[0].url, charset=pages[0].charset)
    streams: list[BinaryIO] = [page.body for page in pages]
    for record in read_pages(streams, options, all_pages=True):
        yield record
        if isinstance(record, SourceArticle):
            yield from (replace(notice, article_ref=record.ref) for notice in notices)


def _gathered_records(gathered: Gathered, options: ReadOptions) -> Iterator[SourceRecord]:
    for record in REST.read(gathered.stream, options):
        yield record
        if isinstance(record, SourceArticle) and (since := gathered.looked_at_since.get(record.ref)):
            message = (
                f"Only comments since {since:%Y-%m-%d} were looked at: those before are as many as they were. "
                "With --full all are."
            )
            yield Notice(INCOMPLETE, "comments", message, record.ref)
