"""The order in which exports tell a discussion, and which comments leave no more than their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.model import Comment, Status


@dataclass(frozen=True, slots=True)
class Entry:
    """A comment at its depth (0 is top level) below the entry it replies to.

    Of a `removed` one only the place may be told, because there are replies to it.
    """

    depth: int
    comment: Comment
    parent: Comment | None
    removed: bool


def exported_id(comment: Comment) -> str:
    """The id that a comment bears outside: its source's, so that it is the same when it comes back."""
    return comment.source_id or f"oped-{comment.id}"


def everything(comments: Iterable[Comment]) -> Iterator[Entry]:
    """All comments whatever their status, deleted ones where replies hang on them."""
    return _outline(comments, frozenset(Status) - {Status.DELETED})


def public(comments: Iterable[Comment]) -> Iterator[Entry]:
    """What anybody may read: visible comments, and removed ones where visible replies hang on them."""
    return _outline(comments, frozenset({Status.VISIBLE}))


def _outline(comments: Iterable[Comment], shown: frozenset[Status]) -> Iterator[Entry]:
    """The comments with their depths; one whose parent is not there stands at top level.

    Memory is needed only for the path from the top level to the present comment.
    """
    path: list[Comment] = []
    waiting: list[Entry] = []  # removed ones on that path, to be told with the first reply that is shown
    for comment in comments:
        while path and path[-1].id != comment.parent_id:
            path.pop()
        while waiting and waiting[-1].depth >= len(path):
            waiting.pop()
        entry = Entry(len(path), comment, path[-1] if path else None, comment.status not in shown)
        if entry.removed:
            waiting.append(entry)
        else:
            yield from waiting
            waiting.clear()
            yield entry
        path.append(comment)
