"""Merging: carrying out what an import has found about one article, in transactions that nobody has to wait for.

What is new is stored under a mark and seen at one moment. From that moment on, what changes about the comments that
were there before is promised: it is done some at a time, if need be by the next import or the running bot.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.discussion.batches import BREATH_SECONDS, in_batches
from bot.errors import StorageError
from bot.model import ArticleId, Section, SourceArticle
from bot.store import arrival
from bot.store.arrival import Arrival, any_begun, clear_some
from bot.store.changes import Changes
from bot.store.comparison import CommentSource, Comparison
from bot.store.connection import settled
from bot.store.database import Database, Transaction
from bot.store.imported_articles import ImportedArticles, SourceName


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with one staged article.

    `article` is None for a new one, `facts` where its source knows no more of it than its name, `sections` where
    they stay as they are.
    """

    article: ArticleId | None
    slug: str
    name: SourceName
    source: SourceArticle
    facts: SourceArticle | None
    sections: list[Section] | None
    comments: CommentSource
    comparison: Comparison


class Merging:
    """Carries out a plan; `staging` is the file that it was made from."""

    def __init__(self, database: Database, staging: Path, plan: Plan) -> None:
        self._database = database
        self._attach = {"staging": staging}
        self._plan = plan
        self._arrival = Arrival(plan.comments, fresh=plan.comparison.created, touched=plan.comparison.touched)

    async def run(self) -> None:
        """Store what is new, hidden at first if it is much; then show it, and change the rest.

        Where it fails, nothing is left of it, or all of it will be done.
        """
        try:
            await self._carry_out()
        except BaseException:
            with suppress(StorageError):  # the next import will do it, or the bot
                await settled(settle(self._database))
            raise

    async def _carry_out(self) -> None:
        article = await self._bring_most() if self._arrival.waiting else None
        async with self._database.transaction(attach=self._attach) as tx:
            await self._conclude(tx, article or await self._enter(tx))
            # So that few changes are seen at one moment too.
            more = await Changes(tx).carry_out(tx, arrival.BATCH)
        if more:
            await asyncio.sleep(BREATH_SECONDS)
            await _keep_promises(self._database)

    async def _bring_most(self) -> ArticleId:
        async with self._database.transaction() as tx:
            article = await self._enter(tx)
            await self._arrival.begin(tx, article, new_article=self._plan.article is None)
        while self._arrival.waiting:
            async with self._database.transaction(attach=self._attach) as tx:
                await self._arrival.store_batch(tx, article)
            await asyncio.sleep(BREATH_SECONDS)
        return article

    async def _enter(self, tx: Transaction) -> ArticleId:
        """Have rows for the article and its sections, on which comments can stand."""
        plan, articles = self._plan, ImportedArticles(tx)
        article = plan.article
        if article is None:
            article = await articles.add(plan.slug, plan.name, plan.source)
        await articles.expect_sections(article, plan.sections or ())
        return article

    async def _conclude(self, tx: Transaction, article: ArticleId) -> None:
        plan, articles = self._plan, ImportedArticles(tx)
        if plan.article is not None:
            await articles.rename(article, plan.slug)
            if plan.facts is not None:
                await articles.update(article, plan.name, plan.facts)
        if plan.sections is not None:
            await articles.replace_sections(article, plan.sections)
        await self._arrival.conclude(tx, article)


async def settle(database: Database) -> None:
    """Undo or complete what imports have left that were killed. To be called while no other import is at work."""
    if await any_begun(database):
        await in_batches(database, clear_some)
        await _keep_promises(database)


async def _keep_promises(database: Database) -> None:
    async def keep_some(tx: Transaction) -> bool:
        return await Changes(tx).carry_out(tx, arrival.BATCH)

    await in_batches(database, keep_some)
