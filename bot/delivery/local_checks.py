"""What can be checked without Discord: versions, settings, disk and database."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
from importlib.metadata import version
from pathlib import Path

import discord

from bot.delivery.checks import Check, State, failed, fine
from bot.errors import StorageError
from bot.settings import DEFAULT_DATABASE_URL
from bot.store.check import check as look_over
from bot.store.check import check_writing
from bot.store.database import Database, database_path
from bot.store.lock import holder
from bot.store.schema import migrations

SCARCE, TOO_LITTLE = 1_000_000_000, 100_000_000
"""Bytes free on the disk below which a person is warned, and below which imports are likely to fail."""

OLDEST_SQLITE = (3, 37, 0)
"""The first with STRICT tables (https://www.sqlite.org/stricttables.html)."""

_NAMED = 3
"""Findings in a damaged database that are shown; `oped db check` shows them all."""


def check_versions() -> Check:
    """What runs here; Python's SQLite may be older than Oped needs."""
    found = (
        f"Oped {version('oped')}, Python {platform.python_version()}, discord.py {discord.__version__}, "
        f"SQLite {sqlite3.sqlite_version}."
    )
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        return Check(
            "versions", State.FAILURE, found, f"Use a Python with SQLite {oldest} or newer: Oped needs it."
        )
    return fine("versions", found)


def check_settings_file(file: Path) -> Check:
    """Whether the settings are for their owner's eyes only; that they are usable is known by now."""
    if os.name == "posix" and file.exists() and file.stat().st_mode & 0o077:
        return Check(
            "settings",
            State.WARNING,
            f"Others on this machine may read {file.name}, where the token belongs.",
            f"Make it yours alone with `chmod 600 {file.name}`.",
        )
    return fine("settings", "All of them are usable.")


def check_disk(database: Path) -> Check:
    """How much room is left where the database is, or will be."""
    folder = next(each for each in database.absolute().parents if each.exists())
    free = shutil.disk_usage(folder).free
    amount = f"{free / 1_000_000_000:,.1f} GB" if free >= SCARCE else f"{free // 1_000_000} MB"
    message = f"{amount} are free where the database is."
    if free >= SCARCE:
        return fine("disk", message)
    return Check(
        "disk",
        State.WARNING if free >= TOO_LITTLE else State.FAILURE,
        message,
        "Free some space: what members write cannot be stored on a full disk.",
    )


async def check_storage(url: str) -> list[Check]:
    """Whether the database can be opened, is sound, can be written to, and has a bot at work on it."""
    path = database_path(url)
    if not path.exists() and (path.parent.is_dir() or url == DEFAULT_DATABASE_URL):
        return [
            Check(
                "database",
                State.WARNING,
                f"There is none yet at {path}.",
                "Import an article, for example `oped import data/sample.txt`.",
            )
        ]
    try:
        async with Database.open(path, read_only=True) as database:
            findings = await look_over(database)
        if findings:
            return [_damaged(findings)]
        await check_writing(path)
    except StorageError as error:
        return [failed("database", error), _check_bot(path)]
    schema = migrations()[-1].version
    return [fine("database", f"It is sound and can be written to (schema {schema})."), _check_bot(path)]


def _damaged(findings: list[str]) -> Check:
    more = f" And {len(findings) - _NAMED} more." if len(findings) > _NAMED else ""
    return Check(
        "database",
        State.FAILURE,
        " ".join(findings[:_NAMED]) + more,
        "Stop the bot and put back the last backup with `oped db restore`.",
    )


def _check_bot(path: Path) -> Check:
    process = holder(path)
    if process is None:
        return Check("bot", State.WARNING, "It is not running on this database.", "Start it with `oped run`.")
    return fine("bot", f"It is running on this database (process {process}).")
