"""Making trees of the comments in a staging area, whatever their source says of who replies to whom."""

from __future__ import annotations

import hashlib
import sqlite3

_PLACE = "'comment ' || coalesce(source_id, ref)"


def untangle(connection: sqlite3.Connection) -> None:
    """Drop duplicates, find parents, break circles, rank equals: once, after the last record.

    What contradicts the source is told in notices.
    """
    _Tangle(connection).untangle()


class _Tangle:
    """Staged comments that name their parents only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def untangle(self) -> None:
        # An index over all costs less than keeping it while rows come.
        self._connection.execute("CREATE INDEX staged_by_ref ON staged_comment (article, ref)")
        self._connection.execute("CREATE INDEX staged_by_source_id ON staged_comment (article, source_id)")
        self._drop_duplicates("ref")
        self._drop_duplicates("source_id")
        self._connection.execute("CREATE INDEX staged_left_out ON staged_omission (article, source_id)")
        self._pass_omitted_parents()
        self._find_parents()
        self._connection.execute("CREATE INDEX staged_by_parent ON staged_comment (article, parent)")
        self._part_from_themselves()
        self._break_circles()
        self._connection.execute(
            "CREATE INDEX staged_by_identity ON staged_comment (article, parent, identity) "
            "WHERE identity IS NOT NULL"
        )
        self._rank_equals()
        self._connection.execute("CREATE INDEX staged_by_target ON staged_comment (article, target)")
        self._connection.execute("CREATE INDEX staged_by_warned ON staged_notice (article)")

    def _drop_duplicates(self, column: str) -> None:
        any_twice = (
            f"SELECT 1 FROM staged_comment GROUP BY article, {column} HAVING count({column}) > 1 LIMIT 1"
        )
        if self._connection.execute(any_twice).fetchone() is None:
            return
        duplicates = (
            f"FROM staged_comment WHERE {column} IS NOT NULL AND ord > (SELECT min(s.ord) FROM staged_comment "
            f"AS s WHERE s.article = staged_comment.article AND s.{column} = staged_comment.{column})"
        )
        self._connection.execute(
            f"INSERT INTO staged_notice SELECT article, 'duplicate-id', {_PLACE}, "
            f"'The source has another comment with this id; the first one counts.' {duplicates}"
        )
        self._connection.execute(
            f"INSERT INTO staged_omission SELECT article, source_id, 'duplicate id', NULL {duplicates}"
        )
        self._connection.execute(f"DELETE {duplicates}")

    def _pass_omitted_parents(self) -> None:
        """Replies to what was left out are replies to what that replied to, as far up as it takes."""
        self._connection.execute(
            "CREATE TEMPORARY TABLE omitted (article, ref, parent_ref, PRIMARY KEY (article, ref)) WITHOUT ROWID"
        )
        self._connection.execute(
            "INSERT OR IGNORE INTO omitted SELECT article, source_id, parent_ref FROM staged_omission AS o "
            "WHERE source_id IS NOT NULL AND NOT EXISTS ("
            "SELECT 1 FROM staged_comment AS s WHERE s.article = o.article AND s.ref = o.source_id)"
        )
        self._connection.execute(
            "CREATE TEMPORARY TABLE passed AS WITH RECURSIVE climb (ord, article, ref) AS ("
            "SELECT s.ord, s.article, o.parent_ref FROM staged_comment AS s "
            "JOIN omitted AS o ON o.article = s.article AND o.ref = s.parent_ref "
            "UNION SELECT climb.ord, climb.article, o.parent_ref FROM climb "
            "JOIN omitted AS o ON o.article = climb.article AND o.ref = climb.ref) "
            "SELECT ord, ref FROM climb "
            "WHERE NOT EXISTS (SELECT 1 FROM omitted AS o WHERE o.article = climb.article AND o.ref = climb.ref)"
        )
        self._connection.execute(
            f"INSERT INTO staged_notice SELECT article, 'omitted-parent', {_PLACE}, "
            "'What this comment replies to was left out; it was put below what that replies to.' "
            "FROM staged_comment WHERE ord IN (SELECT ord FROM passed)"
        )
        self._connection.execute(
            "UPDATE staged_comment SET parent_ref = passed.ref FROM passed WHERE passed.ord = staged_comment.ord"
        )

    def _find_parents(self) -> None:
        self._connection.execute(
            "UPDATE staged_comment SET parent = ifnull((SELECT p.ord FROM staged_comment AS p "
            "WHERE p.article = staged_comment.article AND p.ref = staged_comment.parent_ref), 0) "
            "WHERE parent_ref IS NOT NULL"
        )

    def _part_from_themselves(self) -> None:
        themselves = "ord IN (SELECT ord FROM staged_comment WHERE parent = ord)"
        self._connection.execute(
            f"INSERT INTO staged_notice SELECT article, 'self-parent', {_PLACE}, "
            "'This comment is given as a reply to itself; it was put at the top.' "
            f"FROM staged_comment WHERE {themselves}"
        )
        self._connection.execute(
            f"UPDATE staged_comment SET parent = 0, parent_ref = NULL WHERE {themselves}"
        )

    def _break_circles(self) -> None:
        """Comments that no walk from the top reaches stand in circles of replies, or below one."""
        # Where none comes before what it replies to, as in most sources, there are no circles to look for.
        backwards = "SELECT 1 FROM staged_comment WHERE parent > ord LIMIT 1"
        if self._connection.execute(backwards).fetchone() is None:
            return
        self._connection.execute("CREATE TEMPORARY TABLE reached (ord INTEGER PRIMARY KEY)")
        self._reach("SELECT ord, article FROM staged_comment WHERE parent = 0", ())
        last = 0
        while unreached := self._connection.execute(
            "SELECT min(ord) FROM staged_comment AS s WHERE ord > ? "
            "AND NOT EXISTS (SELECT 1 FROM reached AS r WHERE r.ord = s.ord)",
            (last,),
        ).fetchone()[0]:
            last = unreached
            first = min(self._circle_above(unreached))
            self._connection.execute(
                f"INSERT INTO staged_notice SELECT article, 'cyclic-parent', {_PLACE}, "
                "'Comments are given as replies to each other in a circle; this one was put at the top.' "
                "FROM staged_comment WHERE ord = ?",
                (first,),
            )
            self._connection.execute(
                "UPDATE staged_comment SET parent = 0, parent_ref = NULL WHERE ord = ?", (first,)
            )
            self._reach("SELECT ord, article FROM staged_comment WHERE ord = ?", (first,))

    def _circle_above(self, comment: int) -> set[int]:
        seen: dict[int, None] = {}
        while comment not in seen:
            seen[comment] = None
            (comment,) = self._connection.execute(
                "SELECT parent FROM staged_comment WHERE ord = ?", (comment,)
            ).fetchone()
        path = list(seen)
        return set(path[path.index(comment) :])

    def _reach(self, start: str, parameters: tuple[int, ...]) -> None:
        self._connection.execute(
            f"WITH RECURSIVE tree (ord, article) AS ({start} UNION ALL SELECT s.ord, s.article FROM tree "
            "JOIN staged_comment AS s ON s.article = tree.article AND s.parent = tree.ord) "
            "INSERT INTO reached SELECT ord FROM tree",
            parameters,
        )

    def _rank_equals(self) -> None:
        """Give those that say the same under one parent identities of their own."""
        self._connection.create_function("ranked", 2, _ranked, deterministic=True)
        self._connection.execute(
            "UPDATE staged_comment SET identity = ranked(identity, e.before) FROM ("
            "SELECT ord, row_number() OVER (PARTITION BY article, parent, identity ORDER BY ord) - 1 AS before "
            "FROM staged_comment WHERE identity IS NOT NULL) AS e "
            "WHERE e.ord = staged_comment.ord AND e.before > 0"
        )


def _ranked(identity: bytes, rank: int) -> bytes:
    return hashlib.blake2b(identity + rank.to_bytes(8, "big"), digest_size=len(identity)).digest()
