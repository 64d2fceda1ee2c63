"""`oped run` with a watch on its event loop: `python -m tests.bench.inside run`.

Every few milliseconds a task asks to be woken and notes by how much it was late. At the end it leaves the moments
and the delays, in seconds, in a file of the folder it was started in.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from statistics import quantiles

from bot import logs
from bot.app import run_bot
from bot.cli.running import until_told_to_stop
from bot.settings import Settings

EVERY = 0.005
FILE = "lag.json"

Sample = tuple[float, float]
"""A moment on the machine's monotonic clock, which all processes share, and how late the loop was then."""


async def sample(samples: list[Sample]) -> None:
    """Watch the loop until cancelled."""
    while True:
        begun = time.monotonic()
        await asyncio.sleep(EVERY)
        now = time.monotonic()
        samples.append((now, now - begun - EVERY))


def lag(folder: Path, begun: float, ended: float) -> tuple[float, float]:
    """The 99th percentile and the maximum of the lag within a time, in milliseconds, after the bot has ended.

    Whoever had wanted a turn during a stall would have waited for its end: a stall counts as often as it held up
    the watch, with what was left of it each time.
    """
    samples: list[Sample] = json.loads((folder / FILE).read_text())
    delays = [
        1000 * (delay - held)
        for moment, delay in samples
        if moment > begun and moment - delay < ended
        for held in (0.0, *(EVERY * number for number in range(1, int(delay / EVERY))))
    ]
    return quantiles(delays, n=100, method="inclusive")[-1], max(delays)


async def watched(settings: Settings, samples: list[Sample]) -> None:
    """Run the bot until told to stop, watching its loop."""
    watch = asyncio.create_task(sample(samples))
    try:
        await until_told_to_stop(run_bot(settings))
    finally:
        watch.cancel()


def main() -> None:
    """Run the bot, then leave the samples behind."""
    settings = Settings.load(os.environ, env_file=None)
    logs.configure("json")
    samples: list[Sample] = []
    try:
        asyncio.run(watched(settings, samples))
    finally:
        Path(FILE).write_text(json.dumps(samples))


if __name__ == "__main__":
    main()
