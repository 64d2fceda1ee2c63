"""Logging: structlog and the standard library's loggers alike, as lines on standard error.

Lines are for a person where a terminal shows them, else JSON, one object a line. What members write is never
logged as such; what foreign text does get here (a name, a title, an error's message) cannot forge a line, and
no token comes through.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.printable import printable

_MASK = "[removed]"

# An interaction's token stands in the addresses that answer it, and discord.py names those when it is
# rate limited: https://docs.discord.com/developers/interactions/receiving-and-responding
_TOKEN_IN_ADDRESS = re.compile(r"((?:webhooks|interactions)/[0-9]+/)[^/?#\s'\"]+")


def configure(
    log_format: Literal["console", "json"] | None,
    *,
    quiet: bool = False,
    debug: bool = False,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send all logging to `stream` (standard error), in place of whatever was configured before.

    `quiet` lets only warnings and worse through, as befits a command that somebody watches. `debug` lets
    Oped's own loggers speak in detail. Those of its libraries never do: what they would tell are SQL parameters
    and Discord's events, hence members' words. Every one of `secrets` is masked.
    """
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    renderer = _renderer(log_format or ("console" if stream.isatty() else "json"), colours=stream.isatty())
    ending: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _Cleaner(secrets),
        renderer,
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=ending))
    logging.basicConfig(handlers=[handler], level=logging.WARNING if quiet else logging.INFO, force=True)
    for name in ("bot", "cogs"):
        logging.getLogger(name).setLevel(logging.DEBUG if debug else logging.NOTSET)


class _Cleaner:
    """Makes every value of an event safe to print: one line, no token."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first, lest a shorter one inside it leave the rest standing.
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> Mapping[str, object]:
        cleaned = {self._text(key): self._value(value) for key, value in event.items()}
        for name in ("exception", "stack"):
            if isinstance(block := event.get(name), str):
                # These have lines of their own. Indented, none of them passes for a line of the log.
                cleaned[name] = "\n".join(f"  {line}" for line in self._text(block, keep="\n").splitlines())
        return cleaned

    def _value(self, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        return self._text(str(value) if isinstance(value, str | Exception) else repr(value))

    def _text(self, text: str, *, keep: str = "") -> str:
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        return printable(_TOKEN_IN_ADDRESS.sub(rf"\1{_MASK}", text), keep=keep)


def _renderer(log_format: str, *, colours: bool) -> Processor:
    if log_format == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(
        colors=colours, exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
    )
