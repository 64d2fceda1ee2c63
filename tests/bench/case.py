"""One thing that is measured, and how its figures read in the table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Case:
    """What is measured against what. `run` gives one ratio; `target` is a bound on the median of several.

    `side_by_side` says that the runs mostly wait, so that they may be made at once.
    """

    name: str
    against: str
    run: Callable[[], Awaitable[float]]
    target: str = ""
    side_by_side: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """The ratios of one case's runs."""

    case: Case
    ratios: tuple[float, ...]

    @property
    def median(self) -> float:
        """The figure to quote."""
        return median(self.ratios)

    @property
    def spread(self) -> str:
        """The least and the greatest of the ratios."""
        return f"{min(self.ratios):.2f} to {max(self.ratios):.2f}"
