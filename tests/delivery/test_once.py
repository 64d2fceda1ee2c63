"""A forum post takes no nonce, and yet there is one of it, whatever discord.py tries again by itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import discord
import pytest

from bot.demo.sample import sample_path
from bot.demo.stage import set_stage
from bot.sandbox import Act, Fault, Schedule
from bot.sandbox.limits import START_THREAD
from tests.sandbox.judge import Judge
from tests.stage import Production, by_message_id, eventually, imported, posted


@pytest.mark.parametrize(
    "fault",
    [
        Fault(Act.BAD_GATEWAY, 1, START_THREAD, after=True),
        Fault(Act.INTERNAL, 1, START_THREAD),
        Fault(Act.HANG_UP, 1, START_THREAD, after=True),
        Fault(Act.TOO_MANY, 1, START_THREAD, seconds=0.1),
    ],
    ids=lambda fault: f"{fault.act} {'after' if fault.after else 'before'}",
)
async def test_a_post_is_one_post_and_keeps_what_members_wrote_at_once(
    fault: Fault, judge: Judge | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.client.GUILD_READY_SECONDS", 0.05)
    monkeypatch.setattr("bot.delivery.creation.LATE_POST", timedelta(seconds=0.5))
    monkeypatch.setattr("bot.patience.FIRST_WAIT", 0.1)
    monkeypatch.setattr("cogs.articles.PACE", 0.1)
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    gateway = discord.gateway.DiscordWebSocket
    monkeypatch.setattr(gateway, "DEFAULT_GATEWAY", gateway.DEFAULT_GATEWAY)
    async with set_stage(judge=judge, schedule=Schedule((fault,))) as stage:
        production = Production(stage, tmp_path / "oped.db")
        slug = await imported(production, sample_path())
        async with production.running(), asyncio.TaskGroup() as tasks:
            tasks.create_task(posted(production, slug, stage.forum))
            await stage.discord.until(lambda: stage.server.guild.threads)
            said = await stage.alice.say(production.thread, "First!")
            rows = await eventually(production, slug, lambda rows: said.id in by_message_id(rows))
        assert len(rows) == 5
        assert len(stage.server.guild.threads) == 1
