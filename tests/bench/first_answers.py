"""How soon commands answer with a million comments stored, against a thousand.

A command's first answer is what Discord wants within three seconds; of what says that it is thinking, the time until
its answer is filled is measured too. Two bots are asked in turn, so that what else the machine does falls to both.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median

from bot.demo.stage import BotProcess, Stage, set_stage
from bot.sandbox import RateLimits
from tests.bench.case import Case, Shared
from tests.bench.large import large

ROUNDS = 21
FEW, MANY = 5, 5_000

Ask = Callable[[Stage], Awaitable[Callable[[], bool]]]
"""Asks something of the bot; what comes back tells whether the answer is there in full."""


def _command(name: str, **options: object) -> Ask:
    async def ask(stage: Stage) -> Callable[[], bool]:
        answer = await stage.mo.command(name, here=stage.forum, patience=0, **options)
        return lambda: not answer.interaction.loading

    return ask


def _typing(name: str, option: str, typed: str, **options: object) -> Ask:
    async def ask(stage: Stage) -> Callable[[], bool]:
        await stage.mo.autocomplete(name, option, typed, here=stage.forum, **options)
        return lambda: True

    return ask


ASKS: dict[str, Ask] = {
    "/article list": _command("article list"),
    "/article status": _command("article status", publication="3"),
    "/article stats": _command("article stats", publication="3"),
    "/article update": _command("article update", publication="3"),
    "/article export": _command("article export", publication="3"),
    "/comment show": _command("comment show", comment="#500"),
    "/comment tree": _command("comment tree", article="article-3"),
    "/comment tree, best first": _command("comment tree", article="article-3", order="best"),
    "/comment mine": _command("comment mine"),
    "/comment best": _command("comment best", article="3"),
    "/comment claims": _command("comment claims"),
    "/comment search, a rare word": _command("comment search", words="word17711"),
    "/comment search in an article": _command("comment search", words="word1", article="article-3"),
    "/follow news": _command("follow news"),
    "/follow list": _command("follow list"),
    "/moderation queue": _command("moderation queue"),
    "/moderation reports": _command("moderation reports"),
    "/privacy export": _command("privacy export"),
    "typing in /article post": _typing("article post", "article", "cle 3"),
    "typing in /article status": _typing("article status", "publication", "cle 3"),
    "typing in /comment show": _typing("comment show", "comment", "word1"),
    "typing nothing yet in /comment show": _typing("comment show", "comment", ""),
    "typing an author in /comment search": _typing("comment search", "author", "reader 3", words="word1"),
    "typing an article in /comment tree": _typing("comment tree", "article", "cle 3"),
    "typing in /comment hide": _typing("comment hide", "comment", "word1"),
    "typing in /comment restore": _typing("comment restore", "comment", ""),
}


async def compare() -> list[float]:
    """For each of them the time of its first answer with many comments over that with few, then until it is filled."""
    async with AsyncExitStack() as sides:
        few, many = [await sides.enter_async_context(_asked_of(discussions)) for discussions in (FEW, MANY)]
        times = [await _times(ask, few, many) for ask in ASKS.values()]
    first = [after[0] / before[0] for before, after in times]
    filled = [after[1] / before[1] for before, after in times]
    return [*first, *filled]


@asynccontextmanager
async def _asked_of(discussions: int) -> AsyncIterator[Stage]:
    """A stage with a bot on a database of so many discussions, once it has caught up."""
    state = await asyncio.to_thread(large, discussions)
    with tempfile.TemporaryDirectory(prefix="oped-bench-") as folder:
        file = Path(folder) / "oped.db"
        async with set_stage(limits=RateLimits.relaxed()) as stage:
            state.copied_to(file, stage)
            await asyncio.to_thread(os.sync)  # or the copy would still be on its way to the disk meanwhile
            bot = BotProcess(stage, file, file.with_suffix(".log"), module="bot")
            await bot.start(patience=120)
            try:
                await asyncio.sleep(5)  # until the first catch-up is over
                yield stage
            finally:
                await bot.stop()


async def _times(ask: Ask, *stages: Stage) -> list[tuple[float, float]]:
    """The medians on each stage."""
    taken: list[list[tuple[float, float]]] = [[] for _ in stages]
    for _ in range(ROUNDS):
        for stage, times in zip(stages, taken, strict=True):
            times.append(await _asked(stage, ask))
    return [
        (median(first for first, _ in times[1:]), median(filled for _, filled in times[1:]))
        for times in taken
    ]


async def _asked(stage: Stage, ask: Ask) -> tuple[float, float]:
    begun = time.perf_counter()
    is_filled = await ask(stage)
    first = time.perf_counter() - begun
    await stage.discord.until(is_filled, 60)
    return first, time.perf_counter() - begun


def _cases() -> tuple[Case, ...]:
    shared = Shared(compare)
    against = f"{FEW * 200:,} comments"
    return tuple(
        Case(f"{what} of {name}, {MANY * 200:,} comments", against, shared.part(place), target)
        for part, (what, target) in enumerate((("first answer", "≤ 1.5"), ("full answer", "")))
        for place, name in enumerate(ASKS, start=part * len(ASKS))
    )


CASES = _cases()
