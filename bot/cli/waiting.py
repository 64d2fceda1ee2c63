"""Watching, from another process, how the running bot posts an article."""

from __future__ import annotations

import asyncio
import time

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bar

from bot.cli.output import note, terminal
from bot.discussion.publish import Progress, Publishing
from bot.errors import DeliveryError
from bot.model import PublicationId, PublicationState
from bot.store.database import Database

_POLL_SECONDS = 0.25
_SILENCE_SECONDS = 10.0
"""After this long without a message posted, whoever waits is asked whether the bot runs."""


async def until_posted(database_url: str, publication: PublicationId) -> None:
    """Return when the publication is live, with its link on standard output.

    Raises `DeliveryError` when it fails or is retired meanwhile. It waits as long as that takes: the bot may
    not have been started yet, or Discord may be slow.
    """
    async with Database.open(database_url, read_only=True) as database:
        publishing = Publishing(database, guilds=frozenset(), wake=lambda: None)
        with _bar() as bar:
            task = bar.add_task("Posting", total=None)
            moved_at, asked, done = time.monotonic(), False, 0
            while (progress := await publishing.progress(publication)).state is PublicationState.POSTING:
                if progress.done != done:
                    moved_at, done = time.monotonic(), progress.done
                elif not asked and time.monotonic() - moved_at > _SILENCE_SECONDS:
                    note("Nothing has happened for a while. Is `oped run` running?")
                    asked = True
                bar.update(task, completed=progress.done, total=progress.total or None)
                await asyncio.sleep(_POLL_SECONDS)
    terminal().print(_outcome(progress), soft_wrap=True)


def _bar() -> Bar:
    """A bar on standard error; none where no terminal shows it. It goes when the outcome is known."""
    console = terminal(error=True)
    return Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("messages"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _outcome(progress: Progress) -> str:
    if progress.state is PublicationState.LIVE:
        return f"Posted {progress.done} messages: {progress.url}"
    raise DeliveryError(
        progress.error or f"The publication is {progress.state}.",
        remedy="Mend the cause, then press Try again in /article status.",
        place=progress.url,
    )
