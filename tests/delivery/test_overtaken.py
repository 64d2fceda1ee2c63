"""What the poster does when somebody else plans at the same moment."""

from __future__ import annotations

import pytest

from bot.demo.sample import sample_path
from bot.discussion import plan
from bot.model import Publication
from bot.store.database import Database
from tests.stage import Production, imported, posted


async def test_a_plan_that_somebody_entered_just_before_is_carried_out(
    production: Production, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter, requested = plan.bring_up_to_date, False

    async def overtaken(database: Database, publication: Publication, *, more: int = 0) -> plan.Changes:
        nonlocal requested
        if not requested:  # the request's own planning is late: the poster has seen the publication already
            requested = True
            return plan.Changes()
        await enter(database, publication, more=more)
        return await enter(database, publication, more=more)

    monkeypatch.setattr(plan, "bring_up_to_date", overtaken)
    slug = await imported(production, sample_path())
    async with production.running():
        await posted(production, slug, production.stage.articles)
    assert production.ours(production.thread)
