"""Patience with Discord, which says itself how long to wait."""

from __future__ import annotations

from bot import patience
from bot.delivery.failures import sort_failure


class Patience(patience.Patience):
    """How long one piece of work waits after errors of Discord's, of the connection to it and of the database."""

    def cause(self, error: Exception) -> tuple[str, float] | None:
        """What an error means to a moderator, and the seconds that Discord asks for."""
        failure = sort_failure(error)
        return None if failure is None else (failure.sentence, failure.retry_after or 0.0)
