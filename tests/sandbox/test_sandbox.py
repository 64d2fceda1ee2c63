"""The embedded Discord as a test or a page holds it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.sandbox import Permissions, Sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import Paper


async def test_until_wakes_at_a_change(paper: Paper) -> None:
    waiting = asyncio.create_task(paper.sandbox.until(lambda: paper.sandbox.messages(paper.channel)))
    await asyncio.sleep(0)
    assert not waiting.done()
    await paper.alice.say(paper.channel, "now")
    await waiting


async def test_until_takes_async_predicates_and_gives_up(paper: Paper) -> None:
    async def holds() -> bool:
        return True

    async def fails() -> bool:
        return False

    await paper.sandbox.until(holds)
    with pytest.raises(TimeoutError):
        await paper.sandbox.until(fails, timeout=0.05)


async def test_a_subscriber_sees_every_event_from_then_on(paper: Paper) -> None:
    await paper.alice.say(paper.channel, "before")
    with paper.sandbox.subscribe() as events:
        said = await paper.alice.say(paper.channel, "after")
        await paper.alice.delete(said)
        names = [(await anext(events)).name for _ in range(2)]
    assert names == ["MESSAGE_CREATE", "MESSAGE_DELETE"]


async def test_time_goes_forward_only(paper: Paper) -> None:
    before = paper.sandbox.world.now()
    paper.sandbox.advance(days=1)
    assert (paper.sandbox.world.now() - before).days == 1
    with pytest.raises(ValueError, match="forward"):
        paper.sandbox.advance(seconds=-1)


async def test_each_person_sees_what_they_may(paper: Paper) -> None:
    await paper.alice.say(paper.channel, "here")
    paper.server.set_permissions(paper.channel, paper.mo, deny=Permissions.READ_MESSAGE_HISTORY)
    assert [message.content for message in paper.alice.read(paper.channel)] == ["here"]
    assert paper.mo.read(paper.channel) == []
    assert paper.alice.name == "Alice"


async def test_a_given_port_is_used() -> None:
    async with Sandbox() as first:
        port = int(first.api_url.split(":")[2].split("/")[0])
    async with Sandbox(port=port) as second:
        assert second.api_url == first.api_url


async def test_tokens_stay_out_of_sight(paper: Paper) -> None:
    assert paper.app.token not in repr(paper.app)
    payload = paper.sandbox.payload(await paper.alice.say(paper.channel, "x"))
    assert paper.app.token not in str(payload)
