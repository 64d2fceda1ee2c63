"""`python -m tests.soak`: many seeds, in parallel processes, and a table of what came of them."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import count

from bot.sandbox import Act
from bot.store import arrival
from tests.soak.play import Outcome, soak
from tests.soak.rounds import kill_while_posting, stay_away, take_rights

Soak = Callable[[int], Awaitable[Outcome]]


def main() -> int:
    """Run what was asked for; 1 where anything differed."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--schedules", type=int, default=300, help="so many schedules of faults (default: 300)")
    what.add_argument("--kills", type=int, help="only post articles, until the bot was killed so many times")
    what.add_argument("--absence", action="store_true", help="stop the bot while 5,000 messages are written")
    what.add_argument("--rights", type=int, help="so many schedules in which rights come and go besides")
    parser.add_argument("--first", type=int, default=0, help="the first seed (default: 0)")
    parser.add_argument("--processes", type=int, default=2, help="how many side by side (default: 2)")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no more after so long")
    asked = parser.parse_args()

    begun, outcomes = time.monotonic(), list[Outcome]()

    def enough(begun_so_far: int) -> bool:
        if time.monotonic() - begun > asked.minutes * 60:
            return True
        if asked.kills is not None:
            return sum(each.kills for each in outcomes) >= int(asked.kills)
        wanted = asked.schedules if asked.rights is None else asked.rights
        return begun_so_far >= (1 if asked.absence else int(wanted))

    doing: Soak = soak
    if asked.absence:
        doing = stay_away
    elif asked.kills is not None:
        doing = kill_while_posting
    elif asked.rights is not None:
        doing = take_rights
    for outcome in _run(doing, asked.first, asked.processes, enough):
        outcomes.append(outcome)
        _tell(outcome)
    _print_table(outcomes, time.monotonic() - begun)
    return int(any(each.problems for each in outcomes))


def _run(doing: Soak, first: int, processes: int, enough: Callable[[int], bool]) -> Iterator[Outcome]:
    """The outcomes of one seed after the other, as they come, until it is enough."""
    seeds = count(first)
    with ProcessPoolExecutor(processes) as pool:
        running: set[Future[Outcome]] = set()
        begun = 0
        while True:
            while len(running) < processes and not enough(begun):
                running.add(pool.submit(_soak, doing, next(seeds)))
                begun += 1
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for each in done:
                yield each.result()


def _soak(doing: Soak, seed: int) -> Outcome:
    async def done() -> Outcome:
        return await doing(seed)

    arrival.BATCH = 4  # so that even small imports come in several transactions
    return asyncio.run(done())


def _tell(outcome: Outcome) -> None:
    result = "equal" if not outcome.problems else f"DIFFERS, see {outcome.folder}"
    numbers = f"{sum(outcome.faults.values()):3} faults {outcome.kills:3} kills {outcome.messages:5} messages"
    _print(f"{outcome.seed:6} {numbers} {outcome.seconds:4.0f} s  {result}")
    for problem in outcome.problems[:8]:
        _print(f"       {problem}")


def _print_table(outcomes: Sequence[Outcome], seconds: float) -> None:
    faults = sum((each.faults for each in outcomes), Counter[Act]())
    rows = [
        ("seeds", len(outcomes)),
        ("members' messages and forms", sum(each.messages for each in outcomes)),
        *((f"fault: {act}", faults[act]) for act in Act),
        ("bots killed", sum(each.kills for each in outcomes)),
        ("equal", sum(not each.problems for each in outcomes)),
        ("different", sum(bool(each.problems) for each in outcomes)),
        ("minutes", round(seconds / 60)),
    ]
    _print("")
    for name, value in rows:
        _print(f"| {name:28} | {value:6} |")


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command's output


if __name__ == "__main__":
    sys.exit(main())
