"""One pace for all that we send unasked, below Discord's 50 requests a second for the whole bot.

discord.py keeps each route's own limit, but only reacts to the global one once it is hit
(topics/rate-limits). Answers to interactions do not count toward it and do not wait here.
"""

from __future__ import annotations

import asyncio

AT_ONCE = 4
"""Turns that may be taken at once after a rest: with the 45 that follow within a second still below 50."""


class Pacer:
    """Hands out turns, evenly spaced but for the first few, in the order in which they were asked for."""

    def __init__(self, per_second: float = 45.0) -> None:
        self._interval = 1.0 / per_second
        self._next_turn = 0.0

    async def turn(self) -> None:
        """Wait for the next turn; with nobody waiting it comes at once."""
        now = asyncio.get_running_loop().time()
        turn = max(now - AT_ONCE * self._interval, self._next_turn)
        self._next_turn = turn + self._interval
        if turn > now:
            await asyncio.sleep(turn - now)
