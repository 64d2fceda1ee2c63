"""What a check of an installation comes to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.errors import OpedError


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    """Oped works, though not as well as it could."""
    FAILURE = "failure"
    """Some of Oped does not work."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what was found and, unless all is well, what to do about it."""

    name: str
    state: State
    message: str
    remedy: str | None = None


def fine(name: str, message: str) -> Check:
    """Nothing is to be done."""
    return Check(name, State.OK, message)


def failed(name: str, error: OpedError) -> Check:
    """What an error says, as a check."""
    return Check(name, State.FAILURE, error.message, error.remedy)
