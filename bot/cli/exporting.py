"""`oped export`, and `oped show --json`: an article with its comments, written in one of the formats."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import typer

from bot.discussion.exporting import export
from bot.errors import OpedError, SourceError
from bot.formats import registry
from bot.formats.base import Export
from bot.store.database import Database

Writer = Callable[[Export, BinaryIO], None]


async def write_article(database_url: str, slug: str, write: Writer, file: Path | None) -> None:
    """Write an article and its comments to a file, or to standard output: all of it, or nothing.

    Raises what `bot.discussion.exporting.export` raises, and `OpedError` where the file cannot be written.
    """
    async with Database.open(database_url, read_only=True) as database:
        with _standard_output() if file is None or str(file) == "-" else _in_place_of(file) as stream:
            await export(database, slug, write, stream)


def writer_of(format_name: str) -> Writer:
    """How to write that format. Raises `typer.BadParameter` where there is none or it cannot be written."""
    try:
        chosen = registry.find(format_name)
    except SourceError as error:
        raise typer.BadParameter(error.sentence()) from error
    if chosen.write is None:
        names = ", ".join(known.name for known in registry.FORMATS if known.write)
        raise typer.BadParameter(f"Oped reads {chosen.name} but does not write it. Choose one of {names}.")
    return chosen.write


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
    with tempfile.SpooledTemporaryFile(max_size=16 << 20) as spool:
        yield cast("BinaryIO", spool)
        spool.seek(0)
        while chunk := spool.read(1 << 16):
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()


@contextmanager
def _in_place_of(file: Path) -> Iterator[BinaryIO]:
    """A stream whose content stands in the file once the block ends well; until then its old one does."""
    try:
        if file.exists() and not file.is_file():
            # A pipe or a device is written to; nothing may take its place.
            with file.open("wb") as stream:
                yield stream
            return
        place = file.resolve()
        descriptor, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                yield stream
            Path(name).replace(place)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise OpedError(
            f"The file cannot be written: {error.strerror}.",
            remedy="Name a file in a folder that exists, may be written to and has space left.",
            place=str(file),
        ) from error
