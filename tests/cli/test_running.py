from __future__ import annotations

import asyncio
import os
import signal

import pytest

from bot.cli.running import until_told_to_stop


class Work:
    """Something that goes on until cancelled, then cleans up, which takes a while."""

    def __init__(self) -> None:
        self.started = asyncio.Event()
        self.cleaned_up = False

    async def __call__(self) -> None:
        self.started.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            self.cleaned_up = True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_the_work_after_it_has_cleaned_up(number: signal.Signals) -> None:
    work = Work()
    running = asyncio.create_task(until_told_to_stop(work()))
    await work.started.wait()
    os.kill(os.getpid(), number)
    await running
    assert work.cleaned_up
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


async def test_work_that_ends_by_itself_is_at_an_end() -> None:
    await until_told_to_stop(asyncio.sleep(0))
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


async def test_a_failure_is_not_taken_for_an_end() -> None:
    async def fail() -> None:
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        await until_told_to_stop(fail())


async def test_being_cancelled_otherwise_is_not_taken_for_a_signal() -> None:
    work = Work()
    running = asyncio.create_task(until_told_to_stop(work()))
    await work.started.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert work.cleaned_up
