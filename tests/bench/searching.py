"""Searching a million comments against a bare FTS5 table of the same texts, and how the index keeps up.

Both are asked the same words, from words that stand in every comment to words that hardly anybody uses; ours also
looks at who may see what, and fetches what is shown of each result.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from functools import cache
from pathlib import Path
from statistics import quantiles

from bot.discussion.access import Viewer
from bot.discussion.indexing import Indexing, compact
from bot.discussion.searching import PAGE, Asked, Searching
from bot.model import GuildId, UserId
from bot.store.database import Database
from tests.bench.case import Case, Shared
from tests.bench.large import Large, large

ASKED = (
    *(f"word{number}" for number in (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 987, 4181, 10946, 17711)),
    *("word1 word2", "word1 word2 word3", "word5 word89", "word21 word34", '"word1 word1"'),
    *("discussion 77", "comment 42", "people", "some words", "moved zebra", "zebra"),
)
"""Of these, what p95 shows is what stands in most of the comments."""


async def search(discussions: int) -> float:
    """p95 of our searches over p95 of bare ones."""
    state = await asyncio.to_thread(large, discussions)
    bare_file = await asyncio.to_thread(_bare, state)
    viewer = Viewer(GuildId(1), UserId(1), lambda channel: True)
    ours, bare = [], []
    with closing(sqlite3.connect(bare_file)) as connection:
        async with Database.open(state.file) as database:
            searching = Searching(database)
            for words in ASKED:
                begun = time.perf_counter()
                await searching.search(viewer, Asked(words))
                ours.append(time.perf_counter() - begun)
                begun = time.perf_counter()
                connection.execute(
                    "SELECT rowid FROM bare WHERE bare MATCH ? ORDER BY rank LIMIT ?", (words, PAGE)
                ).fetchall()
                bare.append(time.perf_counter() - begun)
    return _p95(ours) / _p95(bare)


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1]


@cache
def _bare(state: Large) -> Path:
    """A file with nothing but the comments' texts in an FTS5 table."""
    file = state.file.with_name("bare.db")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE VIRTUAL TABLE bare USING fts5 (text)")
        database.execute("ATTACH ? AS large", (str(state.file),))
        database.execute("INSERT INTO bare (rowid, text) SELECT id, text FROM large.comment ORDER BY id")
    return file


async def index(discussions: int) -> tuple[float, float, float]:
    """Entries made in a second without pauses; seconds to compact the whole; bytes that an entry takes."""
    state = await asyncio.to_thread(large, discussions)
    file = state.file.with_name("index.db")
    try:
        file.write_bytes(state.file.read_bytes())
        async with Database.open(file) as database:
            async with database.transaction() as tx:
                await tx.execute("DELETE FROM search_index")
                await tx.execute("INSERT INTO search_todo (entry) SELECT id FROM comment")
            begun = time.perf_counter()
            await Indexing(database).enter_all()
            entered = time.perf_counter()
            async with database.transaction() as tx:
                await tx.execute("UPDATE comment SET status = 'hidden' WHERE id % 1000 = 0")
            compacting = time.perf_counter()
            await compact(database)
            compacted = time.perf_counter()
            size = await database.fetch_value(
                "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search!_index!_%' ESCAPE '!'"
            )
    finally:
        for each in file.parent.glob(f"{file.name}*"):
            each.unlink()
    return state.comments / (entered - begun), compacted - compacting, size / state.comments


def _indexing(discussions: int) -> tuple[Case, ...]:
    figures = Shared(lambda: index(discussions))
    size = f"{discussions * 200:,} comments"
    return (
        Case(f"index {size}", "", figures.part(0), unit="a second"),
        Case(f"compact the index of {size}", "", figures.part(1), unit="s"),
        Case(f"disk for the index of {size}, each", "", figures.part(2), unit="bytes"),
    )


CASES = (
    Case("search 1,000,000 comments, p95", "a bare FTS5 query", lambda: search(5_000), "≤ 1.5"),
    *_indexing(50),
)
MORE = _indexing(5_000)
