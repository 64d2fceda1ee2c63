"""`oped demo --check`: what was done, how it stands on both sides, and whether they agree."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from bot.cli.output import terminal
from bot.demo.check import Finding
from bot.errors import OpedError
from bot.printable import printable


def show_findings(findings: Sequence[Finding]) -> None:
    """Print them as a table. Raises `OpedError` where Discord and SQLite do not agree."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for title in ("Step", "In Discord", "In SQLite", ""):
        table.add_column(title, overflow="fold")
    for finding in findings:
        cells = (finding.what, finding.in_discord, finding.in_sqlite)
        table.add_row(*(Text(printable(cell)) for cell in cells), "agrees" if finding.right else "DIFFERS")
    terminal().print(table)
    wrong = sum(not finding.right for finding in findings)
    if wrong:
        raise OpedError(f"{wrong} of {len(findings)} steps do not agree.", remedy="Please report this table.")
    terminal().print(f"All {len(findings)} steps agree.")
