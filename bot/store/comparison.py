"""What an import compares, and how that turned out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comparison:
    """How an article's comments in the source compare with those stored.

    Of the latter, `withdrawn` are no longer in the source, `hidden` are there but left out by the reader, and
    `touched` are all that are to be written to, also where nobody sees it.
    """

    created: int
    updated: int
    unchanged: int
    withdrawn: int
    hidden: int
    touched: int

    @property
    def changed(self) -> bool:
        """Whether anything that can be seen differs."""
        return self.created + self.updated + self.withdrawn + self.hidden > 0


@dataclass(frozen=True, slots=True)
class CommentSource:
    """Where an article's comments come from: `staged` is its number in the staging area.

    It takes over the comments of the source `former`, which is mostly itself. With `complete`, what it does not
    hold is gone; else it may only not be shown. With `published_only`, that holds of what it ever published.
    """

    staged: int
    source: str
    former: str
    complete: bool
    published_only: bool

    def values(self) -> dict[str, object]:
        """It, as statements name it."""
        return {
            "staged": self.staged,
            "source": self.source,
            "former": self.former,
            "complete": self.complete,
            "published_only": self.published_only,
        }
