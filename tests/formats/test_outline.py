"""The order in which exports tell a discussion."""

from __future__ import annotations

from bot.formats.outline import everything, exported_id, public
from bot.model import Status
from tests.formats.reading import comment


def test_depths_and_parents() -> None:
    comments = [comment(1), comment(2, 1), comment(3, 2), comment(4, 1), comment(5), comment(6, 99)]
    entries = [(entry.depth, entry.parent and entry.parent.id) for entry in public(comments)]
    assert entries == [(0, None), (1, 1), (2, 2), (1, 1), (0, None), (0, None)]


def test_removed_comments_are_told_only_above_visible_ones() -> None:
    comments = [
        comment(1, status=Status.HIDDEN),
        comment(2, 1, status=Status.DELETED),
        comment(3, 2, status=Status.PENDING),
        comment(4, 1),
        comment(5, status=Status.DELETED),
        comment(6, 5, status=Status.REJECTED),
    ]
    assert [(int(entry.comment.id), entry.removed) for entry in public(comments)] == [(1, True), (4, False)]
    assert [(int(entry.comment.id), entry.removed) for entry in everything(comments)] == [
        (1, False),
        (2, True),
        (3, False),
        (4, False),
        (5, True),
        (6, False),
    ]


def test_ten_thousand_deep_needs_no_recursion() -> None:
    chain = (comment(number, number - 1 or None) for number in range(1, 10_001))
    assert max(entry.depth for entry in public(chain)) == 9_999


def test_ids_outside_are_the_sources_own() -> None:
    assert exported_id(comment(7, source_id="abc")) == "abc"
    assert exported_id(comment(7)) == "oped-7"
