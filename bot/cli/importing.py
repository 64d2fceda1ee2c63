"""`oped import`: opening the source, and telling what has become of it."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeAlias

import typer
from rich.console import Console
from rich.text import Text

from bot.cli.output import print_indented, terminal
from bot.discussion.identity import Identities
from bot.discussion.importing import ArticleReport, ImportReport, import_records
from bot.errors import SourceError
from bot.formats import registry
from bot.formats.base import Format, ReadOptions, Unpublished
from bot.formats.stream import head_of, open_source
from bot.model import Omission, SourceRecord
from bot.printable import printable
from bot.store.database import Database, database_path

STANDARD_INPUT = "-"

Read: TypeAlias = Callable[[ReadOptions], Iterator[SourceRecord]]

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_NAMED = 5
"""Places that are named for a remark; `--json` names them all."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody asks of an import; with `full`, a site's older comments are looked at again too."""

    format_name: str | None = None
    slug: str | None = None
    dry_run: bool = False
    include: frozenset[Unpublished] = frozenset()
    private: bool = False
    full: bool = False


def included(names: str) -> frozenset[Unpublished]:
    """The kinds of comment in a list like `pending,spam`. Raises `typer.BadParameter` for one that is not there."""
    wanted = [name for name in names.replace(",", " ").split() if name]
    if unknown := set(wanted) - set(Unpublished):
        kinds = ", ".join(Unpublished)
        raise typer.BadParameter(f"There is nothing like “{min(unknown)}” to include. Choose among {kinds}.")
    return frozenset(map(Unpublished, wanted))


async def import_source(database_url: str, source: str, wishes: Wishes) -> ImportReport:
    """Import a file, an address on the web, or standard input for `-`.

    Raises `SourceError` with the place in the source, `typer.BadParameter` for a format that does not exist,
    and what `import_records` raises. A dry run makes no database where there is none.
    """
    chosen = _chosen(wishes.format_name)
    async with (
        _opened(source, chosen, database_url, wishes) as (known, read),
        _database(database_url, dry_run=wishes.dry_run) as database,
    ):
        return await import_records(
            database,
            read(ReadOptions(include=wishes.include)),
            format_name=known.name,
            identities=Identities.beside(database.path),
            slug=wishes.slug,
            dry_run=wishes.dry_run,
            published_only=known.published_only,
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


@asynccontextmanager
async def _opened(
    source: str, chosen: Format | None, database_url: str, wishes: Wishes
) -> AsyncIterator[tuple[Format, Read]]:
    """The source's format and how to read it; problems in it are told with its name."""
    name = "standard input" if source == STANDARD_INPUT else source
    try:
        if source == STANDARD_INPUT:
            with open_source(sys.stdin.buffer) as stream:
                yield _readable(stream, chosen)
        elif _ADDRESS.match(source):
            from bot.cli.addresses import at_address, without_password

            name = without_password(source)
            async with at_address(
                source, chosen, database_url, private=wishes.private, full=wishes.full
            ) as found:
                yield found.form, found.read
        else:
            with _file(Path(source)) as file, open_source(file) as stream:
                yield _readable(stream, chosen)
    except SourceError as error:
        if not (error.place or "").startswith(("http://", "https://")):
            error.place = ", ".join(filter(None, (name, error.place)))
        raise


def _readable(stream: BinaryIO, chosen: Format | None) -> tuple[Format, Read]:
    form = chosen or registry.recognise(head_of(stream))
    return form, partial(form.read, stream)


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
    # The slug stays whole, to be copied.
    console.print(Text.assemble((f"{article.result} ", "bold"), article.slug), soft_wrap=True)
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
