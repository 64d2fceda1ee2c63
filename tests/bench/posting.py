"""Posting against the ideal of the limits that Discord advertises, in real time.

The embedded Discord runs here, the bot in a process of its own. A run in which a single request was answered with
429 counts as failed.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path

from bot.demo.stage import BotProcess, Stage, set_stage
from bot.discussion.identity import Identities
from bot.discussion.importing import import_records
from bot.discussion.publish import Publishing
from bot.model import (
    ChannelId,
    ChannelKind,
    GuildId,
    PublicationState,
    SourceArticle,
    SourceAuthor,
    SourceComment,
    SourceSection,
)
from bot.sandbox import Channel, RateLimits
from bot.sandbox.limits import CREATE_MESSAGE, START_THREAD, Limit
from bot.sandbox.wire import LoggedRequest
from bot.store.database import Database
from tests.bench.case import Case

COMMENTS = 50
DISCUSSIONS = 60
COMMENTS_OF_EACH = 4
INTRODUCTION = "An introduction."
TOO_MANY = 429
PACE = 45.0
"""What our own pacer allows in a second."""

REAL = RateLimits.real()
SHORT = replace(REAL, routes={**REAL.routes, START_THREAD: Limit(50, 20)})
"""The real limits, but for the five minutes that follow 50 new threads, which would only be waited through."""


async def mirror() -> float:
    """50 comments into one thread: the ideal's seconds over ours, from the first comment to the last."""
    async with _posting(REAL, articles=1, comments=COMMENTS) as (stage, database, slugs):
        await post(stage, database, slugs, stage.articles, ChannelKind.TEXT)
        sent = [each for each in _creates(stage.discord.requests) if each.path != _into(stage.articles)]
    limit = REAL.routes[CREATE_MESSAGE]
    ideal = (COMMENTS - 1) // limit.requests * limit.seconds
    return ideal / (sent[-1].time - sent[0].time)


async def forum() -> float:
    """60 discussions into 60 forum posts: the ideal's seconds over ours, from the first request to the last."""
    async with _posting(SHORT, articles=DISCUSSIONS, comments=COMMENTS_OF_EACH) as (stage, database, slugs):
        before = len(stage.discord.requests)
        await post(stage, database, slugs, stage.forum, ChannelKind.FORUM)
        requests = [each for each in stage.discord.requests[before:] if each.method != "GET"]
    starts, messages = SHORT.routes[START_THREAD], SHORT.routes[CREATE_MESSAGE]
    last_start = (DISCUSSIONS - 1) // starts.requests * starts.seconds
    in_each = len(_creates(requests)) // DISCUSSIONS
    ideal = max(len(requests) / PACE, last_start + (in_each - 1) // messages.requests * messages.seconds)
    return ideal / (requests[-1].time - requests[0].time)


CASES = (
    Case("mirror 50 comments into one thread", "the advertised limit", mirror, "≥ 0.97", side_by_side=True),
    Case("60 discussions into 60 forum posts", "all limits and our 45/s", forum, "≥ 0.85"),
)


@asynccontextmanager
async def _posting(
    limits: RateLimits, *, articles: int, comments: int
) -> AsyncIterator[tuple[Stage, Database, list[str]]]:
    with tempfile.TemporaryDirectory(prefix="oped-bench-") as folder:
        file = Path(folder) / "oped.db"
        async with set_stage(limits=limits) as stage, Database.open(file, migrate=True) as database:
            slugs = [await imported(database, number, comments) for number in range(articles)]
            bot = BotProcess(stage, file, file.with_name("bot.log"))
            await bot.start()
            try:
                yield stage, database, slugs
                if refused := [each for each in stage.discord.requests if each.status == TOO_MANY]:
                    routes = {f"{each.method} {each.route}" for each in refused}
                    raise RuntimeError(f"{len(refused)} × {TOO_MANY}: {', '.join(sorted(routes))}")
            finally:
                await bot.stop()


async def imported(database: Database, number: int, comments: int, *, sections: int = 1) -> str:
    """Import an article with so many comments and sections; its slug."""
    ref = str(number)
    parts = [SourceSection(None, INTRODUCTION)]
    parts += [SourceSection(f"Heading {each}", f"Section {each}.") for each in range(2, sections + 1)]
    article = SourceArticle(ref, f"Article {number}", tuple(parts), "bench")
    records = (
        SourceComment(ref, str(each), SourceAuthor(f"Reader {each}"), f"Comment {each} of {number}.")
        for each in range(comments)
    )
    identities = Identities.beside(database.path)
    report = await import_records(
        database, chain((article,), records), format_name="bench", identities=identities
    )
    return report.articles[0].slug


async def post(
    stage: Stage, database: Database, slugs: list[str], channel: Channel, kind: ChannelKind
) -> None:
    """Ask for publications, as `oped post` does, and wait until they are up."""
    publishing = Publishing(database, guilds=frozenset(), wake=lambda: None)
    asked = [
        await publishing.request(
            slug,
            guild_id=GuildId(stage.server.id),
            channel_id=ChannelId(channel.id),
            channel_kind=kind,
        )
        for slug in slugs
    ]
    for publication in asked:
        # Another process works on it: there is no event to wait for.
        while (await publishing.progress(publication.id)).state is not PublicationState.LIVE:
            await asyncio.sleep(0.2)


def _creates(requests: Iterable[LoggedRequest]) -> list[LoggedRequest]:
    return [each for each in requests if f"{each.method} {each.route}" == CREATE_MESSAGE]


def _into(channel: Channel) -> str:
    return f"/api/v10/channels/{channel.id}/messages"
