from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import structlog

from bot.delivery.workers import Workers, side_by_side, woken_within


class Bench:
    """Things to do, by whose they are; an error among them is raised once."""

    def __init__(self) -> None:
        self.left: dict[str, deque[str | Exception]] = {}
        self.done: list[str] = []
        self.looked = asyncio.Event()
        self.broken: Exception | None = None
        self.workers = Workers("sawing", "carpenter", look=self.look, step=self.step)

    def bring(self, whose: str, *work: str | Exception) -> None:
        self.left.setdefault(whose, deque()).extend(work)

    async def look(self) -> list[str]:
        self.looked.set()
        if self.broken is not None:
            broken, self.broken = self.broken, None
            raise broken
        return [whose for whose, work in self.left.items() if work]

    async def step(self, whose: str) -> bool:
        await asyncio.sleep(0)  # as any real step does
        if not self.left[whose]:
            return False
        work = self.left[whose].popleft()
        if isinstance(work, Exception):
            raise work
        self.done.append(work)
        return True

    @asynccontextmanager
    async def at_work(self, seconds: float | None = None) -> AsyncIterator[None]:
        task = asyncio.create_task(self.workers.run(seconds))
        try:
            yield
        finally:
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    async def until(self, *done: str) -> None:
        async with asyncio.timeout(30):
            while sorted(self.done) != sorted(done):
                await asyncio.sleep(0)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def wait_after_errors(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr("bot.patience.FIRST_WAIT", seconds)
    monkeypatch.setattr("bot.patience.LONGEST_WAIT", seconds)


async def test_what_stops_one_holds_up_none_of_the_others(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_after_errors(monkeypatch, 3600.0)
    bench.bring("Ann", ConnectionResetError(), "a1")
    bench.bring("Ben", "b1", "b2")
    async with bench.at_work():
        await bench.until("b1", "b2")
        bench.bring("Cleo", "c1")
        bench.workers.wake()
        await bench.until("b1", "b2", "c1")


async def test_each_takes_one_step_after_the_other_and_goes_on_after_an_error(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_after_errors(monkeypatch, 0.0)
    bench.bring("Ann", "a1", ConnectionResetError(), ConnectionResetError(), "a2", "a3")
    with structlog.testing.capture_logs() as logs:
        async with bench.at_work():
            await bench.until("a1", "a2", "a3")
    assert bench.done == ["a1", "a2", "a3"]
    assert [(each["event"], each["carpenter"]) for each in logs] == [
        ("sawing_waits", "Ann"),
        ("sawing_goes_on", "Ann"),
    ]


async def test_who_is_woken_while_waiting_after_an_error_looks_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_after_errors(monkeypatch, 0.01)
    bench.broken = ConnectionResetError()
    async with bench.at_work():
        await bench.looked.wait()
        bench.bring("Ann", "a1")
        bench.workers.wake()
        await bench.until("a1")


async def test_what_comes_while_a_worker_is_at_its_last_step_is_done_too(bench: Bench) -> None:
    async def last(whose: str) -> bool:
        going = await step(whose)
        if not going and whose not in bench.done:
            bench.done.append(whose)
            bench.bring(whose, "late")
            bench.workers.wake()
            await asyncio.sleep(0)
        return going

    step, bench.workers._step = bench.step, last  # noqa: SLF001 - between two awaits nothing else gets
    bench.bring("Ann", "a1")
    async with bench.at_work():
        await bench.until("a1", "Ann", "late")


async def test_without_a_word_it_looks_again_after_a_time(bench: Bench) -> None:
    async with bench.at_work(0.01):
        await bench.looked.wait()
        bench.bring("Ann", "a1")
        await bench.until("a1")


async def test_an_end_is_the_end_of_every_worker(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    wait_after_errors(monkeypatch, 0.0)
    bench.bring("Ann", *[ConnectionResetError() for _ in range(9)], "a1")
    bench.bring("Ben", "b1")
    async with bench.at_work():
        await bench.until("b1")
    for _ in range(50):
        await asyncio.sleep(0)
    assert bench.done == ["b1"]


async def test_waiting_ends_with_the_event_or_the_time() -> None:
    event = asyncio.Event()
    await woken_within(event, 0.001)
    event.set()
    await woken_within(event, None)
    assert not event.is_set(), "each word counts once"


async def test_an_end_that_comes_together_with_the_event_is_heard() -> None:
    event = asyncio.Event()
    waiting = asyncio.create_task(woken_within(event, 60.0))
    await asyncio.sleep(0)
    event.set()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_side_by_side_everything_is_tried_a_few_at_once_and_what_failed_is_told() -> None:
    at_once: list[int] = []
    most = 0

    async def work(number: int) -> None:
        nonlocal most
        at_once.append(number)
        most = max(most, len(at_once))
        await asyncio.sleep(0)
        at_once.remove(number)
        if number % 2:
            raise ValueError(number)

    failed = await side_by_side(range(5), work, at_once=2)
    assert {number: str(error) for number, error in failed.items()} == {1: "1", 3: "3"}
    assert most == 2
