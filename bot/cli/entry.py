"""How every command ends: with 0, with a sentence on what failed and 1, or on wrong usage with 2.

With `--json` anywhere on the command line standard output is one JSON value and nothing else, so also for
failures and wrong usage. Nobody is shown a traceback who has not asked for one.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

import typer

from bot.cli.commands import app
from bot.cli.output import show_failure
from bot.errors import OpedError

DONE, FAILED, MISUSED = 0, 1, 2
INTERRUPTED = 130
"""What shells report of a program that Ctrl-C ended: 128 and the number of the signal."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line, `sys.argv` unless given; the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Where the locale cannot show a character, an escape is better than a traceback.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(given, as_json="--json" in given)
        sys.stdout.flush()
    except OSError as error:
        # What is still buffered must not fail once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # whoever read our output has merely seen enough
            show_failure(_refused_by_system(error), as_json=False)
        return FAILED
    return code


def _run(arguments: Sequence[str], *, as_json: bool) -> int:
    try:
        return app(args=arguments, prog_name="oped", standalone_mode=False) or DONE
    except OpedError as error:
        show_failure(error, as_json=as_json)
        return FAILED
    except typer.TyperException as error:
        show_failure(_misuse(error), as_json=as_json)
        return MISUSED
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except OSError as error:
        show_failure(_refused_by_system(error), as_json=as_json)
        return FAILED
    except Exception as error:
        # To the log, where tokens are masked: the bot's always takes it, a command's only with OPED_DEBUG.
        logging.getLogger(__name__).info("unforeseen", exc_info=True)
        show_failure(_unexpected(error), as_json=as_json)
        return FAILED


def _misuse(error: typer.TyperException) -> OpedError:
    context: typer.Context | None = getattr(error, "ctx", None)
    command = context.command_path if context else "oped"
    return OpedError(error.format_message(), remedy=f"See `{command} --help`.")


def _refused_by_system(error: OSError) -> OpedError:
    return OpedError(
        f"The system refuses: {error.strerror or error}.",
        remedy="Check the free space, and what Oped may read and write.",
        place=error.filename if isinstance(error.filename, str) else None,
    )


def _unexpected(error: Exception) -> OpedError:
    return OpedError(
        f"Something went wrong that Oped did not foresee ({type(error).__name__}).",
        remedy="Run the command again with OPED_DEBUG=1 to see where, and report what it shows.",
    )
