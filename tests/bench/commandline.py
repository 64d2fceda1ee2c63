"""What people wait for at the command line, each command a process of its own, files in the page cache."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable
from subprocess import DEVNULL, PIPE

from tests.bench.case import Case
from tests.bench.large import IN_EACH, large

DISCUSSIONS = 5_000


async def help_shown() -> float:
    """Milliseconds until `oped --help` has said all, in a process of its own."""
    return 1000 * await _seconds("--help")


async def _on_large(*arguments: str) -> float:
    state = await asyncio.to_thread(large, DISCUSSIONS)
    return await _seconds(*arguments, DATABASE_URL=f"sqlite:///{state.file}")


async def _seconds(*arguments: str, **environment: str) -> float:
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, env=os.environ | environment, stdout=DEVNULL, stderr=PIPE
    )
    _, said = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"oped {' '.join(arguments)} failed: {said.decode(errors='replace')}")
    return time.perf_counter() - begun


def _command(*arguments: str) -> Case:
    def run() -> Awaitable[float]:
        return _on_large(*arguments)

    return Case(f"oped {' '.join(arguments)}, {DISCUSSIONS * IN_EACH:,} comments", "", run, unit="s")


CASES = (Case("oped --help, cold", "", help_shown, unit="ms"),)
MORE = (_command("articles", "--json"), _command("show", "article-1", "--json"), _command("db", "check"))
