"""One thing that is measured, and how its figures read in the table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Case:
    """What is measured against what. `run` gives one figure; `target` is a bound on the median of several.

    A figure without a `unit` is a ratio. `side_by_side` says that the runs mostly wait, or that what they count
    is not time, so that they may be made at once.
    """

    name: str
    against: str
    run: Callable[[], Awaitable[float]]
    target: str = ""
    side_by_side: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one case's runs."""

    case: Case
    values: tuple[float, ...]

    @property
    def median(self) -> str:
        """The figure to quote."""
        return f"{self._written(median(self.values))} {self.case.unit}".rstrip()

    @property
    def spread(self) -> str:
        """The least and the greatest of the figures."""
        return f"{self._written(min(self.values))} to {self._written(max(self.values))}"

    def _written(self, value: float) -> str:
        digits = 2 if not self.case.unit else 0 if value >= 100 else 1
        return f"{value:.{digits}f}"


class Shared:
    """A measurement that gives several figures at once, each of them a case of its own.

    The cases take their figures from the same runs, whichever of them is asked first.
    """

    def __init__(self, measurement: Callable[[], Awaitable[Sequence[float]]]) -> None:
        self._measurement = measurement
        self._made: list[Sequence[float]] = []

    def part(self, place: int) -> Callable[[], Awaitable[float]]:
        """What gives the figure at that place, run by run."""
        taken = 0

        async def run() -> float:
            nonlocal taken
            if taken == len(self._made):
                self._made.append(await self._measurement())
            taken += 1
            return self._made[taken - 1][place]

        return run
