"""`make bench` and `make bench-full`: every case several times, as one table."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import time
from datetime import UTC, datetime, timedelta

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from tests.bench import (
    asking,
    beside,
    commandline,
    first_answers,
    hearing,
    imports,
    posting,
    queueing,
    searching,
    starting,
)
from tests.bench.case import Case, Figures

RUNS = 5

CASES = (
    *posting.CASES,
    *hearing.CASES,
    *queueing.CASES,
    *starting.CASES,
    *beside.CASES,
    *asking.CASES,
    *searching.CASES,
    *first_answers.CASES,
    *commandline.CASES,
    *imports.CASES,
)
MORE = (
    *starting.MORE,
    *beside.MORE,
    *asking.MORE,
    *searching.MORE,
    *commandline.MORE,
    *imports.MORE,
)
"""Other sizes of the same, and what takes long."""


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
    parser.add_argument("--full", action="store_true", help="further sizes too, however long it takes")
    options = parser.parse_args()
    console = Console()
    table = Table(box=SIMPLE_HEAD, pad_edge=False, title=_machine())
    for heading in ("case", "compared with", "target", "median", "spread"):
        table.add_column(heading, justify="right" if heading in {"target", "median"} else "left")
    failures = 0
    begun = time.monotonic()
    for case in (*CASES, *MORE) if options.full else CASES:
        if options.words in case.name:
            with console.status(f"{case.name}…"):
                try:
                    figures = asyncio.run(measure(case, options.runs))
                except Exception as error:  # noqa: BLE001 - told; the other cases are measured all the same
                    failures += 1
                    table.add_row(case.name, case.against, case.target, "failed", str(error))
                    continue
            table.add_row(case.name, case.against, case.target, figures.median, figures.spread)
    table.caption = f"{options.runs} runs of each, in {timedelta(seconds=round(time.monotonic() - begun))}"
    console.print(table)
    raise SystemExit(failures > 0)


def _machine() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores"


if __name__ == "__main__":
    main()
