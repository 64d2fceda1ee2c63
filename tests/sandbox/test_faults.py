"""Each kind of fault, as the real discord.py meets it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox import Act, Fault, Sandbox, Schedule
from bot.sandbox.faults import ANY_EVENT, ANY_REQUEST, AT_EVENTS
from bot.sandbox.limits import CREATE_MESSAGE
from bot.sandbox.world import PATIENCE
from tests.sandbox.conftest import Paper, furnish
from tests.sandbox.fixtures import Bot, point_discord_py_at, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from tests.sandbox.judge import Judge

    Staged = Callable[..., AbstractAsyncContextManager[Paper]]


@pytest.fixture
def staged(judge: Judge | None, monkeypatch: pytest.MonkeyPatch) -> Staged:
    """A paper whose Discord has these faults, its bot connected."""

    @asynccontextmanager
    async def paper(*faults: Fault) -> AsyncIterator[Paper]:
        async with Sandbox(judge=judge, schedule=Schedule(faults)) as sandbox:
            point_discord_py_at(sandbox, monkeypatch)
            found = furnish(sandbox, Bot())
            async with running(found.bot, sandbox, found.app):
                yield found

    return paper


def contents(paper: Paper) -> list[str]:
    return [message.content for message in paper.sandbox.messages(paper.channel)]


def happened(paper: Paper) -> list[Act]:
    assert paper.sandbox.faults is not None
    return [each.fault.act for each in paper.sandbox.faults.happened]


@pytest.mark.parametrize("after", [False, True])
async def test_a_connection_is_closed_without_an_answer(staged: Staged, after: bool) -> None:
    async with staged(Fault(Act.HANG_UP, 2, CREATE_MESSAGE, after)) as paper:
        place = paper.place(paper.channel)
        await place.send("one")
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await place.send("two")
        await place.send("three")
        assert contents(paper) == (["one", "two", "three"] if after else ["one", "three"])
        assert happened(paper) == [Act.HANG_UP]


@pytest.mark.parametrize("act", [Act.INTERNAL, Act.BAD_GATEWAY])
@pytest.mark.parametrize("after", [False, True])
async def test_errors_that_discord_py_tries_again_after(staged: Staged, act: Act, after: bool) -> None:
    async with staged(Fault(act, 1, CREATE_MESSAGE, after)) as paper:
        await paper.place(paper.channel).send("once")
        assert contents(paper) == ["once"]  # discord.py sends its nonce again
        assert happened(paper) == [act]


@pytest.mark.parametrize("after", [False, True])
async def test_an_error_that_discord_py_passes_on(staged: Staged, after: bool) -> None:
    async with staged(Fault(Act.UNAVAILABLE, 1, CREATE_MESSAGE, after)) as paper:
        with pytest.raises(discord.DiscordServerError) as caught:
            await paper.place(paper.channel).send("perhaps")
        assert caught.value.status == 503
        assert contents(paper) == (["perhaps"] if after else [])


@pytest.mark.parametrize("scope", ["user", "shared", "global"])
async def test_a_429_asks_to_wait(staged: Staged, scope: str) -> None:
    async with staged(Fault(Act.TOO_MANY, 1, CREATE_MESSAGE, seconds=0.1, scope=scope)) as paper:
        begun = asyncio.get_running_loop().time()
        await paper.place(paper.channel).send("patience")
        assert asyncio.get_running_loop().time() - begun >= 0.1
        assert contents(paper) == ["patience"]
        assert paper.sandbox.rate_limited == 0  # none that the bot brought upon itself


@pytest.mark.parametrize("after", [False, True])
async def test_a_slow_answer(staged: Staged, after: bool) -> None:
    async with staged(Fault(Act.SLOW, 1, CREATE_MESSAGE, after, seconds=0.2)) as paper:
        sending = asyncio.create_task(paper.place(paper.channel).send("slowly"))
        await paper.sandbox.until(lambda: happened(paper))
        assert not sending.done()
        await paper.sandbox.until(lambda: contents(paper))
        assert sending.done() is False
        await sending


@pytest.mark.parametrize("of", [CREATE_MESSAGE, "MESSAGE_CREATE"])
async def test_the_gateway_closes_and_the_bot_resumes(staged: Staged, of: str) -> None:
    async with staged(Fault(Act.CLOSE, 1, of)) as paper:
        await paper.place(paper.channel).send("close")
        await paper.heard("resumed")
        assert contents(paper) == ["close"]
        assert len(paper.bot.all("connect")) == 1


@pytest.mark.parametrize("of", [CREATE_MESSAGE, "MESSAGE_CREATE"])
async def test_the_gateway_loses_its_sessions(staged: Staged, of: str) -> None:
    async with staged(Fault(Act.LOSE, 1, of)) as paper:
        await paper.place(paper.channel).send("lose")
        await paper.heard("ready", 2)
        assert contents(paper) == ["lose"]
        assert paper.bot.all("resumed") == []


@pytest.mark.parametrize("after", [False, True])
async def test_the_server_dies_and_comes_back(staged: Staged, after: bool) -> None:
    async with staged(Fault(Act.DIE, 2, CREATE_MESSAGE, after, seconds=0.1)) as paper:
        place, url = paper.place(paper.channel), paper.sandbox.api_url
        await place.send("before")
        with pytest.raises(aiohttp.ClientError):
            await place.send("meanwhile")
        await paper.heard("resumed")
        await place.send("afterwards")
        assert paper.sandbox.api_url == url
        assert contents(paper) == ["before", *(["meanwhile"] if after else []), "afterwards"]


@pytest.mark.parametrize("after", [False, True])
async def test_a_bot_is_killed_at_a_request(staged: Staged, after: bool) -> None:
    async with staged(Fault(Act.KILL, 1, CREATE_MESSAGE, after)) as paper:
        assert paper.sandbox.faults is not None
        seen: list[list[str]] = []

        async def kill(fault: Fault) -> None:
            seen.append(contents(paper))

        paper.sandbox.faults.on(Act.KILL, kill)
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await paper.place(paper.channel).send("last words")
        assert seen == [["last words"] if after else []]


async def test_a_bot_is_killed_at_an_event(staged: Staged) -> None:
    async with staged(Fault(Act.KILL, 2, "MESSAGE_CREATE", seconds=0.01)) as paper:
        assert paper.sandbox.faults is not None
        killed = asyncio.Event()

        async def kill(fault: Fault) -> None:
            killed.set()

        paper.sandbox.faults.on(Act.KILL, kill)
        await paper.alice.say(paper.channel, "one")
        await paper.heard("message")
        assert not killed.is_set()
        await paper.alice.say(paper.channel, "two")
        await asyncio.wait_for(killed.wait(), PATIENCE)


async def test_an_event_comes_twice(staged: Staged) -> None:
    async with staged(Fault(Act.DUPLICATE, 2, "MESSAGE_CREATE")) as paper:
        said = [(await paper.alice.say(paper.channel, word)).id for word in ("one", "two", "three")]
        heard = [message.id for message in await paper.heard("message", 4)]  # type: ignore[attr-defined]
        assert heard == [said[0], said[1], said[1], said[2]]


async def test_an_event_is_late_and_its_own_kind_waits_behind_it(staged: Staged) -> None:
    async with staged(Fault(Act.DELAY, 1, "MESSAGE_CREATE", seconds=0.2)) as paper:
        first = await paper.alice.say(paper.channel, "first")
        second = await paper.alice.say(paper.channel, "second")
        await paper.alice.delete(first)
        elsewhere = paper.server.add_text_channel("elsewhere")
        third = await paper.alice.say(elsewhere, "third")
        heard = [message.id for message in await paper.heard("message", 3)]  # type: ignore[attr-defined]
        assert heard == [third.id, first.id, second.id]
        names = [name for name, _ in paper.bot.heard]
        assert names.index("raw_message_delete") < len(names) - 1 - names[::-1].index("message")


async def test_an_event_is_overtaken_by_one_of_another_kind(staged: Staged) -> None:
    async with staged(Fault(Act.OVERTAKE, 1, "MESSAGE_CREATE", seconds=30)) as paper:
        said = await paper.alice.say(paper.channel, "first")
        await paper.alice.edit(said, "edited")
        await paper.heard("message")
        names = [name for name, _ in paper.bot.heard if name in {"message", "raw_message_edit"}]
        assert names == ["raw_message_edit", "message"]


async def test_an_event_that_nothing_overtakes_comes_in_the_end(staged: Staged) -> None:
    async with staged(Fault(Act.OVERTAKE, 1, "MESSAGE_CREATE", seconds=0.05)) as paper:
        await paper.alice.say(paper.channel, "alone")
        await paper.heard("message")


async def test_faults_may_come_at_requests_and_events_of_any_kind(staged: Staged) -> None:
    first_event = Fault(Act.DUPLICATE, 1, ANY_EVENT)
    async with staged(Fault(Act.SLOW, 1, ANY_REQUEST, seconds=0.01), first_event) as paper:
        await paper.alice.say(paper.channel, "hello")
        assert set(happened(paper)) == {Act.SLOW, Act.DUPLICATE}


@pytest.mark.parametrize(
    ("act", "of", "after"),
    [
        (Act.DELAY, CREATE_MESSAGE, False),
        (Act.HANG_UP, "MESSAGE_CREATE", False),
        (Act.TOO_MANY, CREATE_MESSAGE, True),
        (Act.LOSE, "MESSAGE_CREATE", True),
    ],
)
def test_what_cannot_be_is_refused(act: Act, of: str, after: bool) -> None:
    with pytest.raises(ValueError, match=act):
        Fault(act, 1, of, after)


@given(st.integers(), st.dictionaries(st.sampled_from(Act), st.integers(0, 5)))
def test_a_seed_fixes_a_schedule(seed: int, acts: dict[Act, int]) -> None:
    points = {ANY_REQUEST: 100, CREATE_MESSAGE: 20, ANY_EVENT: 50}
    drawn = Schedule.drawn(seed, acts, points)
    assert Schedule.drawn(seed, acts, points) == drawn
    assert Schedule.load(drawn.dump()) == drawn
    assert len(drawn.faults) == sum(acts.values())
    for fault in drawn.faults:
        assert 1 <= fault.number <= points[fault.of]
        assert not (fault.act in AT_EVENTS and fault.at_request)
