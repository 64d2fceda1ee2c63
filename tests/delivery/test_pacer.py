from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from bot.delivery.pacer import Pacer

# Where the loop counts from is when the machine was started, and how finely from how long ago that is.
UPTIMES = [0.5, 100.1, 700.123, 64_123.456, 200_000.3, 5e6 + 1 / 3]


async def turns(pacer: Pacer, number: int, begun: float, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long after `begun` so many turns come that all are asked for at once."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: begun)
    monkeypatch.setattr("bot.delivery.pacer.asyncio.sleep", sleep)
    for _ in range(number):
        await pacer.turn()
    return [0.0] * (number - len(slept)) + slept


@pytest.mark.parametrize("begun", UPTIMES)
async def test_after_a_rest_some_come_at_once_and_the_rest_evenly(
    begun: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await turns(Pacer(45), 100, begun, monkeypatch)
    assert max(found[:5]) < 1e-6
    steps = [later - earlier for earlier, later in pairwise(found[5:])]
    assert all(abs(step - 1 / 45) < 1e-6 for step in steps)


@pytest.mark.parametrize("begun", UPTIMES)
async def test_no_second_sees_more_than_discord_allows(begun: float, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await turns(Pacer(), 300, begun, monkeypatch)
    assert max(sum(begin <= each < begin + 1 for each in found) for begin in found) <= 50
