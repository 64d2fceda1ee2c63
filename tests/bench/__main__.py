"""`make bench`: every case several times, as one table."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
from datetime import UTC, datetime

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from tests.bench import hearing, posting
from tests.bench.case import Case, Figures

RUNS = 5
CASES = (*posting.CASES, *hearing.CASES)


async def measure(case: Case, runs: int) -> Figures:
    """Run a case so many times."""
    if case.side_by_side:
        return Figures(case, tuple(await asyncio.gather(*(case.run() for _ in range(runs)))))
    return Figures(case, tuple([await case.run() for _ in range(runs)]))


def main() -> None:
    """Measure the cases whose names contain the words given, or all, and print the table."""
    parser = argparse.ArgumentParser(description="Measure Oped.")
    parser.add_argument(
        "words", nargs="?", default="", help="measure only the cases whose names contain this"
    )
    parser.add_argument("--runs", type=int, default=RUNS, help="how often each case is run")
    options = parser.parse_args()
    console = Console()
    table = Table(box=SIMPLE_HEAD, pad_edge=False, title=_machine())
    for heading in ("case", "compared with", "target", "median", "spread"):
        table.add_column(heading, justify="right" if heading in {"target", "median"} else "left")
    for case in CASES:
        if options.words in case.name:
            with console.status(f"{case.name}…"):
                figures = asyncio.run(measure(case, options.runs))
            table.add_row(case.name, case.against, case.target, f"{figures.median:.2f}", figures.spread)
    console.print(table)


def _machine() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores"


if __name__ == "__main__":
    main()
