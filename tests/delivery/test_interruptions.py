"""A publication that is interrupted ends complete, in order, each message once."""

from __future__ import annotations

import asyncio
import random

import pytest

from bot.demo.sample import sample_path
from bot.demo.stage import BotProcess
from bot.model import PublicationState
from bot.store.articles import Articles
from bot.store.comments import Nested
from bot.store.publications import Publications
from tests.stage import Production, imported, stored


@pytest.mark.parametrize("seed", range(3))
async def test_killed_again_and_again_while_posting(production: Production, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    stage = production.stage
    slug = await imported(production, sample_path())
    process = BotProcess(stage, production.path, production.path.with_name("bot.log"))
    channel = stage.forum if seed % 2 else stage.articles
    await process.start()
    answer = asyncio.create_task(
        stage.mo.command("article post", here=stage.articles, article=slug, channel=channel, patience=60)
    )
    for _ in range(3):
        if not await _requests(production, slug, chance.randrange(2, 12)):
            break
        await process.kill()
        await process.start()
    try:
        await _until_live(production, slug)
    finally:
        await process.stop()
        answer.cancel()
    _check_complete(production, await stored(production, slug))


async def _requests(production: Production, slug: str, number: int) -> bool:
    """Wait until the bot has made so many more requests; False where it was done before."""
    wanted = len(production.stage.discord.requests) + number
    while len(production.stage.discord.requests) < wanted:
        if await _is_live(production, slug):
            return False
        await asyncio.sleep(0.05)
    return True


async def _until_live(production: Production, slug: str) -> None:
    """Wait until the article is up; the bot is another process, whose database can only be polled."""
    async with asyncio.timeout(60):
        while not await _is_live(production, slug):
            await asyncio.sleep(0.1)


async def _is_live(production: Production, slug: str) -> bool:
    async with production.database() as database:
        article = await Articles(database).by_slug(slug)
        assert article is not None
        publications = await Publications(database).of_article(article.id)
    return bool(publications) and publications[0].state is PublicationState.LIVE


def _check_complete(production: Production, rows: list[Nested]) -> None:
    contents = [
        message.content
        for message in production.ours(production.stage.articles, production.stage.forum, production.thread)
    ]
    assert len(contents) == len(set(contents)), "a message was posted twice"
    assert sum("\n" in content and content.startswith("-# ") for content in contents) == len(rows)
