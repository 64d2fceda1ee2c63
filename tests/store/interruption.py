"""Cancelling a task at a chosen one of its waits, whatever the threads behind it are doing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from typing import Any


class _Interrupted(Awaitable[None]):
    """Awaits as its inner awaitable does, and cancels its task when that waits for the n-th time and after."""

    def __init__(self, inner: Awaitable[None], at: frozenset[int]) -> None:
        self._inner = inner
        self._at = at
        self.waits = 0

    def __await__(self) -> Generator[Any, Any, None]:
        steps = self._inner.__await__()
        resume: Callable[[], Any] = lambda: next(steps)  # noqa: E731 - it changes with what comes back
        while True:
            try:
                waited_for = resume()
            except StopIteration:
                return
            self.waits += 1
            if self.waits in self._at:
                task = asyncio.current_task()
                assert task is not None
                asyncio.get_running_loop().call_soon(task.cancel)
            try:
                yield waited_for
            except BaseException as error:  # noqa: BLE001 - handed on to the inner awaitable
                resume = lambda error=error: steps.throw(error)  # type: ignore[misc]  # noqa: E731
            else:
                resume = lambda: next(steps)  # noqa: E731


async def cancelled_at(work: Callable[[], Awaitable[None]], *waits: int) -> bool:
    """Run work in a task that is cancelled at those of its waits; False if it ended before the first of them."""
    interrupted = _Interrupted(work(), frozenset(waits))

    async def run() -> None:
        await interrupted

    task = asyncio.create_task(run())
    await asyncio.wait({task})
    if not task.cancelled():
        task.result()
    return interrupted.waits >= min(waits)
