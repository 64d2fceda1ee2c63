"""Importing whatever states of a source in turn: what is seen must be the newest state, as if imported alone."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Comment, CommentId, Origin, SourceComment, Status
from bot.store import arrival
from bot.store.changes import Changes
from bot.store.check import check
from bot.store.database import Database, Transaction
from tests.discussion.sources import article, comment, imported, listed, publish


class Seen(NamedTuple):
    """A comment as people see it."""

    author: str
    text: str
    section: int | None
    status: Status
    replies: tuple[Seen, ...]


IN_CIRCLES = """
WITH RECURSIVE tree (id) AS (
    SELECT id FROM comment WHERE parent_id IS NULL
    UNION ALL SELECT c.id FROM tree JOIN comment AS c ON c.parent_id = tree.id
)
SELECT id FROM comment WHERE id NOT IN (SELECT id FROM tree)
"""


@pytest.fixture(scope="module", autouse=True)
def _in_several_batches() -> Iterator[None]:
    carry_out = Changes.carry_out

    async def sound(self: Changes, tx: Transaction, limit: int) -> bool:
        more = await carry_out(self, tx, limit)
        assert not await tx.fetch_all(IN_CIRCLES), "not even between two batches"
        return more

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrival, "BATCH", 3)
        patch.setattr(Changes, "carry_out", sound)
        yield


WORDS = st.sampled_from(["yes", "no", "why not", "yes  and no", ""])
NAMES = st.sampled_from(["Ann", "Bea", None])


@st.composite
def source(draw: st.DrawFn, known: bool) -> list[SourceComment]:
    """Comments in any order, a few of them with parents that are missing, themselves, or in a circle."""
    number = draw(st.integers(0, 9))
    refs = draw(st.permutations([str(each) for each in range(12)]))[:number]
    return [
        comment(
            ref,
            draw(WORDS),
            parent=draw(st.none() | st.sampled_from([str(each) for each in range(12)])),
            name=draw(NAMES),
            known=known,
            minute=draw(st.none() | st.integers(0, 3)),
            section=draw(st.sampled_from([None, None, 1, 2, 3])),
            status=draw(st.sampled_from([*[Status.VISIBLE] * 5, Status.PENDING, Status.DELETED])),
        )
        for ref in refs
    ]


@st.composite
def edited(draw: st.DrawFn, before: list[SourceComment], known: bool, prefix: str) -> list[SourceComment]:
    """A later state of a source: some comments gone, some with other words, some new, some moved."""
    after = [each for each in before if draw(st.integers(0, 5))]
    after = [each._replace(text=draw(WORDS)) if not draw(st.integers(0, 3)) else each for each in after]
    parents = st.sampled_from([None, *(each.ref for each in before)])
    if known:
        after = [
            each._replace(parent_ref=draw(parents)) if not draw(st.integers(0, 3)) else each for each in after
        ]
    for number in range(draw(st.integers(0, 3))):
        new = comment(f"{prefix}{number}", draw(WORDS), name=draw(NAMES), known=known)
        after.insert(draw(st.integers(0, len(after))), new._replace(parent_ref=draw(parents)))
    return after if draw(st.booleans()) else list(draw(st.permutations(after)))


@st.composite
def states(draw: st.DrawFn) -> list[list[SourceComment]]:
    """A source's state, and what it became later, twice."""
    known = draw(st.booleans())
    first = draw(source(known))
    second = draw(edited(first, known, "later"))
    return [first, second, draw(edited(second, known, "last"))]


async def seen(database: Database) -> tuple[Seen, ...]:
    """The imported comments as people see them: a deleted one only where something hangs below it.

    The numbers of readers without a name depend on who came first, and are left out.
    """
    replies: dict[CommentId | None, list[Comment]] = {}
    for each in await listed(database):
        if each.comment.origin is Origin.IMPORTED:
            replies.setdefault(each.comment.parent_id, []).append(each.comment)

    def below(parent: CommentId | None) -> tuple[Seen, ...]:
        trees = [
            Seen(each.author.split(" ")[0], each.text, each.section, each.status, below(each.id))
            for each in replies.get(parent, [])
        ]
        return tuple(tree for tree in trees if tree.status is not Status.DELETED or tree.replies)

    return below(None)


async def members_words(database: Database) -> list[tuple[CommentId, CommentId | None, str, Status]]:
    return sorted(
        (each.comment.id, each.comment.parent_id, each.comment.text, each.comment.status)
        for each in await listed(database)
        if each.comment.origin is Origin.DISCORD
    )


async def go_through(folder: Path, history: list[list[SourceComment]]) -> None:
    async with Database.open(folder / "grown.db") as database:
        await imported(database, article(), *history[0])
        discussion = await publish(database)
        for number, each in enumerate(await listed(database)):
            await discussion.answer(500 + number, each.comment.id)
        written = await members_words(database)
        for state in history[1:]:
            report = await imported(database, article(), *state)
            if not state:
                assert report.result == "unchanged"
                continue
            counts = report.comments
            assert counts.created + counts.updated + counts.unchanged == len(state)
            assert await members_words(database) == written, "members' comments stay as and where they are"
            again = await imported(database, article(), *state)
            assert (again.result, again.comments.unchanged) == ("unchanged", len(state))
            assert await check(database) == []
        grown = await seen(database)
    if not history[-1]:
        return
    async with Database.open(folder / "fresh.db") as database:
        await imported(database, article(), *history[-1])
        assert len(await listed(database)) == len(history[-1]), "nobody is lost, whatever the parents"
        assert grown == await seen(database)


@settings(max_examples=20)
@given(states())
def test_after_any_history_the_newest_state_is_seen_and_members_words_are_kept(
    history: list[list[SourceComment]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(go_through(Path(folder), history))
