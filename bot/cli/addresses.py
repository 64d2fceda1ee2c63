"""`oped import` of an address on the web; a module of its own, since few imports need all that this takes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.fetching.fetcher import shown as without_password
from bot.fetching.source import Fetched, fetched
from bot.formats import wordpress_site
from bot.formats.base import Format
from bot.store.database import Database, database_path
from bot.store.known_comments import KnownComments

__all__ = ["at_address", "without_password"]


@asynccontextmanager
async def at_address(
    url: str, form: Format | None, database_url: str, *, private: bool, full: bool
) -> AsyncIterator[Fetched]:
    """All that stands at an address; unless `full`, without the comments of which the database knows."""
    async with AsyncExitStack() as kept:
        if full or not database_path(database_url).exists():
            yield await kept.enter_async_context(fetched(url, form, private=private))
            return
        async with Database.open(database_url, read_only=True) as database:
            known = KnownComments(database, wordpress_site.KIND)
            found = await kept.enter_async_context(fetched(url, form, stored=known, private=private))
        yield found
