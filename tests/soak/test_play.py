"""A short soak, of seeds in which something once went wrong; `make soak` runs the long one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.conftest import AT_DISCORD
from tests.soak.play import soak
from tests.soak.rounds import kill_while_posting, take_rights


@pytest.fixture(autouse=True)
def as_at_discord(monkeypatch: pytest.MonkeyPatch) -> None:
    """Members wait no longer than they would for a bot that was killed; what it owes them, faults excuse."""
    monkeypatch.setattr("bot.sandbox.interactions.FIRST_ANSWER_WITHIN", AT_DISCORD)


@pytest.mark.parametrize("seed", [3, 24])
async def test_nothing_is_lost_and_nothing_twice_under_faults(seed: int, tmp_path: Path) -> None:
    outcome = await soak(seed, tmp_path)
    assert outcome.problems == [], f"see {outcome.folder}"
    assert outcome.faults
    assert outcome.messages


async def test_nothing_is_lost_and_nothing_twice_while_rights_come_and_go(tmp_path: Path) -> None:
    outcome = await take_rights(1, tmp_path)
    assert outcome.problems == [], f"see {outcome.folder}"


async def test_killed_again_and_again_while_posting(tmp_path: Path) -> None:
    outcomes = await asyncio.gather(*(kill_while_posting(seed, tmp_path) for seed in (2, 3)))
    assert [each.problems for each in outcomes] == [[], []], [each.folder for each in outcomes]
    assert all(each.kills for each in outcomes)
