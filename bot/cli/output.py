"""What a command prints: its result on standard output, failures and progress on standard error.

Titles, names and texts are foreign: they are shown as they are read, never as markup or as escape sequences.
"""

from __future__ import annotations

import json
from textwrap import fill
from typing import TYPE_CHECKING

import typer

from bot.errors import OpedError
from bot.printable import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status
    from rich.text import Text


def show_json(value: object) -> None:
    """Print one JSON value; in ASCII, hence readable whatever the locale, and harmless to a terminal."""
    typer.echo(json.dumps(value, indent=2))


def show_failure(error: OpedError, *, as_json: bool) -> None:
    """Say what went wrong, where, and what to do."""
    if as_json:
        show_json({"error": {"message": error.message, "remedy": error.remedy, "place": error.place}})
        return
    # A sentence that begins with its place need not have it said before.
    told = error.place is not None and error.message.startswith(error.place.split(", ")[0])
    note(": ".join(filter(None, ("oped", None if told else error.place, error.message))))
    if error.remedy:
        note(error.remedy)


def note(line: str) -> None:
    """One line on standard error: what is going on, beside the result."""
    typer.echo(printable(line), err=True)


def say(text: str) -> None:
    """Words on standard output, wrapped line by line; a link longer than a line stays whole, to be copied."""
    width = terminal().width
    for line in printable(text, keep="\n").split("\n"):
        typer.echo(fill(line, width, break_long_words=False, break_on_hyphens=False))


def busy(doing: str) -> Status:
    """A sign on standard error that work goes on, while the block lasts; none where no terminal shows it."""
    from rich.text import Text

    return terminal(error=True).status(Text(printable(doing)))


def terminal(*, error: bool = False) -> Console:
    """Standard output, or standard error, with words wrapped at its width; nothing in a text is markup."""
    from rich.console import Console

    return Console(stderr=error, markup=False, emoji=False, highlight=False)


def print_indented(console: Console, text: Text, margin: int) -> None:
    """Print with words wrapped, each line behind a margin.

    Rich's own padding would fill every line up with spaces, which come along when somebody copies them.
    """
    for line in text.wrap(console, console.width - margin):
        line.rstrip()
        line.pad_left(margin if line else 0)
        console.print(line)
