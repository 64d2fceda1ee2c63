"""`python -m tests.wordpress`: a real WordPress takes our export and gives it back; a table of what was compared."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path

from tests.wordpress import machine, story
from tests.wordpress.comparing import Compared

_NAMED = 5
"""Differences that are printed of each comparison."""


def main() -> int:
    """Run all of it; 1 where anything differs or the packages are missing."""
    if not machine.is_installed():
        sys.exit(f"This needs WordPress and what it runs on: apt-get install {machine.PACKAGES}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that it leaves nothing behind then either
    with (
        tempfile.TemporaryDirectory(prefix="oped-wordpress-") as name,
        machine.running(Path(name)) as running,
    ):
        _print(f"{'compared':70} {'comments':>8} {'differences':>11}")
        differing = [each for each in story.told(running, Path(name)) if _tell(each)]
    return int(bool(differing))


def _tell(each: Compared) -> bool:
    _print(f"{each.what:70} {each.comments:8} {len(each.differences):11}")
    for difference in each.differences[:_NAMED]:
        _print(f"    {difference[:1000]}")
    return bool(each.differences)


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command's output


if __name__ == "__main__":
    sys.exit(main())
