"""Rate limits: as discord.py meets them, and as they count."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import aiohttp
import discord
import pytest

from bot.sandbox import RateLimits, Sandbox
from bot.sandbox.limits import CREATE_MESSAGE, Limit, Limiter
from tests.sandbox.conftest import furnish
from tests.sandbox.fixtures import Bot, point_discord_py_at, running

if TYPE_CHECKING:
    from tests.sandbox.conftest import Paper


class Machine:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def limiter(machine: Machine) -> Limiter:
    return Limiter(RateLimits.real(), machine)


def test_a_channel_takes_five_messages_in_five_seconds() -> None:
    machine = Machine()
    limits = limiter(machine)
    verdicts = [limits.judge("bot", CREATE_MESSAGE, {"channel_id": "1"}) for _ in range(6)]
    assert [verdict.passes for verdict in verdicts] == [True] * 5 + [False]
    assert [v.headers["X-RateLimit-Remaining"] for v in verdicts] == ["4", "3", "2", "1", "0", "0"]
    assert limits.judge("bot", CREATE_MESSAGE, {"channel_id": "2"}).passes
    refused = verdicts[-1]
    assert refused.body == {
        "message": "You are being rate limited.",
        "retry_after": 5.0,
        "global": False,
        "code": 0,
    }
    assert refused.headers["Retry-After"] == "5"
    assert refused.headers["X-RateLimit-Scope"] == "user"
    machine.time += 5
    assert limits.judge("bot", CREATE_MESSAGE, {"channel_id": "1"}).passes


def test_the_fifty_first_request_in_a_second_meets_the_global_limit() -> None:
    machine = Machine()
    limits = limiter(machine)
    verdicts = [limits.judge("bot", "GET /channels/{channel_id}", {"channel_id": str(n)}) for n in range(51)]
    assert [verdict.passes for verdict in verdicts] == [True] * 50 + [False]
    assert verdicts[-1].headers["X-RateLimit-Global"] == "true"
    assert verdicts[-1].body is not None
    assert verdicts[-1].body["global"] is True
    callback = "POST /interactions/{interaction_id}/{interaction_token}/callback"
    assert limits.judge("bot", callback, {"interaction_token": "t"}).passes


def test_renames_are_limited_without_warning() -> None:
    limits = limiter(Machine())
    edit = "PATCH /channels/{channel_id}"
    verdicts = [limits.judge("bot", edit, {"channel_id": "1"}, "rename") for _ in range(3)]
    assert [verdict.passes for verdict in verdicts] == [True, True, False]
    assert int(verdicts[-1].headers["X-RateLimit-Remaining"]) > 0
    assert verdicts[-1].headers["Retry-After"] == "600"
    assert limits.judge("bot", edit, {"channel_id": "1"}).passes


def test_faster_limits_divide_time_alone() -> None:
    limits = RateLimits.real().faster(10)
    assert limits.routes[CREATE_MESSAGE] == Limit(5, 0.5)
    assert limits.overall == Limit(50, 0.1)


async def test_discord_py_keeps_to_the_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Sandbox(limits=RateLimits.real().faster(20)) as sandbox:
        point_discord_py_at(sandbox, monkeypatch)
        paper = furnish(sandbox, Bot())
        async with running(paper.bot, sandbox, paper.app):
            place, begun = paper.place(paper.channel), time.monotonic()
            await asyncio.gather(*(place.send(str(number)) for number in range(12)))
        assert sandbox.rate_limited == 0
        times = [each.time for each in sandbox.requests if each.method == "POST"]
        assert times[5] - begun >= 0.25
        assert times[10] - begun >= 0.5


async def test_discord_py_waits_out_a_429(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Sandbox(limits=RateLimits.real().faster(60)) as sandbox:
        point_discord_py_at(sandbox, monkeypatch)
        paper = furnish(sandbox, Bot())
        async with running(paper.bot, sandbox, paper.app):
            thread = await paper.alice.open_thread(paper.channel, "Talk")
            await paper.mo.change_thread(thread, name="Ours")
            thread.owner_id = paper.app.bot.id
            for name in ("one", "two", "three"):
                await paper.bot.http.edit_channel(thread.id, name=name)
        assert thread.name == "three"
        assert sandbox.rate_limited == 1
        assert [each.status for each in sandbox.requests if each.method == "PATCH"] == [200, 200, 429, 200]


async def test_a_429_names_its_way_and_its_json_is_bare(paper: Paper) -> None:
    limits = RateLimits(otherwise=Limit(1, 60), overall=Limit(100, 1))
    async with Sandbox(limits=limits) as sandbox, aiohttp.ClientSession() as http:
        app = sandbox.add_application("Oped", token="t")
        headers = {"Authorization": f"Bot {app.token}"}
        async with http.get(f"{sandbox.api_url}/users/@me", headers=headers) as first:
            assert first.status == 200
            assert first.headers["Content-Type"] == "application/json"
            assert first.headers["X-RateLimit-Limit"] == "1"
        async with http.get(f"{sandbox.api_url}/users/@me", headers=headers) as second:
            assert second.status == 429
            assert second.headers["Via"]
            assert second.headers["Content-Type"] == "application/json"
            assert (await second.json())["retry_after"] > 59


async def test_an_over_long_wait_is_refused_by_discord_py(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Sandbox(limits=RateLimits.real()) as sandbox:
        point_discord_py_at(sandbox, monkeypatch)
        paper = furnish(sandbox, Bot(max_ratelimit_timeout=30))
        async with running(paper.bot, sandbox, paper.app):
            thread = await paper.alice.open_thread(paper.channel, "Talk")
            thread.owner_id = paper.app.bot.id
            await paper.bot.http.edit_channel(thread.id, name="one")
            await paper.bot.http.edit_channel(thread.id, name="two")
            with pytest.raises(discord.RateLimited):
                await paper.bot.http.edit_channel(thread.id, name="three")
