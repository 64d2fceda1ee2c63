"""Exporting: an article with its comments as of one moment, streamed, however many there are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import BinaryIO

from bot.errors import NotFoundError
from bot.formats.base import Export
from bot.model import Article, Comment
from bot.store.articles import Articles
from bot.store.comments import Comments, Nested
from bot.store.database import Database

_BATCH = 500


@asynccontextmanager
async def show(database: Database, slug: str) -> AsyncIterator[tuple[Article, AsyncGenerator[Nested, None]]]:
    """An article and its comments, depth first, each with its depth and the message that shows it.

    Both are of one moment, also if members write meanwhile. Raises `NotFoundError`.
    """
    async with database.snapshot() as snapshot:
        article = await Articles(snapshot).by_slug(slug)
        if article is None:
            raise NotFoundError(
                f"There is no article “{slug}”.", remedy="See `oped articles` for those that are there."
            )
        comments = Comments(snapshot).depth_first(article.id)
        try:
            yield article, comments
        finally:
            await comments.aclose()


async def export(
    database: Database, slug: str, write: Callable[[Export, BinaryIO], None], stream: BinaryIO
) -> None:
    """Write an article with its comments in a format; the writer runs in a thread of its own.

    Raises `NotFoundError`, and what the writer raises.
    """
    async with show(database, slug) as (article, comments):
        loop = asyncio.get_running_loop()

        def pulled() -> Iterator[Comment]:
            while batch := asyncio.run_coroutine_threadsafe(_batch(comments), loop).result():
                yield from batch

        await asyncio.to_thread(write, Export(article, pulled()), stream)


async def _batch(comments: AsyncGenerator[Nested, None]) -> list[Comment]:
    batch: list[Comment] = []
    async for nested in comments:
        batch.append(replace(nested.comment, message_id=nested.message_id))
        if len(batch) == _BATCH:
            break
    return batch
