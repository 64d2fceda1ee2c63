"""`python -m bot.demo.child ...` is `oped ...` that ends with the program which started it, however that ends.

Who starts it holds the other end of its standard input, which the system closes when that process is gone.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
from threading import Thread


def end_with_parent() -> None:
    """From now on, take the end of standard input for the request to stop."""
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    # Past Python's own buffer, whose lock a thread that waits would take into the interpreter's end.
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    end_with_parent()
    runpy.run_module("bot", run_name="__main__")
