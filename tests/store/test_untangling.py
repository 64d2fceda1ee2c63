"""Trees out of comments that only name their parents."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.store.staging import StagedComment, staging

REFS = [str(number) for number in range(6)]


def staged(rank: int, ref: str, parent: str | None) -> StagedComment:
    return StagedComment(1, rank, ref, ref, parent, None, "Ann", b"ann", None, "Text.", None, None, "visible")


def untangled(comments: list[tuple[str, str | None]]) -> tuple[dict[str, str | None], set[tuple[str, str]]]:
    """Each comment's parent in the end, and the codes and places of the notices."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "staging.db"
        with staging(file) as area:
            for rank, (ref, parent) in enumerate(comments):
                area.add_comment(staged(rank, ref, parent))
            area.resolve()
        with closing(sqlite3.connect(file)) as connection:
            parents = connection.execute(
                "SELECT s.ref, p.ref FROM staged_comment AS s LEFT JOIN staged_comment AS p ON p.ord = s.parent"
            )
            return dict(parents), set(connection.execute("SELECT code, place FROM staged_notice"))


def expected(comments: list[tuple[str, str | None]]) -> tuple[dict[str, str | None], set[tuple[str, str]]]:
    """The same by walking up from each comment: the first of a circle goes to the top."""
    named = dict(reversed(comments))
    parents = {ref: named[ref] if named[ref] in named else None for ref, _ in comments}
    notices = {("duplicate-id", f"comment {ref}") for ref in named if [r for r, _ in comments].count(ref) > 1}
    for ref in parents:
        walked: list[str] = []
        above: str | None = ref
        while above is not None and above not in walked:
            walked.append(above)
            above = parents[above]
        if above is not None:
            circle = walked[walked.index(above) :]
            first = min(circle, key=list(parents).index)
            notices.add(("self-parent" if len(circle) == 1 else "cyclic-parent", f"comment {first}"))
            parents[first] = None
    return parents, notices


@given(st.lists(st.tuples(st.sampled_from(REFS), st.none() | st.sampled_from([*REFS, "nobody"])), max_size=8))
@example([("0", None), ("1", "0"), ("2", "1")])
@example([("0", "1"), ("1", "0"), ("2", "1"), ("3", "3")])
@settings(max_examples=150)
def test_whatever_is_said_of_parents_there_is_a_tree(comments: list[tuple[str, str | None]]) -> None:
    assert untangled(comments) == expected(comments)
