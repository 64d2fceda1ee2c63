from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.delivery import members
from bot.delivery.members import Members
from bot.demo.stage import Stage
from bot.model import GuildId, UserId
from tests.stage import Production


@pytest.fixture
async def known(production: Production) -> AsyncIterator[Members]:
    async with production.running() as bot:
        yield Members(bot.wire)


def requests(stage: Stage) -> int:
    return sum("/members/" in each.path for each in stage.discord.requests)


async def test_somebody_is_asked_for_once_however_many_want_to_know(
    production: Production, known: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = production.stage
    guild, mo = GuildId(stage.server.id), UserId(stage.mo.id)
    first, second = await asyncio.gather(known.of(guild, mo), known.of(guild, mo))
    assert first is second
    assert first is not None
    assert first.guild_permissions.manage_messages
    assert requests(stage) == 1
    monkeypatch.setattr(members, "FRESH_SECONDS", 0.0)
    await known.of(guild, mo)
    assert requests(stage) == 2


async def test_who_has_left_is_no_member(production: Production, known: Members) -> None:
    stage = production.stage
    del stage.server.guild.members[stage.alice.id]
    for _ in range(2):
        assert await known.of(GuildId(stage.server.id), UserId(stage.alice.id)) is None
    assert requests(stage) == 1
