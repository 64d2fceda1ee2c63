from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from bot.delivery.pacer import Pacer


async def turns(pacer: Pacer, number: int, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When so many turns come that all are asked for at once."""
    begun = asyncio.get_running_loop().time()
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: begun)
    monkeypatch.setattr("bot.delivery.pacer.asyncio.sleep", sleep)
    for _ in range(number):
        await pacer.turn()
    return [0.0] * (number - len(slept)) + slept


async def test_after_a_rest_some_come_at_once_and_the_rest_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    found = await turns(Pacer(45), 100, monkeypatch)
    assert found[:5] == [0.0] * 5
    steps = [later - earlier for earlier, later in pairwise(found[5:])]
    assert all(abs(step - 1 / 45) < 1e-6 for step in steps)


async def test_no_second_sees_more_than_discord_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    found = await turns(Pacer(), 300, monkeypatch)
    assert max(sum(begin <= each < begin + 1 for each in found) for begin in found) <= 50
