"""Work that goes on until somebody says stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def until_told_to_stop(work: Coroutine[object, object, None]) -> None:
    """Do the work; on Ctrl-C or SIGTERM cancel it, wait for it to clean up, and return as if it had ended.

    A second signal does what it does to any program.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    told = False

    def stop() -> None:
        nonlocal told
        told = True
        _forget_signals(loop)
        task.cancel()

    for number in _SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not told:
            raise
    finally:
        _forget_signals(loop)


def _forget_signals(loop: asyncio.AbstractEventLoop) -> None:
    for number in _SIGNALS:
        loop.remove_signal_handler(number)
