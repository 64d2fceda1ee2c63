"""`oped doctor`: how an installation is, check by check, and what would mend it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from bot.app import described_commands
from bot.cli.output import say, show_json, terminal
from bot.delivery.checks import Check, State, failed
from bot.delivery.diagnosis import diagnose
from bot.errors import ConfigurationError
from bot.printable import printable

if TYPE_CHECKING:
    from bot.settings import Settings

_LOOKS = {State.OK: "green", State.WARNING: "yellow", State.FAILURE: "bold red"}


async def look_over(load_settings: Callable[[], Settings], settings_file: Path) -> list[Check]:
    """All checks; where the settings are unusable, only that they are."""
    try:
        settings = load_settings()
    except ConfigurationError as error:
        return [failed("settings", error)]
    return await diagnose(settings, settings_file, described_commands)


def show_checks(checks: Sequence[Check], *, as_json: bool) -> bool:
    """Print the checks; whether all of Oped works."""
    failures = sum(check.state is State.FAILURE for check in checks)
    warnings = sum(check.state is State.WARNING for check in checks)
    if as_json:
        show_json({"checks": [asdict(check) for check in checks]})
        return not failures
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Check", overflow="fold", max_width=19)
    table.add_column("State", no_wrap=True)
    table.add_column("What was found", overflow="fold")
    for check in checks:
        name, message = Text(printable(check.name)), Text(printable(check.message))
        table.add_row(name, Text(check.state, style=_LOOKS[check.state]), message)
    terminal().print(table)
    for check in checks:
        if check.remedy:
            # Below the table there is room for links, which stay in one piece for whoever copies them.
            say(f"{check.name}: {check.remedy}")
    say(f"Failures: {failures}, warnings: {warnings}." if failures + warnings else "All is well.")
    return not failures
