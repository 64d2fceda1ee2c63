"""The least that an import could be: the comments of a WordPress export, as they stand, into a table.

A process of its own, started with the export and the database to make.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing

from lxml import etree

_WP = "{http://wordpress.org/export/1.2/}"
_FIELDS = ("comment_id", "comment_parent", "comment_author", "comment_date_gmt", "comment_content")


def _rows(file: str) -> Iterator[tuple[str | None, ...]]:
    for _, element in etree.iterparse(file, tag=f"{_WP}comment"):
        yield tuple(element.findtext(_WP + field) for field in _FIELDS)
        element.clear()
        while (before := element.getprevious()) is not None:
            before.getparent().remove(before)


def main() -> None:
    """Import the export that is named first into the new database that is named second."""
    with closing(sqlite3.connect(sys.argv[2])) as database, database:
        database.execute(
            "CREATE TABLE comment (id INTEGER PRIMARY KEY, parent INTEGER, author, created_at, text)"
        )
        database.executemany("INSERT INTO comment VALUES (?, ?, ?, ?, ?)", _rows(sys.argv[1]))


if __name__ == "__main__":
    main()
