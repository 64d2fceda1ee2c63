"""What may be left out of a test run, and how a run owns up to it.

Some tests need what not every machine has: recorded exports, Discord's published description, a browser.
Where that is missing they are left out and named at the end of the run; with OPED_REQUIRE_ALL=1, as in CI,
leaving out is failing.
"""

from __future__ import annotations

import logging
import os
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from bot.sandbox import interactions

LEFT_OUT = "left out: "

# What a test shows is not meant for the terminal that the tests run in.
for name in ("FORCE_COLOR", "NO_COLOR", "PY_COLORS", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
    os.environ.pop(name, None)
os.environ["TERM"] = "xterm"

# In the background of a script they would be deaf to Ctrl-C, and so would all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says how busy the machine is, not whether the code is right. What Hypothesis does
# otherwise where CI is set, it goes on doing.
settings.register_profile("patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# So it is with Discord's three seconds for an answer: who means them lets its clock jump.
AT_DISCORD = interactions.FIRST_ANSWER_WITHIN
interactions.FIRST_ANSWER_WITHIN = timedelta(seconds=30)


def require(name: str, condition: object, how: str) -> None:
    """Leave the running test out unless `condition` holds; `how` tells how to have `name`."""
    if condition:
        return
    reason = f"{LEFT_OUT}{name} ({how})"
    if os.environ.get("OPED_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason}, and OPED_REQUIRE_ALL=1 asks for all", pytrace=False)
    pytest.skip(reason)


def _folder(name: str, variable: str) -> Path:
    folder = os.environ.get(variable, "")
    require(name, folder and Path(folder).is_dir(), f"set {variable} to the folder that holds it")
    return Path(folder)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of exports and pages that a real WordPress made."""
    return _folder("what a real WordPress exports", "OPED_REAL_DATA")


@pytest.fixture(scope="session")
def discord_spec() -> Path:
    """The folder of Discord's own OpenAPI description, `openapi.json`."""
    return _folder("Discord's published description", "OPED_DISCORD_SPEC")


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """Whatever a test has made of logging, it is afterwards as it was before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in ("bot", "cogs"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was left out, above the closing line."""
    skipped: list[pytest.TestReport] = terminalreporter.stats.get("skipped", [])
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ").removeprefix(LEFT_OUT)
        for report in skipped
        if isinstance(report.longrepr, tuple)
    )
    if reasons:
        terminalreporter.section("left out")
        for reason, count in sorted(reasons.items()):
            terminalreporter.line(f"{count:4}  {reason}")
