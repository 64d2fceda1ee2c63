"""`oped import`: opening the source, and telling what has become of it."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import BinaryIO

import typer
from rich.console import Console
from rich.text import Text

from bot.cli.output import print_indented, terminal
from bot.discussion.identity import Identities
from bot.discussion.importing import ArticleReport, ImportReport, import_records
from bot.errors import SourceError
from bot.formats import registry
from bot.formats.base import Format, ReadOptions
from bot.formats.stream import head_of, open_source
from bot.model import Omission
from bot.printable import printable
from bot.store.database import Database, database_path

STANDARD_INPUT = "-"

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_NAMED = 5
"""Places that are named for a remark; `--json` names them all."""


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
    lines = [printable(article.title), f"format: {format_name}, sections: {article.sections}"]
    lines.append(
        f"comments: {read.created} new, {read.updated} changed, {read.unchanged} unchanged, "
        f"{len(article.skipped)} left out"
    )
    if read.withdrawn:
        lines.append(f"{read.withdrawn} no longer stand in the source and are withdrawn")
    for line in lines:
        print_indented(console, Text(line), 2)
    _show_remarks(console, "left out", ((_place(each), each.reason) for each in article.skipped))
    _show_remarks(console, "notice", ((each.place, each.message) for each in article.warnings))


def _show_remarks(console: Console, kind: str, remarks: Iterable[tuple[str, str]]) -> None:
    """Each thing that is said once, with the places it is said of."""
    places: dict[str, list[str]] = {}
    for place, remark in remarks:
        places.setdefault(remark, []).append(place)
    for remark, where in places.items():
        named = ", ".join(filter(None, where[:_NAMED]))
        more = f" and {len(where) - _NAMED} more" if len(where) > _NAMED else ""
        told = f" ({named}{more})" if named else ""
        print_indented(console, Text(printable(f"{kind}: {remark}{told}")), 2)


def _place(omission: Omission) -> str:
    return f"comment {omission.source_id}" if omission.source_id else ""
