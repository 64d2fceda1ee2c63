from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from bot.demo import rows
from bot.demo.rows import NEWEST, TABLES, watch_rows
from bot.store.database import Database

SNOWFLAKE = 1_574_251_692_151_537_664


async def insert_article(database: Database, slug: str) -> None:
    async with database.transaction() as transaction:
        await transaction.execute(
            "INSERT INTO article (slug, title, source_kind, source_site, source_key) VALUES (?, ?, 'x', '', ?)",
            (slug, slug.title(), f"slug:{slug}"),
        )


async def next_of(tables: AsyncIterator[list[dict[str, Any]]], name: str) -> dict[str, Any]:
    async with asyncio.timeout(30):
        return next(each for each in await anext(tables) if each["name"] == name)


async def test_shows_what_is_there_and_what_lands(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "oped.db") as database:
        await insert_article(database, "first")
        async with aclosing(watch_rows(tmp_path / "oped.db")) as tables:
            before = await next_of(tables, "article")
            assert [row["slug"] for row in before["rows"]] == ["first"]
            await insert_article(database, "second")
            after = await next_of(tables, "article")
            assert [row["slug"] for row in after["rows"]] == ["second", "first"]
            assert after["count"] == 2


async def test_says_nothing_while_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_LOOK_AGAIN", 0.01)
    async with (
        Database.open(tmp_path / "oped.db") as database,
        aclosing(watch_rows(tmp_path / "oped.db")) as tables,
    ):
        await anext(tables)
        waiting = asyncio.ensure_future(anext(tables))
        done, _ = await asyncio.wait({waiting}, timeout=0.3)
        assert not done
        await insert_article(database, "first")
        async with asyncio.timeout(30):
            assert await waiting


async def test_shows_the_newest_of_many_and_counts_them_all(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "oped.db") as database:
        for number in range(NEWEST + 5):
            await insert_article(database, f"article-{number}")
        async with aclosing(watch_rows(tmp_path / "oped.db")) as tables:
            articles = await next_of(tables, "article")
    assert len(articles["rows"]) == NEWEST
    assert articles["rows"][0]["slug"] == f"article-{NEWEST + 4}"
    assert articles["count"] == NEWEST + 5


async def test_ids_of_discord_keep_every_digit_in_a_browser(tmp_path: Path) -> None:
    async with Database.open(tmp_path / "oped.db") as database:
        await insert_article(database, "first")
        async with database.transaction() as transaction:
            await transaction.execute(
                "INSERT INTO publication (article_id, guild_id, channel_id, channel_kind, state, requested_at) "
                "VALUES (1, 1, ?, 'text', 'live', 1700000000000)",
                (SNOWFLAKE,),
            )
        async with aclosing(watch_rows(tmp_path / "oped.db")) as tables:
            publications = await next_of(tables, "publication")
    assert publications["rows"][0]["channel_id"] == str(SNOWFLAKE)
    assert publications["rows"][0]["requested_at"] == 1700000000000


async def test_every_table_that_is_shown_exists(tmp_path: Path) -> None:
    async with (
        Database.open(tmp_path / "oped.db"),
        aclosing(watch_rows(tmp_path / "oped.db")) as tables,
    ):
        assert [each["name"] for each in await anext(tables)] == list(TABLES)
