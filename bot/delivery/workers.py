"""Workers: work on many things side by side, so that what stops one holds up none of the others."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from typing import Generic, TypeVar

from bot.delivery.patience import Patience

Key = TypeVar("Key")


class Workers(Generic[Key]):
    """One worker for each thing that has something to be done about it, while it has.

    `look` finds those things; `step` does the next thing about one of them and says whether it did: a worker ends
    when nothing was left. `what` and `about` name the work and its things in the log.
    """

    def __init__(
        self,
        what: str,
        about: str,
        *,
        look: Callable[[], Awaitable[Iterable[Key]]],
        step: Callable[[Key], Awaitable[bool]],
    ) -> None:
        self._what = what
        self._about = about
        self._look = look
        self._step = step
        self._busy: set[Key] = set()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Say that there may be something to do."""
        self._woken.set()

    async def run(self, seconds: float | None = None) -> None:
        """Look for work when woken, and also every so many seconds, and have it done, until cancelled."""
        patience = Patience(self._what)
        async with asyncio.TaskGroup() as workers:
            while True:
                for key in await patience.until_done(self._look):
                    if key not in self._busy:
                        self._busy.add(key)
                        workers.create_task(self._work(key))
                await woken_within(self._woken, seconds)

    async def _work(self, key: Key) -> None:
        patience = Patience(self._what, **{self._about: key})
        try:
            while await patience.until_done(lambda: self._step(key)):
                pass
        finally:
            self._busy.remove(key)
            self.wake()  # what came up just before was left to this worker


async def side_by_side(
    things: Iterable[Key], work: Callable[[Key], Awaitable[None]], *, at_once: int
) -> dict[Key, Exception]:
    """Do the same for several things, a few at once; those that it failed for, and how."""
    all_of_them, places = list(things), asyncio.Semaphore(at_once)

    async def one(thing: Key) -> None:
        async with places:
            await work(thing)

    ends = await asyncio.gather(*map(one, all_of_them), return_exceptions=True)
    return {thing: end for thing, end in zip(all_of_them, ends, strict=True) if isinstance(end, Exception)}


async def woken_within(event: asyncio.Event, seconds: float | None) -> None:
    """Wait for an event, for so long at most, and take it back."""
    # Not wait_for, which in Python 3.11 forgets a cancellation that comes together with the event.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    event.clear()
