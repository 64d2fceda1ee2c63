"""The staging area: what an import has read, in a temporary database of its own.

Everything is read and put in order here before anything reaches the real database, so that a source that ends
in an error leaves no trace, and the real one is locked for the merge only. Memory stays flat, however large the
source. Filled by one thread, then merged (`bot.store.merge`, `bot.store.arrival`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bot.errors import StorageError
from bot.model import Notice, Omission, Section, SourceArticle
from bot.store.database import Transaction
from bot.store.failures import explained
from bot.store.untangling import untangle

_BATCH = 1_000
_PAGE = 16 * 1024
"""Bytes; rows are long here, and mostly read in a row."""

_CACHE_KIB = 16 * 1024
"""What is read again and again to put all in order need not come from the file each time."""

# The top is parent 0. The last three columns belong to the merge: `target` is the comment's row in the real
# database, `parent_target` its parent's; where that is yet to be made, `parent_nth` is its place among the new ones.
# The tables after the notices hold the merge of one article at a time: which comments are new, which differ
# (`seen`: so that people see it; `moved`: their parent too), and what is to be done, in that order, with those stored.
_SCHEMA = """
CREATE TABLE staged_comment (
    ord INTEGER PRIMARY KEY,
    article INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    ref TEXT NOT NULL,
    source_id TEXT,
    parent_ref TEXT,
    section INTEGER,
    name TEXT,
    commenter BLOB NOT NULL,
    identity BLOB,
    text TEXT NOT NULL,
    created_at INTEGER,
    edited_at INTEGER,
    status TEXT NOT NULL,
    parent INTEGER NOT NULL DEFAULT 0,
    target INTEGER,
    parent_target INTEGER,
    parent_nth INTEGER
);
CREATE TABLE staged_omission (
    article INTEGER NOT NULL, source_id TEXT, reason TEXT NOT NULL, parent_ref TEXT
);
CREATE TABLE staged_notice (
    article INTEGER NOT NULL, code TEXT NOT NULL, place TEXT NOT NULL, message TEXT NOT NULL
);
CREATE TABLE staged_section (
    article INTEGER NOT NULL, number INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (article, number)
);
CREATE TABLE staged_frontier (ord INTEGER PRIMARY KEY, id INTEGER NOT NULL);
CREATE TABLE staged_walked (ord INTEGER PRIMARY KEY, id INTEGER NOT NULL);
CREATE TABLE staged_fresh (nth INTEGER PRIMARY KEY, ord INTEGER NOT NULL UNIQUE);
CREATE TABLE staged_change (ord INTEGER PRIMARY KEY, seen INTEGER NOT NULL, moved INTEGER NOT NULL, depth INTEGER);
CREATE TABLE staged_task (nth INTEGER PRIMARY KEY, id INTEGER NOT NULL, ord INTEGER, kind TEXT NOT NULL);
"""


class StagedComment(NamedTuple):
    """A comment's row; `name` is None for an unnamed commenter, `identity` None where there is a source id."""

    article: int
    rank: int
    ref: str
    source_id: str | None
    parent_ref: str | None
    section: int | None
    name: str | None
    commenter: bytes
    identity: bytes | None
    text: str
    created_at: int | None
    edited_at: int | None
    status: str


@dataclass(slots=True)
class StagedArticle:
    """An article as read; `number` tells its comments apart from others'.

    `comments` and `omissions` are counted as they come. `partial` is what the reader says of a source that may
    hold more comments than it shows.
    """

    number: int
    source: SourceArticle
    comments: int = 0
    omissions: int = 0
    partial: bool = False

    @property
    def complete(self) -> bool:
        """Whether a comment that is not among these is gone.

        Where there are none at all, the source is rather one that never holds any, such as a file of posts.
        """
        return not self.partial and self.comments + self.omissions > 0


class Staging:
    """The staging area while it is filled; made by `staging`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: list[tuple[object, ...]] = []

    def add_comment(self, comment: StagedComment) -> None:
        """Take a comment; its parent may come later."""
        self._waiting.append(tuple(comment))  # what is more than a tuple is bound at half the speed
        if len(self._waiting) >= _BATCH:
            self._flush()

    def add_omission(self, article: int, omission: Omission) -> None:
        """Take note of a comment left out."""
        self._connection.execute(
            "INSERT INTO staged_omission VALUES (?, ?, ?, ?)",
            (article, omission.source_id, omission.reason, omission.parent_ref),
        )

    def add_notice(self, article: int, code: str, place: str, message: str) -> None:
        """Take a warning."""
        self._connection.execute(
            "INSERT INTO staged_notice VALUES (?, ?, ?, ?)", (article, code, place, message)
        )

    def resolve(self) -> None:
        """After the last record: drop duplicates, find parents, break circles, rank equals."""
        self._flush()
        untangle(self._connection)

    def _flush(self) -> None:
        self._connection.executemany(
            "INSERT INTO staged_comment (article, rank, ref, source_id, parent_ref, section, name, commenter, "
            "identity, text, created_at, edited_at, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            self._waiting,
        )
        self._waiting.clear()


class StagedNotes:
    """What the merging transaction reads and notes in the staging area about one article."""

    def __init__(self, tx: Transaction, article: StagedArticle) -> None:
        self._tx = tx
        self._article = article

    async def place_sections(self, sections: Sequence[Section]) -> None:
        """Say which stored section each number of the source is."""
        await self._tx.executemany(
            "INSERT INTO staged_section (article, number, id) VALUES (?, ?, ?)",
            [(self._article.number, each.number, each.id) for each in sections],
        )

    async def warn(self, code: str, place: str, message: str) -> None:
        """Add a warning."""
        await self._tx.execute(
            "INSERT INTO staged_notice VALUES (?, ?, ?, ?)", (self._article.number, code, place, message)
        )

    async def omissions(self) -> tuple[Omission, ...]:
        """The article's comments left out."""
        rows = await self._tx.fetch_all(
            "SELECT source_id, reason FROM staged_omission WHERE article = ? ORDER BY rowid",
            (self._article.number,),
        )
        return tuple(Omission(self._article.source.ref, row["source_id"], row["reason"]) for row in rows)

    async def notices(self) -> tuple[Notice, ...]:
        """The article's warnings."""
        rows = await self._tx.fetch_all(
            "SELECT code, place, message FROM staged_notice WHERE article = ? ORDER BY rowid",
            (self._article.number,),
        )
        return tuple(
            Notice(row["code"], row["place"], row["message"], self._article.source.ref) for row in rows
        )


@contextmanager
def staging(file: Path) -> Iterator[Staging]:
    """A staging area in a new file, whole when this ends without an exception.

    Raises `StorageError` where the disk for temporary files is full.
    """
    try:
        with explained(file), closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA page_size = {_PAGE}")
            # It need not survive a crash.
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            connection.executescript(_SCHEMA)
            connection.execute("BEGIN")
            yield Staging(connection)
            connection.execute("COMMIT")
    except StorageError as error:
        raise StorageError(
            "The disk for temporary files is full or cannot be written.",
            remedy="Free some space there, or let TMPDIR name a folder on another disk.",
            place=str(file.parent),
        ) from error
