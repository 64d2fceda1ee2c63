"""Waiting out what passes: longer each time, and told once for each cause."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot.errors import StorageError

log = structlog.get_logger(__name__)

T = TypeVar("T")

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds between tries after an error that passes, doubling."""


class Patience:
    """How long one piece of work waits after errors; `what` and `about` name it in the log."""

    def __init__(self, what: str, **about: object) -> None:
        self._what = what
        self._about = about
        self._wait = FIRST_WAIT
        self._told: str | None = None

    async def until_done(self, work: Callable[[], Awaitable[T]]) -> T:
        """What a piece of work comes to, once no error stops it any more."""
        while True:
            try:
                result = await work()
            except Exception as error:  # noqa: BLE001 - sorted and told; what nobody foresaw must not end the bot
                await asyncio.sleep(self.after(error))
            else:
                self.over()
                return result

    def after(self, error: Exception) -> float:
        """The seconds to wait before trying again."""
        cause, asked = self.cause(error) or (None, 0.0)
        pause = max(asked, self._wait)
        self._wait = min(self._wait * 2, LONGEST_WAIT)
        told = cause or repr(error)
        if told != self._told:
            self._told = told
            if cause is None:
                log.error(f"{self._what}_interrupted", **self._about, exc_info=error)
            else:
                log.warning(f"{self._what}_waits", **self._about, reason=cause)
        return pause

    def cause(self, error: Exception) -> tuple[str, float] | None:
        """What an error means to people, and the seconds it asks for; None for one that nobody foresaw."""
        return (error.sentence(), 0.0) if isinstance(error, StorageError) else None

    def over(self) -> None:
        """It has worked: the next error is a new one."""
        if self._told is not None:
            log.info(f"{self._what}_goes_on", **self._about)
        self._wait = FIRST_WAIT
        self._told = None
