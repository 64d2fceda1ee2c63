"""Run a program, and tell its seconds and the most memory that it held.

A process of its own, and a small one: Linux begins a program's count of memory where the one that started it stands,
and the measurements grow large.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> int:
    """Run the program that is named; the last line says wall-clock seconds and MB as JSON, and 0 its success."""
    begun = time.perf_counter()
    process = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - begun
    megabytes = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    sys.stdout.write(f"{json.dumps([seconds, megabytes])}\n")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
