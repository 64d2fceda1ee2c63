"""`oped import`: opening the source, and telling what has become of it."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import typer
from rich.console import Console
from rich.text import Text

from bot.cli.output import terminal
from bot.discussion.identity import Identities
from bot.discussion.importing import ArticleReport, ImportReport, import_records
from bot.errors import SourceError
from bot.formats import registry
from bot.formats.base import Format, ReadOptions
from bot.formats.stream import head_of, open_source
from bot.model import Notice, Omission
from bot.printable import printable
from bot.store.database import Database, database_path

STANDARD_INPUT = "-"

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_LISTED = 10
"""Remarks of one kind that are shown; `--json` has them all."""


async def import_source(
    database_url: str, source: str, *, format_name: str | None, slug: str | None, dry_run: bool
) -> ImportReport:
    """Import a file, or standard input for `-`.

    Raises `SourceError` with the place in the source, `typer.BadParameter` for a format that does not exist,
    and what `import_records` raises. A dry run makes no database where there is none.
    """
    chosen = _chosen(format_name)
    with _opened(source) as stream:
        known = chosen or registry.recognise(head_of(stream))
        async with _database(database_url, dry_run=dry_run) as database:
            return await import_records(
                database,
                known.read(stream, ReadOptions()),
                format_name=known.name,
                identities=Identities.beside(database.path),
                slug=slug,
                dry_run=dry_run,
            )


def show_report(report: ImportReport, *, dry_run: bool) -> None:
    """What has become of each article, for a person."""
    console = terminal()
    if dry_run:
        console.print("A dry run: nothing was written. An import would do this:")
    for article in report.articles:
        _show_article(console, article, report.format_name)
    if not report.articles:
        console.print("The source holds no article.")


def _chosen(format_name: str | None) -> Format | None:
    if format_name is None:
        return None
    try:
        return registry.find(format_name)
    except SourceError as error:
        raise typer.BadParameter(error.sentence()) from error


@contextmanager
def _opened(source: str) -> Iterator[BinaryIO]:
    """The source as one bounded, seekable stream; problems in it are told with its name."""
    name = "standard input" if source == STANDARD_INPUT else source
    try:
        if source == STANDARD_INPUT:
            with open_source(sys.stdin.buffer) as stream:
                yield stream
        elif _ADDRESS.match(source):
            raise SourceError("Oped cannot fetch pages yet.", remedy="Save it to a file and import that.")
        else:
            with _file(Path(source)) as file, open_source(file) as stream:
                yield stream
    except SourceError as error:
        error.place = ", ".join(filter(None, (name, error.place)))
        raise


def _file(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise SourceError("There is no such file.", remedy="Check its name and folder.") from error
    except IsADirectoryError as error:
        raise SourceError("This is a folder.", remedy="Name one file inside it.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SourceError(
            f"The file cannot be opened: {reason}.", remedy="Check its name and its rights."
        ) from error


@asynccontextmanager
async def _database(url: str, *, dry_run: bool) -> AsyncIterator[Database]:
    if dry_run and not database_path(url).exists():
        with tempfile.TemporaryDirectory(prefix="oped-dry-run-") as folder:
            async with Database.open(Path(folder) / "empty.db") as database:
                yield database
    else:
        async with Database.open(url) as database:
            yield database


def _show_article(console: Console, article: ArticleReport, format_name: str) -> None:
    read = article.comments
    console.print(Text.assemble((f"{article.result} ", "bold"), article.slug))
    console.print(Text(f"  {printable(article.title)}"))
    console.print(
        f"  {format_name} · sections: {article.sections} · comments: {read.created} new, {read.updated} changed, "
        f"{read.unchanged} unchanged, {len(article.skipped)} left out"
    )
    if read.withdrawn:
        console.print(f"  {read.withdrawn} no longer stand in the source and are withdrawn")
    _remark(console, "left out", (_omission(omission) for omission in article.skipped), len(article.skipped))
    _remark(console, "notice", (_notice(notice) for notice in article.warnings), len(article.warnings))


def _remark(console: Console, kind: str, remarks: Iterable[str], number: int) -> None:
    for remark in islice(remarks, _LISTED):
        console.print(Text(f"  {kind}: {printable(remark)}"))
    if number > _LISTED:
        console.print(f"  {kind}: {number - _LISTED} more, which --json lists")


def _omission(omission: Omission) -> str:
    return f"comment {omission.source_id}, {omission.reason}" if omission.source_id else omission.reason


def _notice(notice: Notice) -> str:
    return f"{notice.place}: {notice.message}" if notice.place else notice.message
