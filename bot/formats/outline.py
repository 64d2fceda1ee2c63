"""The order in which exports tell a discussion, and what they say in the place of what may not be seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.model import Comment, CommentId, Status


@dataclass(frozen=True, slots=True)
class Entry:
    """A comment at its depth (0 is top level) below the entry it replies to."""

    depth: int
    comment: Comment
    parent_id: CommentId | None

    @property
    def removed(self) -> bool:
        """Whether only its place may be told, because there are visible replies to it."""
        return self.comment.status is not Status.VISIBLE


def every(comments: Iterable[Comment]) -> Iterator[Entry]:
    """All comments, each with its depth; one whose parent is not there stands at top level.

    Memory is needed only for the path from the top level to the present comment.
    """
    path: list[CommentId] = []
    for comment in comments:
        while path and path[-1] != comment.parent_id:
            path.pop()
        yield Entry(len(path), comment, path[-1] if path else None)
        path.append(comment.id)


def public(comments: Iterable[Comment]) -> Iterator[Entry]:
    """What anybody may read: visible comments, and `removed` ones where visible replies hang on them."""
    waiting: list[Entry] = []
    for entry in every(comments):
        while waiting and waiting[-1].depth >= entry.depth:
            waiting.pop()
        if entry.removed:
            waiting.append(entry)
        else:
            yield from waiting
            waiting.clear()
            yield entry
